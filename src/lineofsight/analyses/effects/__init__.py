"""The analysis 'effects'."""
