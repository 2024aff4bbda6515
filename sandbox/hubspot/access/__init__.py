"""Who may ask, and how often: tokens, scopes, rate limits."""
