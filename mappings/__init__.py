"""What their words mean to us: the neutral entities, the vocabulary, converters by name, the shipped mappings."""
