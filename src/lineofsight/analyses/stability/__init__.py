"""The analysis 'stability'."""
