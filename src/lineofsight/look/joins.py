"""How tables join: which keys they have in common, and for how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lineofsight.look.columns import quoted
from lineofsight.look.facts import Column, Join
from lineofsight.look.reading import Opened

_MOST_KEYS = 200_000
_LEAST = 0.05
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Keys:
    """The different values of a column that may be a key, as texts."""

    table: str
    column: str
    values: frozenset[str]
    unique: bool


def keys_of(table: Opened, columns: Sequence[Column]) -> list[Keys]:
    """The keys of a table; of many values the first ones by a hash, which are the same in every table."""
    found = []
    for column in columns:
        if column.role not in ("id", "customer") and not column.unique:
            continue
        if column.distinct < _FEWEST or column.role in ("text", "time", "money"):
            continue
        text = f"CAST({quoted(column.name)} AS VARCHAR)"
        asked = f"SELECT DISTINCT {text} AS v FROM {table.source} WHERE {quoted(column.name)} IS NOT NULL"
        rows = table.engine.rows(f"SELECT v FROM ({asked}) ORDER BY hash(v) LIMIT {_MOST_KEYS}")
        found.append(
            Keys(
                table.name, column.name, frozenset(str(r[0]) for r in rows), column.distinct == column.filled
            )
        )
    return found


def joins_of(keys: Sequence[Keys]) -> list[Join]:
    """All pairs of keys of two tables that have values in common, the best of each pair of tables first."""
    found = []
    for i, one in enumerate(keys):
        for other in keys[i + 1 :]:
            if one.table == other.table:
                continue
            common = len(one.values & other.values)
            if common < _FEWEST:
                continue
            join = Join(
                one.table, one.column, other.table, other.column,
                common / len(one.values), common / len(other.values), one.unique, other.unique,
            )  # fmt: skip
            numbered = all(value.isdigit() for value in list(one.values)[:50])
            alike = one.column.lower() == other.column.lower()
            if max(join.matched, join.matched_back) >= _LEAST and (alike or not numbered):
                found.append(join)
    return sorted(found, key=lambda j: (j.left, j.right, -max(j.matched, j.matched_back)))
