"""Plans in files and out of them: tables of text, workbooks, and pages to print."""
