"""Which column says what became of the customer, which others give it away, and which go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lineofsight.look import vocabulary as words
from lineofsight.look.columns import quoted
from lineofsight.look.facts import Column, Together
from lineofsight.look.reading import Opened
from lineofsight.look.vocabulary import words_of

_TELLS = 0.97
_MOVES = 0.98
_MOST_PAIRED = 60

Kind = Literal["stay", "buy_more", "recommend"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a column says of the customer.

    Attributes:
        column: Its name.
        kind: The behaviour.
        leave: Whether a yes means that the customer left.
        yes: The values that mean yes, of a status in words; none for a flag.
        no: Those that mean no.
        rank: How sure that is; the highest is the main one.
    """

    column: str
    kind: Kind
    leave: bool
    yes: tuple[str, ...]
    no: tuple[str, ...]
    rank: float


def outcomes_of(columns: Sequence[Column]) -> list[Outcome]:
    """All columns that may say what became of the customer, the surest first."""
    found = [outcome for column in columns if (outcome := _outcome(column)) is not None]
    return sorted(found, key=lambda each: -each.rank)


def _outcome(column: Column) -> Outcome | None:
    name = words_of(column.header)
    if column.role not in ("flag", "status", "category") or not column.top:
        return None
    if " reason " in name or " previous " in name or " prior " in name or " offer " in name:
        return None
    left, stayed = words.LEFT.search(name), words.STAYED.search(name)
    bought, recommended = words.BOUGHT.search(name), words.RECOMMENDED.search(name)
    values = column.values
    if column.role == "flag":
        yes = next((v for v in values if words.YES.match(v)), None)
        no = next((v for v in values if words.NO.match(v)), None)
        told = column.type == "VARCHAR" and yes is not None and no is not None
        said, denied = ((yes,), (no,)) if told and yes is not None and no is not None else ((), ())
        if left:
            return Outcome(
                column.name, "stay", True, said, denied, rank=3 + (" churn " in name or "attrition" in name)
            )
        if "reached on time" in name:
            return None
        if stayed and "active" not in name:
            return Outcome(column.name, "stay", False, said, denied, rank=2.5)
        if recommended:
            return Outcome(column.name, "recommend", False, said, denied, rank=1)
        if not bought and words.TARGET.search(name):
            return Outcome(column.name, "buy_more", False, said, denied, rank=0.5)
        if bought:
            return Outcome(column.name, "buy_more", False, said, denied, rank=2)
        return None
    if len(values) > 6 or len(values) < column.distinct:
        return None
    neutral = [v for v in values if words.NEUTRAL_WORDS.match(v)]
    gone = [v for v in values if words.LEFT_WORDS.match(v)]
    there = [v for v in values if words.OUTCOME_WORDS.match(v) and v not in gone and v not in neutral]
    if words.THINGS.search(name) and not left and not stayed:
        return None
    named = bool(left or stayed or " status " in name or " flag " in name or " label " in name)
    if gone and (there or (named and len(values) == 2)):
        there = there or [v for v in values if v not in gone]
        rank = 2.8 + 0.1 * bool(left)
        return Outcome(
            column.name,
            "stay",
            False,
            tuple(there),
            tuple(v for v in values if v not in there and v not in neutral),
            rank,
        )
    return None


def yes_sql(outcome: Outcome) -> str:
    """SQL that is 1 where the column says yes, 0 where no."""
    column = quoted(outcome.column)
    if not outcome.yes:
        return f"CAST({column} AS DOUBLE)"
    listed = ", ".join("'" + v.replace("'", "''") + "'" for v in outcome.yes)
    return f"CASE WHEN {column} IS NULL THEN NULL WHEN {column} IN ({listed}) THEN 1.0 ELSE 0.0 END"


def leaks_of(
    table: Opened, columns: Sequence[Column], outcome: Outcome | None
) -> tuple[dict[str, str], list[Together]]:
    """Columns made after the outcome: by their names, or as they give it away; and how.

    Returns:
        By column 'name', 'values' or 'filled'; and what the values tell.
    """
    if outcome is None:
        return {}, []
    leaks: dict[str, str] = {}
    told: list[Together] = []
    others = [
        c
        for c in columns
        if c.name != outcome.column and c.role not in ("id", "customer", "empty", "constant", "personal")
    ]
    for column in others:
        name = words_of(column.header)
        if words.AFTERWARDS.search(name) and not _before(name):
            leaks[column.name] = "name"
    yes = yes_sql(outcome)
    for column in others:
        strength, how = _told(table, column, yes)
        if strength >= _TELLS:
            leaks[column.name] = "filled" if how == "filled" else "values"
            told.append(Together(column.name, outcome.column, how, strength))
    return leaks, told


