"""What the org is made of: objects, fields, ids, times, and the words of its refusals."""
