"""The analysis 'money'."""
