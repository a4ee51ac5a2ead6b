"""CSV files in Spark, which of itself leaves out what a line has too much, and what it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_LINE = "_line_that_does_not_fit"
_NO_LETTER = "\ufffd"  # what Spark makes of bytes that are no text


def read_csv(
    session: SparkSession, paths: Sequence[str], *, separator: str, encoding: str
) -> tuple[DataFrame, str | None]:
    """The rows of CSV files, and one line that does not fit into the columns or is no text, if there is any."""
    options: dict[str, Any] = {
        "sep": separator,
        "header": True,
        "multiLine": True,
        "quote": '"',
        "escape": '"',
        "enforceSchema": False,
        "encoding": "ISO-8859-1" if encoding == "latin-1" else "UTF-8",
    }
    frame = session.read.csv(list(paths), inferSchema=True, **options)
    whole = frame.schema.add(_LINE, "string")
    marked = session.read.csv(list(paths), schema=whole, columnNameOfCorruptRecord=_LINE, **options)
    texts = [f"contains(`{f.name}`, '{_NO_LETTER}')" for f in whole if f.dataType.simpleString() == "string"]
    # A separator at the end of every line is common, and harmless.
    ragged = f"`{_LINE}` IS NOT NULL AND NOT endswith(`{_LINE}`, '{separator}')"
    found = marked.where(" OR ".join([f"({ragged})", *texts])).first()
    line = None if found is None else str(found[_LINE] or "")
    return frame, line
