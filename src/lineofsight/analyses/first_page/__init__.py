"""The first page: what a leader reads of a run."""
