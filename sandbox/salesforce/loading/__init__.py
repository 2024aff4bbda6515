"""From a world to an org."""
