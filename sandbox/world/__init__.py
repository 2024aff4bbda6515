"""A company's sales data before any CRM has shaped it: made from a seed or read from CSV files."""
