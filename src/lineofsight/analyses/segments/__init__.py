"""The analysis 'segments'."""
