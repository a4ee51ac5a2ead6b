"""How Spark looks at texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lineofsight.engines.written.shapes import Dialect, Query

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def literal(text: str) -> str:
    """A quoted text; Spark's parser takes a backslash for an escape."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


TEXTS = Dialect(
    matches=lambda text, pattern: f"({text} RLIKE {literal(pattern)})",
    extract=lambda text, pattern, group: f"regexp_extract({text}, {literal(pattern)}, {group})",
    replace=lambda text, pattern, by: f"regexp_replace({text}, {literal(pattern)}, {literal(by)})",
    distinct=lambda text: f"collect_set({text})",
    naive="TIMESTAMP_NTZ",
    zoned="TIMESTAMP_LTZ",  # by its full name: a session may mean one without a zone by the short one
    text="STRING",
    literal=literal,
)


def rows_of(session: SparkSession) -> Query:
    """Runs a query and gives its rows."""

    def query(sql: str) -> Sequence[Sequence[object]]:
        return [tuple(row) for row in session.sql(sql).collect()]

    return query
