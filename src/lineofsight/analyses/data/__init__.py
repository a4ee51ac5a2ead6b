"""The analysis 'data'."""
