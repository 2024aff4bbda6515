"""A complete CRM in memory: the fake at the port for tests, and the template to copy for another CRM."""
