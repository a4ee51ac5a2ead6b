"""The analysis 'today'."""
