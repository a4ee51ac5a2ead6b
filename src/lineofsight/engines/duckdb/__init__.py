"""The embedded engine: DuckDB."""

from lineofsight.engines.duckdb.engine import DuckDBEngine

__all__ = ["DuckDBEngine"]
