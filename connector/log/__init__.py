"""What the program says about its own work, and what it never says: secrets and personal data."""
