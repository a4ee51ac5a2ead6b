"""The analysis 'ratings'."""
