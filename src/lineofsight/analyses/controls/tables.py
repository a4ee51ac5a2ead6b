"""Table `controls`: which are held equal."""

from __future__ import annotations

from lineofsight.analyses.base import Results, Row
from lineofsight.runs.columns import TableSchema, nullable, required

CONTROLS = TableSchema(
    "controls",
    "What is held equal in every model, and why.",
    (
        required("control", "string", "name of the control, or 'period'"),
        required("used", "string", "'yes' where it is held equal"),
        required(
            "declared",
            "string",
            "'yes' where it is held equal whatever the data say, 'no' for a candidate",
        ),
        nullable("with_operations", "names", "operations that a candidate goes with"),
        nullable("with_outcomes", "names", "perceptions and behaviours that it goes with"),
        nullable("reason", "reason", "why nothing could be selected, so that a candidate stays"),
    ),
)


def control_rows(results: Results) -> list[Row]:
    """Every control, whether it is held equal, and why."""
    return [
        {
            "control": choice.control,
            "used": "yes" if choice.used else "no",
            "declared": "yes" if choice.declared else "no",
            "with_operations": choice.with_operations or None,
            "with_outcomes": choice.with_outcomes or None,
            "reason": choice.reason,
        }
        for choice in results.sample.controls
    ]
