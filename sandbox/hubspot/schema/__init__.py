"""What HubSpot knows of properties: the standard ones, their types, which values they take."""
