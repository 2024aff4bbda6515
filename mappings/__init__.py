"""What the CRMs' words mean to us: the neutral entities, the vocabulary, converters by name, and the shipped mappings."""
