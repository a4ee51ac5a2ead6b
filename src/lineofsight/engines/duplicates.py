"""Copies of rows, also under an id of their own, and versions of one record: which questions to ask, in words that every engine knows.

Rows may be alike by chance: of a questionnaire with three questions of five answers there are 125, however many answer. So rows
that no id makes the same are told as copies only where chance does not make so many alike (`_more_than_chance`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import comb, factorial, prod, sqrt

from lineofsight.engines.base import MOST_COMPARED, MOST_SAMPLED, SAMPLED

_IDS = ("VARCHAR", "STRING", "BIGINT", "INT", "INTEGER", "UBIGINT", "HUGEINT", "UUID", "LONG")
_FRACTIONS = ("DOUBLE", "FLOAT", "REAL", "DECIMAL")
_NEARLY = 0.8  # of the rows: fewer different values by an estimate, and a column is no id
_RANGE = 1 << 32  # microseconds; seconds, hours and days are spread evenly over what is left of them
_DAY = 86_400_000_000  # microseconds
_MOST_OFTEN = 12  # how many alike are told apart from more
_MANY = 0.2  # of the rows: fewer copies may be a habit of customers, as two alike events of a day
_FEWEST = 20  # contents that are all there twice, or three times, and so on
_MEASURED = 4  # columns of measurements that are looked at one by one
_BEYOND = 10.0  # times as many alike as chance makes, and at least half of those with the same measurements
_VERSIONS = 0.1  # of the rows: fewer records than that, and they are no versions of one

CHANGED = re.compile(
    r"(?i)updat|modif|chang|edit|version|revis|valid_?from|load|ingest|extract|export|sync|snapshot"
)
"""Names of columns that say when a row was written, not when something happened."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What `SourceTable` tells of copies."""

    copies: int | None = None
    alike: int | None = None
    ids: tuple[str, ...] = ()
    compared: int = 0
    older: int | None = None
    record: str | None = None
    changed: str | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an engine writes it: a hash of columns, the microseconds of an instant since 1970, and a quoted name."""

    hashed: Callable[[Sequence[str]], str]
    microseconds: Callable[[str], str]
    quoted: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that are asked about.

    Attributes:
        ask: Runs a query of one row of whole numbers.
        source: What stands after FROM.
        types: Its columns with their types.
        dialect: How the engine writes it.
    """

    ask: Callable[[str], Sequence[int]]
    source: str
    types: Mapping[str, str]
    dialect: Dialect

    def query(self, *measures: str, of: str | None = None) -> list[int]:
        """Whole numbers; what there is none of counts as 0."""
        found = self.ask(f"SELECT {', '.join(measures)} FROM {of or self.source}")
        return [int(each or 0) for each in found]

    def different(self, names: Sequence[str]) -> str:
        """How many different rows there are in these columns."""
        return f"count(DISTINCT {self.dialect.hashed(names)})"

    def groups(self, names: Sequence[str], counted: str = "count(*)") -> str:
        """How often each content of these columns is there, as `c`."""
        return f"(SELECT {counted} AS c FROM {self.source} GROUP BY {self.dialect.hashed(names)}) AS contents"

    def pairs(self, names: Sequence[str]) -> float:
        """Pairs of rows that are alike in these columns."""
        (twice,) = self.query("sum(c * (c - 1))", of=self.groups(names))
        return twice / 2

    def of_type(self, *kinds: str) -> list[str]:
        """Columns whose type begins so."""
        return [name for name, type_ in self.types.items() if type_.upper().startswith(kinds)]


