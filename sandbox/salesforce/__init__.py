"""A Salesforce org in a box: its REST, OAuth and Tooling APIs over its own raw state."""
