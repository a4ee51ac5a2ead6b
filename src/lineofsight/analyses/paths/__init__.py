"""The analysis 'paths'."""
