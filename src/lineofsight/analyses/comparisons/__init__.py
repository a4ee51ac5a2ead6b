"""The analysis 'comparisons'."""
