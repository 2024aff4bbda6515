"""How we talk to Salesforce: REST and Tooling, through the sessions and errors of simple-salesforce."""
