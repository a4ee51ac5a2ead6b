"""Which operations and controls move with an amount: beyond whether there is any of it, they go with how much it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Reader
from lineofsight.episodes.columns import BUCKET
from lineofsight.episodes.leakage import GLANCE

MOVES = 0.05
"""Share of an amount's variance, where there is any, that a column explains which moves with it."""

_BY_CHANCE = 15.0
"""As a share of the episodes looked at, for each degree of freedom: what one explains by chance is below this."""


def moving_together(
    engine: Reader,
    episodes: ir.Table,
    amounts: Sequence[str],
    numbers: Sequence[str],
    levels: Mapping[str, Sequence[str]],
    n: int,
    buckets: int,
) -> frozenset[tuple[str, str]]:
    """Pairs of an operation or control and an amount that move together in episodes with any of the amount.

    Such a column is not made from whether there is any: a customer who used nothing has paid nothing, and
    who used more has paid more. It is looked at in a part of the customers where these are many.

    Args:
        engine: Where the episodes are.
        episodes: Complete ones.
        amounts: Behaviours that are no yes or no.
        numbers: Operations, and controls that are numbers.
        levels: Per control with levels, those that are kept apart.
        n: How many episodes there are.
        buckets: How many buckets their customers fall into.
    """
    some = min(buckets, -(-buckets * GLANCE // max(n, 1)))
    glance = episodes if some == buckets else episodes.filter(episodes[BUCKET] < some)
    found = set()
    for amount in amounts:
        there = glance.filter(glance[amount] != 0)
        for name, share, columns, known in (
            *_lines(engine, there, amount, numbers),
            *_levels(engine, there, amount, levels),
        ):
            if share >= max(MOVES, _BY_CHANCE * columns / known):
                found.add((name, amount))
    return frozenset(found)


_Explained = tuple[str, float, int, int]
"""A column, the share that it explains, its columns, and the episodes in which it is known."""


def _lines(engine: Reader, there: ir.Table, amount: str, numbers: Sequence[str]) -> list[_Explained]:
    """Squared correlations, of values centred at their means so that large ones lose no digits."""
    if not numbers:
        return []
    means: dict[str, ir.Value] = {}
    for at, name in enumerate(numbers):
        known = there[name].notnull()
        means |= {
            f"x{at}": there[name].mean(),
            f"y{at}": there[amount].mean(where=known),
            f"n{at}": there[name].count(),
        }
    centre = engine.fetch(there.aggregate(**means))[0]
    sums: dict[str, ir.Value] = {}
    usable = [at for at in range(len(numbers)) if centre[f"n{at}"] > 2]
    for at in usable:
        x = there[numbers[at]].cast("float64") - ibis.literal(float(centre[f"x{at}"]), "float64")
        y = there[amount].cast("float64") - ibis.literal(float(centre[f"y{at}"]), "float64")
        known = there[numbers[at]].notnull()
        sums |= {f"xx{at}": (x * x).sum(), f"xy{at}": (x * y).sum(), f"yy{at}": (y * y).sum(where=known)}
    row = engine.fetch(there.aggregate(**sums))[0] if sums else {}
    found = []
    for at in usable:
        whole = float(row[f"xx{at}"]) * float(row[f"yy{at}"])
        share = float(row[f"xy{at}"]) ** 2 / whole if whole > 0 else 0.0
        found.append((numbers[at], share, 1, int(centre[f"n{at}"])))
    return found


def _levels(
    engine: Reader, there: ir.Table, amount: str, levels: Mapping[str, Sequence[str]]
) -> list[_Explained]:
    """Shares of variance between levels; what has another level or none is one of them."""
    found = []
    for name, kept in levels.items():
        text = there[name].cast("string")
        known = there.mutate(_level=text.isin(list(kept)).ifelse(text, ibis.null("string")))
        rows = engine.fetch(
            known.group_by("_level").aggregate(
                _n=known.count(),
                _mean=known[amount].cast("float64").mean(),
                _var=known[amount].cast("float64").var(how="pop"),
            )
        )
        n = sum(row["_n"] for row in rows)
        if len(rows) < 2 or n <= len(rows):
            continue
        mean = sum(row["_n"] * row["_mean"] for row in rows) / n
        between = sum(row["_n"] * (row["_mean"] - mean) ** 2 for row in rows)
        whole = between + sum(row["_n"] * (row["_var"] or 0.0) for row in rows)
        found.append((name, between / whole if whole > 0 else 0.0, len(rows) - 1, n))
    return found
