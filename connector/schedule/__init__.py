"""The scheduled life of the program."""
