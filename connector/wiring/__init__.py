"""The one place that builds objects from the configuration."""
