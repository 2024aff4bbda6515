"""Schema migrations, applied forward when the database is opened."""
