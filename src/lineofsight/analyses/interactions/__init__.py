"""The analysis 'interactions'."""
