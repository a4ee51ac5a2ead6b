"""The analysis 'overview'."""