def count_duplicates(
    ask: Callable[[str], Sequence[int]],
    source: str,
    rows: int,
    types: Mapping[str, str],
    filled: Mapping[str, int],
    dialect: Dialect,
) -> Duplicates:
    """Counts copies: in every column, and in every column but those that have another value in every different row.

    Where no id is among the columns, only if there are more than chance makes alike. Rows of a large table are taken by their
    instant, so that copies are taken together.

    Args:
        ask: Runs a query of one row of whole numbers.
        source: What stands after FROM.
        rows: Rows of it.
        types: Its columns with their types.
        filled: Rows in which each is not empty.
        dialect: How the engine writes it.
    """
    taken = rows_taken(rows, types, dialect)
    if taken is None:
        return Duplicates()
    sampled = bool(taken)
    if sampled:
        source = f"(SELECT * FROM {source} WHERE {taken}) AS some_rows"
    table, names = _Rows(ask, source, types, dialect), list(types)
    maybe = [n for n in names if filled[n] == rows and types[n].upper().split("(")[0] in _IDS]
    count = "count(DISTINCT {})" if sampled else "approx_count_distinct({})"  # few rows are quicker read once
    about = [count.format(dialect.quoted(name)) for name in maybe]
    compared, distinct, *found = table.query("count(*)", table.different(names), *about)
    copies = compared - distinct
    if not compared:
        return Duplicates(copies, None, (), compared)
    likely = [name for name, n in zip(maybe, found, strict=True) if n >= _NEARLY * distinct]
    exactly = table.query(*(table.different([name]) for name in likely)) if likely else []
    ids = tuple(name for name, n in zip(likely, exactly, strict=True) if n == distinct)
    written = [name for name in table.of_type("TIMESTAMP", "DATE") if CHANGED.search(name)]
    versions = _versions(table, dict(zip(maybe, found, strict=True)), ids, written, compared)
    if copies and not ids and not _more_than_chance(table, names, compared):
        copies = 0
    counted = table.different(names) if copies else "count(*)"
    beside = (*ids, *(name for name in written if name not in ids))
    for apart in (ids, beside) if versions[0] is None else (ids,):
        rest = [name for name in names if name not in apart]
        if apart and rest and (alike := _alike(table, rest, distinct, counted)):
            return Duplicates(copies, alike, apart, compared, *versions)
    return Duplicates(copies, 0 if ids else None, ids, compared, *versions)


def rows_taken(rows: int, types: Mapping[str, str], dialect: Dialect, *, to_keep: bool = False) -> str | None:
    """The condition for rows that are compared: none where all are, and None where none can be.

    Args:
        rows: Rows of the table.
        types: Its columns with their types.
        dialect: How the engine writes it.
        to_keep: For rows that are kept while the table grows: up to four times as many, by a condition that changes only when
            the table has four times as many rows.
    """
    if rows <= MOST_COMPARED:
        return ""
    instants = [name for name, type_ in types.items() if type_.upper().startswith("TIMESTAMP")]
    if not instants or rows > MOST_SAMPLED:
        return None
    below = _RANGE * min(SAMPLED, MOST_COMPARED) // rows
    if to_keep:
        below = 1 << (below.bit_length() + below.bit_length() % 2)
    return f"({dialect.microseconds(dialect.quoted(instants[0]))} & {_RANGE - 1}) < {below}"


def _alike(table: _Rows, names: Sequence[str], distinct: int, counted: str) -> int:
    """Of different rows, those that repeat another in these columns; 0 where chance makes as many."""
    (unlike,) = table.query(table.different(names))
    return (
        distinct - unlike if unlike < distinct and _more_than_chance(table, names, distinct, counted) else 0
    )


def _more_than_chance(table: _Rows, names: Sequence[str], rows: int, counted: str = "count(*)") -> bool:
    """Whether more rows are alike in these columns than chance makes."""
    often = [f"sum(CASE WHEN c = {k} THEN 1 ELSE 0 END)" for k in range(1, _MOST_OFTEN + 1)]
    uneven = ["sum(c % 2)", "sum(c % 3)"]
    groups, twice, odd, not_thirds, *found = table.query(
        "count(*)", "sum(c * (c - 1))", *uneven, *often, of=table.groups(names, counted)
    )
    if groups >= _FEWEST and 0 in (odd, not_thirds):
        return True  # every one is there twice as often as it was, or three times
    if rows - groups >= _MANY * rows and _no_sample_has(found):
        return True
    return _beyond_measurements(table, names, rows, twice / 2)


