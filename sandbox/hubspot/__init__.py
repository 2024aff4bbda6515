"""HubSpot in a box: the CRM v3/v4 API and its dated (2026-09) successor, over a portal kept in memory."""
