"""Incremental reading: each file of a table is read once, and its canonical columns are kept beside the episodes.

What is put together from the parts is what a read of all files gives; where that cannot be sure, all files are read.
"""

from lineofsight.engines.duckdb.incremental.cache import ROWS, RowCache
from lineofsight.engines.duckdb.incremental.table import IncrementalTable, incremental_names

__all__ = ["ROWS", "IncrementalTable", "RowCache", "incremental_names"]
