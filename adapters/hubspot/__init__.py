"""HubSpot: companies, contacts, deals, line items, products, owners and deal pipelines, over hubspot-api-client."""
