"""Table `findings`: what was found, as plain sentences, worded as associations."""

from __future__ import annotations

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.findings.selection import findings
from lineofsight.runs.columns import TableSchema, nullable, required
from lineofsight.words.findings import in_words

FINDINGS = TableSchema(
    "findings",
    "What was found, as plain sentences, the most important first.",
    (
        required("rank", "int", "order, from 1"),
        required(
            "kind",
            "string",
            "'driver', 'perception', 'path', 'shape', 'perhaps', 'money', 'response', 'caution' or 'no effect'",
        ),
        nullable("subject", "string", "driver or perception it speaks of"),
        required("sentence", "string", "the sentence"),
    ),
)


def finding_rows(results: Results) -> list[Row]:
    """Every finding as a sentence, in order."""
    return [
        {
            "rank": rank,
            "kind": found.kind,
            "subject": found.subject,
            "sentence": in_words(found.fact, results.label),
        }
        for rank, found in enumerate(findings(results), start=1)
    ]
