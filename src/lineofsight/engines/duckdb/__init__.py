"""The embedded engine: DuckDB."""

from lineofsight.engines.duckdb.engine import DuckDBEngine, interrupt_queries
from lineofsight.engines.duckdb.incremental import ROWS

__all__ = ["ROWS", "DuckDBEngine", "interrupt_queries"]
