"""The analysis 'evidence'."""
