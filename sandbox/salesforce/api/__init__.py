"""The HTTP resources over the org: OAuth, REST and Tooling."""
