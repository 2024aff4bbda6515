"""The account plans: put together from their values, settled against the CRM's word, and changed by people."""
