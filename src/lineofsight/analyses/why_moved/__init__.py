"""The analysis 'why_moved'."""
