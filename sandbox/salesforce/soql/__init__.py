"""SOQL: a statement read, looked up, and answered from the tables."""
