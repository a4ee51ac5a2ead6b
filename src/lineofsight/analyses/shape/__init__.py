"""The analysis 'shape'."""
