"""Charts: pure functions from rows of a run to an Altair chart. The only place that knows the plotting library."""
