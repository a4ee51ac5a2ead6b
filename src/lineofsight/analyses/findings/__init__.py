"""The analysis 'findings'."""
