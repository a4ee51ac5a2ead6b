"""The questions that a run answers, one folder each."""
