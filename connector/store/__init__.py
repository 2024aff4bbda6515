"""The local database: the mirror of the CRM and the ledger of what we did; the only place that speaks SQL."""
