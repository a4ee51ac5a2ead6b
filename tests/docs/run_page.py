"""The tables of a run as Markdown. `python -m tests.docs.run_page` writes them into docs/reference/run.md."""

from __future__ import annotations

from pathlib import Path

from lineofsight.analyses import registry
from lineofsight.runs.columns import SCHEMA_VERSION, TableSchema

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "run.md"
BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"


def render() -> str:
    """All tables, those of an analysis together."""
    parts = [f"These are the tables of schema version {SCHEMA_VERSION}.\n"]
    parts += [_table(table) for table in registry.tables().values()]
    return "\n".join(parts)


def _table(table: TableSchema) -> str:
    lines = [f"## {table.name}\n", f"{table.doc}\n", "| column | type | meaning |", "|---|---|---|"]
    for column in table.columns:
        kind = f"{column.kind} or empty" if column.nullable else column.kind
        lines.append(f"| `{column.name}` | {kind} | {column.doc.replace('|', chr(92) + '|')} |")
    return "\n".join(lines) + "\n"


def with_tables(page: str) -> str:
    """The page with its tables made anew, the rest untouched."""
    head, rest = page.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    return f"{head}{BEGIN}\n\n{render()}\n{END}{tail}"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
