"""Findings about operations, perceptions, and what behaviours are worth."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.checks.estimate import Doubts
from lineofsight.analyses.evidence.levels import LEVELS
from lineofsight.analyses.facts import difference_of, improvement
from lineofsight.analyses.findings.discoveries import Discoveries, clear
from lineofsight.analyses.findings.finding import Finding, Rare
from lineofsight.analyses.money.estimate import Money, summed
from lineofsight.reasons import Statement
from lineofsight.stats.results import NotEstimable
from lineofsight.units import Unit, UnitKind
from lineofsight.words.amounts import Amount, Difference
from lineofsight.words.findings.drivers import (
    NoClearEffect,
    NotInMoney,
    NoYear,
    OperationEffects,
    PerceptionEffects,
    PerceptionPerhaps,
    PerceptionUnclear,
    PerceptionWrongWay,
    PerhapsEffects,
    Worth,
)


def operations(
    results: Results, effects: Sequence[Row], money: Sequence[Row], rare: Rare, found_of: Discoveries
) -> Iterator[Finding]:
    """Operations with a clear effect by their worth, then those without one."""
    project = results.project
    considered = tuple(name for name in (*project.perceptions, *project.behaviours) if name not in rare)
    totals: dict[str, list[Row]] = {name: [] for name in project.operations}
    for row in effects:
        total = row["segment"] is None and row["path"] == "total" and row["low"] is not None
        total &= (row["cause"], row["outcome"]) not in results[Doubts].withheld
        if total and row["cause"] in totals and row["outcome"] in considered:
            totals[row["cause"]].append(row)
    found = {name: [row for row in rows if found_of.has(row)] for name, rows in totals.items()}
    worth = {row["driver"]: row for row in money if row["segment"] is None}
    for name in sorted((name for name in found if found[name]), key=lambda n: _weight(worth[n], found[n])):
        unsure = {*rare, *(outcome for cause, outcome in results[Doubts].withheld if cause == name)}
        told = OperationEffects(
            improvement(results, found[name][0]),
            _surest_first(found[name]),
            _worth(results, worth[name], unsure),
        )
        yield Finding("driver", name, told)
    perhaps = {name: [r for r in rows if clear(r) and not found_of.has(r)] for name, rows in totals.items()}
    for name, rows in perhaps.items():
        if rows:
            differences = tuple(difference_of(row) for row in rows)
            fact = PerhapsEffects(improvement(results, rows[0]), differences, found_of.asked["effect"])
            yield Finding("perhaps", name, fact)
    doubted = {cause for cause, _ in results[Doubts].withheld}  # what is withheld may be clear
    unclear = tuple(
        name
        for name, rows in totals.items()
        if rows and not found[name] and not perhaps[name] and name not in doubted
    )
    if unclear:
        yield Finding("no effect", None, NoClearEffect(unclear, considered if rare else ()))


def _surest_first(rows: Sequence[Row]) -> tuple[Difference, ...]:
    """Differences by their level of evidence; those of a level as they come."""
    return tuple(difference_of(row) for level in reversed(LEVELS) for row in rows if row["evidence"] == level)


def _weight(amount: Row, rows: Sequence[Row]) -> tuple[float, float]:
    """Sorts clear money first, the largest amount first, then the clearest effect."""
    errors = [abs(row["estimate"]) / row["standard_error"] for row in rows if row["standard_error"]]
    return (-abs(amount["money_per_year"]) if clear(amount) else 0.0, -max(errors, default=0.0))


def _worth(results: Results, amount: Row, unsure: Collection[str]) -> Worth | None:
    """A driver's money, unless part of it rests on what can hardly be told."""
    counted = amount["behaviours"]
    if amount["low"] is None or set(unsure) & set(counted):
        return None
    left = (
        set(results.project.behaviours)
        - set(counted)
        - {u.behaviour for u in results[Money].unit_values if u.counted_in}
    )
    currency = Unit(results.project.currency or "", UnitKind.MONEY)
    return Worth(
        Amount(amount["money_per_year"], amount["low"], amount["high"], currency),
        tuple(counted) if left else (),
        clear(amount),
    )


def perceptions(
    results: Results, effects: Sequence[Row], rare: Rare, found_of: Discoveries
) -> Iterator[Finding]:
    """What clearly goes with each perception, and of what that cannot be told."""
    for name in results.project.perceptions:
        rows = [
            row
            for row in effects
            if (row["cause"], row["segment"], row["path"]) == (name, None, "total")
            and row["outcome"] not in rare
        ]
        told = [row for row in rows if found_of.has(row)]
        odd = [row for row in told if wrong_way(results, row)]
        right = [row for row in told if row not in odd]
        statistic = results.info[name].statistic
        if right:
            yield Finding("perception", name, PerceptionEffects(name, statistic, _surest_first(right)))
        if odd:
            yield Finding("caution", name, PerceptionWrongWay(name, statistic, _surest_first(odd)))
        if perhaps := tuple(difference_of(row) for row in rows if clear(row) and not found_of.has(row)):
            fact = PerceptionPerhaps(name, statistic, perhaps, found_of.asked["effect"])
            yield Finding("perhaps", name, fact)
        unclear = tuple(row["outcome"] for row in rows if row["low"] is not None and not clear(row))
        if unclear:
            yield Finding("caution", name, PerceptionUnclear(name, unclear))


def wrong_way(results: Results, row: Row) -> bool:
    """Whether a clear effect of a perception is worse for the company, or for a perception that it leads to."""
    return bool((row["estimate"] > 0) != (results.info[row["outcome"]].better == "higher"))


def not_in_money(results: Results) -> Iterator[Finding]:
    """Behaviours that money leaves out, and why."""
    reasons: dict[Statement, list[str]] = {}
    for unit in results[Money].unit_values:
        if isinstance(unit.value, NotEstimable):
            reasons.setdefault(unit.value.reason, []).append(unit.behaviour)
    others = bool(summed(results[Money].unit_values))
    for reason, names in reasons.items():
        yield Finding("money", None, NotInMoney(tuple(names), reason, others))
    if others and (untold := results[Money].no_year) is not None:
        yield Finding("money", None, NoYear(untold))
