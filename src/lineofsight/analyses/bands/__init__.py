"""The analysis 'bands'."""
