"""KPIs: one pure function per figure over one account's (or deal's) view; no database and no clock."""
