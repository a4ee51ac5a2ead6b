"""The embedded engine: DuckDB."""

from lineofsight.engines.duckdb.engine import DuckDBEngine, interrupt_queries

__all__ = ["DuckDBEngine", "interrupt_queries"]
