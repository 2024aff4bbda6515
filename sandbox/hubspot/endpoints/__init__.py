"""One function per HubSpot endpoint, grouped by API."""
