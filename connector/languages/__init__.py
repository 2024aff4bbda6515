"""The languages in which the connector speaks to people."""
