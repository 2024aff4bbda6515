"""The configuration: its models, its loading, and errors that name the key, the place and the mend."""
