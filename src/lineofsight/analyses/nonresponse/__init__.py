"""The analysis 'nonresponse'."""
