"""What the org holds: records in their tables, permissions, and the one door to change them."""