def _no_sample_has(often: Sequence[int]) -> bool:
    """Whether no independent draws, from whatever distribution, have so many contents just k times and so few k − 1 and k + 1 times.

    With f_k contents that are there k times, k! f_k is the k-th moment of one measure over their rates, λ exp(−λ) at rate λ. By
    Cauchy and Schwarz (k! f_k)² ≤ (k − 1)! f_{k−1} (k + 1)! f_{k+1}, whatever depends on what (Good 1953 has these expectations).
    Copies break it: of rows that are there twice each, f_2 is large, and f_1 and f_3 are 0. Counts may be three standard
    errors of a Poisson count off, each in its favour.

    Args:
        often: f_1, f_2, … .
    """
    least = [max(count - 3.0 * sqrt(count), 0.0) for count in often]
    most = [count + 3.0 + 3.0 * sqrt(count) for count in often]
    return any(
        (factorial(k) * least[k - 1]) ** 2 > factorial(k - 1) * most[k - 2] * factorial(k + 1) * most[k]
        for k in range(2, len(often))
    )


def _beyond_measurements(table: _Rows, names: Sequence[str], rows: int, alike: float) -> bool:
    """Whether rows with the same measurements are the same in all else, and are more than meet by chance.

    Measurements are numbers with fractions and instants with a time of day. By chance two rows meet as often as in each of them
    and in all else together; where the same measurements go with different values of the rest, as of goods of one price, it is
    the rest that tells rows apart.
    """
    fractions = [name for name in table.of_type(*_FRACTIONS) if name in names]
    instants = [name for name in table.of_type("TIMESTAMP") if name in names]
    quoted, microseconds = table.dialect.quoted, table.dialect.microseconds
    parts = [f"{quoted(name)} <> floor({quoted(name)})" for name in fractions]
    parts += [f"{microseconds(quoted(name))} % {_DAY} <> 0" for name in instants]
    if not parts:
        return False
    broken = table.query(*(f"sum(CASE WHEN {part} THEN 1 ELSE 0 END)" for part in parts))
    measured = [name for name, n in zip([*fractions, *instants], broken, strict=True) if n]
    together = sorted((table.pairs([name]), name) for name in measured)[:_MEASURED]
    chosen = [name for _, name in together]
    rest = [name for name in names if name not in chosen]
    every = float(comb(rows, 2))
    shares = [*(pairs / every for pairs, _ in together), table.pairs(rest) / every if rest else 1.0]
    return bool(chosen) and alike > _BEYOND * every * prod(shares) and alike >= table.pairs(chosen) / 2


def _versions(
    table: _Rows, about: Mapping[str, int], ids: Sequence[str], written: Sequence[str], rows: int
) -> tuple[int | None, str | None, str | None]:
    """How many rows are older versions of a record, the column that names it, and the one that says when it was changed.

    A record is there in several versions where rows of the same id differ in when they were written, and in no more of the other
    columns than they have in common.
    """
    keys = [
        n for n in sorted(about, key=lambda n: -about[n]) if n not in ids and about[n] >= _VERSIONS * rows
    ]
    if not written or not keys:
        return None, None, None
    record = keys[0]
    others = [name for name in table.types if name not in (record, *ids, *written)]
    columns = [*written, *others]
    records, *together = table.query(
        table.different([record]), *(table.different([record, name]) for name in columns)
    )
    apart = dict(zip(columns, together, strict=True))
    same = [name for name in others if apart[name] <= records]
    changed = max(written, key=lambda name: apart[name])
    if records >= rows or apart[changed] <= records or not same or 2 * len(same) < len(others):
        return None, None, None
    if ids and not set(same) & {*table.of_type("TIMESTAMP", "DATE", *_FRACTIONS)}:
        return None, None, None  # they may be events of one customer, of whom the columns that stay tell
    return rows - records, record, changed
