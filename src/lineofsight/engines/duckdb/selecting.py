"""A selection: the canonical columns of some rows, checked, and the SQL that computes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from lineofsight.engines.base import Field, FieldAudit
from lineofsight.engines.column import Column, without_nan
from lineofsight.engines.duckdb.audit import audit
from lineofsight.engines.duckdb.canonical import canonical
from lineofsight.engines.duckdb.connection import identifier
from lineofsight.engines.duckdb.rows import Rows
from lineofsight.project.load import LoadedProject

Checked = tuple[int, dict[str, FieldAudit], str]


def typed(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    rows: Rows,
    fields: Sequence[Field],
    where: Field | None,
) -> tuple[list[Column], Column | None]:
    """The canonical columns of the fields, and of the condition if there is one; raises as `canonical` does."""
    columns = canonical(connection, loaded, rows, fields)
    return columns, None if where is None else canonical(connection, loaded, rows, [where])[0]


def checked(
    connection: duckdb.DuckDBPyConnection,
    loaded: LoadedProject,
    rows: Rows,
    columns: Sequence[Column],
    where: Column | None,
) -> Checked:
    """How many rows are kept, what their columns hold, and the query of them; raises as `audit` does."""
    count, audits = audit(connection, loaded, rows, columns, where)
    return count, audits, _query(rows, columns, where, audits)


def _query(
    rows: Rows, columns: Sequence[Column], where: Column | None, audits: Mapping[str, FieldAudit]
) -> str:
    computed = {c.field.alias: without_nan(c) if audits[c.field.alias].maybe_nan else c.sql for c in columns}
    listed = ", ".join(f"{sql} AS {identifier(alias)}" for alias, sql in computed.items())
    kept = f" WHERE {where.sql}" if where is not None else ""
    return f"SELECT {listed} FROM {rows.sql}{kept}"
