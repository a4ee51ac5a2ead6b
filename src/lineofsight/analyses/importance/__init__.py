"""The analysis 'importance'."""
