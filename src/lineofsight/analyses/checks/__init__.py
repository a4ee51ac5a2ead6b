"""The analysis 'checks'."""