def _before(name: str) -> bool:
    """Whether the name says that it was before: earlier cancellations, a rating of cancelling."""
    return any(f" {word} " in name for word in ("previous", "prior", "past", "earlier", "policy", "before"))


def _told(table: Opened, column: Column, yes: str) -> tuple[float, Literal["tells", "filled"]]:
    """How well a column tells the outcome: the area under its curve, of a number; the share told rightly beyond the usual, of others."""
    quoted_ = quoted(column.name)
    empty = column.filled < column.rows
    if empty:
        found = table.engine.rows(
            f"SELECT avg(({quoted_} IS NOT NULL)::INT) FILTER (y = 1), avg(({quoted_} IS NOT NULL)::INT) FILTER (y = 0)"
            f" FROM (SELECT *, {yes} AS y FROM {table.source})"
        )[0]
        if None not in found and abs(found[0] - found[1]) >= _TELLS:
            return abs(found[0] - found[1]), "filled"
    if column.numbers and column.type != "VARCHAR" and column.distinct > 2:
        asked = (
            f"WITH v AS (SELECT CAST({quoted_} AS DOUBLE) AS x, {yes} AS y FROM {table.source} WHERE {quoted_} IS NOT NULL),"
            " g AS (SELECT x, count(*) FILTER (y = 1) AS p, count(*) FILTER (y = 0) AS n FROM v GROUP BY x),"
            " c AS (SELECT p, n, sum(n) OVER (ORDER BY x ROWS UNBOUNDED PRECEDING) - n AS below FROM g)"
            " SELECT sum(p * (below + n / 2.0)), sum(p), sum(n) FROM c"
        )
        area, p, n = table.engine.rows(asked)[0]
        if not p or not n:
            return 0.0, "tells"
        share = float(area) / (float(p) * float(n))
        return max(share, 1 - share), "tells"
    if column.distinct > 60 or column.is_time:
        return 0.0, "tells"
    asked = (
        f"WITH g AS (SELECT {quoted_} AS x, count(*) FILTER (y = 1) AS p, count(*) FILTER (y = 0) AS n FROM"
        f" (SELECT *, {yes} AS y FROM {table.source}) GROUP BY 1)"
        " SELECT sum(greatest(p, n)), sum(p), sum(n) FROM g"
    )
    best, p, n = (float(v or 0) for v in table.engine.rows(asked)[0])
    usual = max(p, n)
    every = p + n
    if not every or usual == every:
        return 0.0, "tells"
    return (best - usual) / (every - usual), "tells"


def together_of(table: Opened, columns: Sequence[Column]) -> list[Together]:
    """Columns that say the same: numbers that move as one, and levels of which each has one of the other."""
    numbers = [
        c
        for c in columns
        if c.numbers and c.type != "VARCHAR" and c.role not in ("id", "customer", "constant")
    ][:_MOST_PAIRED]
    found: list[Together] = []
    pairs = [(a, b) for i, a in enumerate(numbers) for b in numbers[i + 1 :]]
    for start in range(0, len(pairs), 200):
        some = pairs[start : start + 200]
        sql = ", ".join(
            f"corr(CAST({quoted(a.name)} AS DOUBLE), CAST({quoted(b.name)} AS DOUBLE))" for a, b in some
        )
        for (a, b), r in zip(some, table.engine.rows(f"SELECT {sql} FROM {table.source}")[0], strict=True):
            if r is not None and r == r and abs(r) >= _MOVES:
                found.append(Together(a.name, b.name, "moves", float(r)))
    levels = [
        c
        for c in columns
        if not c.numbers and 1 < c.distinct <= 60 and c.role in ("category", "status", "flag", "score")
    ][:_MOST_PAIRED]
    pairs = [
        (a, b)
        for i, a in enumerate(levels)
        for b in levels[i + 1 :]
        if a.distinct == b.distinct and a.distinct > 2
    ]
    for a, b in pairs:
        asked = f"SELECT count(*) FROM (SELECT DISTINCT {quoted(a.name)}, {quoted(b.name)} FROM {table.source} WHERE {quoted(a.name)} IS NOT NULL AND {quoted(b.name)} IS NOT NULL)"
        if table.engine.rows(asked)[0][0] == a.distinct:
            found.append(Together(a.name, b.name, "levels", 1.0))
    return found


def copies_of(table: Opened, columns: Sequence[Column]) -> int:
    """Rows that repeat another in every column, among those that were looked at; 0 where no column is fine enough to tell."""
    fine = any(c.distinct > 0.5 * c.filled for c in columns if c.filled)
    if not fine or not columns:
        return 0
    listed = ", ".join(quoted(c.name) for c in columns)
    ((rows, different),) = table.engine.rows(
        f"SELECT count(*), count(DISTINCT hash({listed})) FROM {table.source}"
    )
    return int(rows) - int(different)
