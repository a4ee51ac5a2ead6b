"""One column of a table, as the engine makes it canonical."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from episodes.world import VISITS, engine_of, write
from lineofsight.engines.base import Field, FieldAudit, Role


def selected(
    folder: Path, column: pa.Array | str, role: Role, sql: str = "x", top: str = "", where: str | None = None
) -> tuple[list[Any], FieldAudit]:
    """The values of the expression in the order of the rows, and their audit."""
    text = f"{top}\n{VISITS}operations: {{minutes: {{value: x, better: lower}}}}\nperceptions: {{mood: {{value: x, measure: score}}}}\n"
    if isinstance(column, str):
        lines = column.splitlines()
        table: pa.Table | str = "id | x\n" + "\n".join(f"{n} | {x}" for n, x in enumerate(lines))
    else:
        table = pa.table({"id": range(len(column)), "x": column})
    with engine_of(write(folder, text, visits=table)) as engine:
        condition = Field("where", where, "flag", ("episodes", "where")) if where else None
        fields = [
            Field("id", "id", "number", ("a",)),
            Field("out", sql, role, ("operations", "minutes", "value")),
        ]
        selection = engine.select("visits", fields, condition)
        rows = sorted(engine.fetch(selection.table), key=lambda row: row["id"])
        return [row["out"] for row in rows], selection.audits["out"]
