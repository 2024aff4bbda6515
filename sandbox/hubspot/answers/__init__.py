"""What HubSpot says: the bodies of its errors, its HTML pages, its envelopes of results."""
