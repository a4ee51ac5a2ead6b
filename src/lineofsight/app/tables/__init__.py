"""From results to the rows of a run's tables."""

from lineofsight.app.tables.collect import collect_tables

__all__ = ["collect_tables"]
