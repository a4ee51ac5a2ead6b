"""Copies of rows, also under an id of their own: which questions to ask, in words that every engine knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lineofsight.engines.base import MOST_COMPARED, MOST_SAMPLED, SAMPLED

_IDS = ("VARCHAR", "STRING", "BIGINT", "INT", "INTEGER", "UBIGINT", "HUGEINT", "UUID", "LONG")
_NEARLY = 0.8  # of the rows: fewer different values by an estimate, and a column is no id
_RANGE = 1 << 32  # microseconds; seconds, hours and days are spread evenly over what is left of them


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What `SourceTable` tells of copies."""

    copies: int | None = None
    alike: int | None = None
    ids: tuple[str, ...] = ()
    compared: int = 0


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an engine writes it: a hash of columns, the microseconds of an instant since 1970, and a quoted name."""

    hashed: Callable[[Sequence[str]], str]
    microseconds: Callable[[str], str]
    quoted: Callable[[str], str]


def count_duplicates(
    ask: Callable[[str], Sequence[int]],
    source: str,
    rows: int,
    types: Mapping[str, str],
    filled: Mapping[str, int],
    dialect: Dialect,
) -> Duplicates:
    """Counts copies: in every column, and in every column but those that have another value in every different row.

    The latter only where an instant is among the columns that are left, as two events of a day may well be alike. Rows of a
    large table are taken by their instant, so that copies are taken together.

    Args:
        ask: Runs a query of one row of whole numbers.
        source: What stands after FROM.
        rows: Rows of it.
        types: Its columns with their types.
        filled: Rows in which each is not empty.
        dialect: How the engine writes it.
    """
    sampled = rows > MOST_COMPARED
    instants = [name for name, type_ in types.items() if type_.upper().startswith("TIMESTAMP")]
    if sampled:
        if not instants or rows > MOST_SAMPLED:
            return Duplicates()
        mixed = f"({dialect.microseconds(dialect.quoted(instants[0]))} & {_RANGE - 1})"
        source = f"(SELECT * FROM {source} WHERE {mixed} < {_RANGE * min(SAMPLED, MOST_COMPARED) // rows}) AS some_rows"
    names = list(types)
    maybe = [n for n in names if filled[n] == rows and types[n].upper().split("(")[0] in _IDS]
    count = "count(DISTINCT {})" if sampled else "approx_count_distinct({})"  # few rows are quicker read once
    about = [count.format(dialect.quoted(name)) for name in maybe]
    compared, distinct, *found = ask(
        f"SELECT {', '.join(['count(*)', f'count(DISTINCT {dialect.hashed(names)})', *about])} FROM {source}"
    )
    copies = compared - distinct
    likely = [(name, n) for name, n in zip(maybe, found, strict=True) if n >= _NEARLY * distinct]
    if not likely or not instants or not compared:
        return Duplicates(copies, None, (), compared)
    maybe, exactly = [name for name, _ in likely], [n for _, n in likely]
    if not sampled:
        exactly = list(
            ask(
                f"SELECT {', '.join(f'count(DISTINCT {dialect.quoted(name)})' for name in maybe)} FROM {source}"
            )
        )
    ids = tuple(name for name, found in zip(maybe, exactly, strict=True) if found == distinct)
    rest = [name for name in names if name not in ids]
    if not ids:
        return Duplicates(copies, None, (), compared)
    (unlike,) = ask(f"SELECT count(DISTINCT {dialect.hashed(rest)}) FROM {source}")
    return Duplicates(copies, distinct - unlike, ids, compared)
