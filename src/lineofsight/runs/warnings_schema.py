"""Table of a run that says what would fool a reader."""

from __future__ import annotations

from lineofsight.runs.columns import TableSchema
from lineofsight.runs.columns import nullable as _n
from lineofsight.runs.columns import required as _c

WARNINGS = TableSchema(
    "warnings",
    "What would fool a reader: links that are kept out or doubted, copies of rows, rows that are nobody's, time that runs backwards.",
    (
        _c(
            "kind",
            "string",
            "'leak' (a copy of the outcome), 'near_leak', 'separation', 'function' (of other drivers), 'twin' (two"
            " perceptions that nearly are one), 'duplicate', 'link' (rows that belong to no moment),"
            " 'time' (that runs backwards) or 'simpson' (the other way round within segments)",
        ),
        _n("cause", "string", "operation, perception or control it concerns; null for rows"),
        _n("outcome", "string", "perception or behaviour it concerns; null for all of them, or for rows"),
        _c("reason", "reason", "what was seen"),
        _c("sentence", "string", "what was seen, and what became of it"),
        _n(
            "share",
            "float",
            "0 to 1: of the episodes in which cause and outcome agree, of what varies that is explained, or of the rows"
            " concerned",
        ),
        _n("n", "int", "episodes looked at; of 'duplicate', 'link' and 'time', rows concerned"),
        _c(
            "kept_out",
            "string",
            "'yes' where it is kept out of the models or of the findings, or the values are not used",
        ),
        _c("insisted", "string", "'yes' where the project insists on the link"),
        _n("because", "string", "the project's reason to insist"),
    ),
)
