"""Findings that warn: what is not in view, what can hardly be told, what was kept out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.checks.estimate import Doubts
from lineofsight.analyses.checks.tables import warnings
from lineofsight.analyses.comparisons.comparison import statements
from lineofsight.analyses.comparisons.estimate import Comparisons
from lineofsight.analyses.facts import better, difference_of
from lineofsight.analyses.findings.discoveries import Discoveries, clear
from lineofsight.analyses.findings.finding import Finding, Rare
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.reasons import Reason, Statement
from lineofsight.words.findings.cautions import (
    CannotBeEstimated,
    Event,
    Extracted,
    NotCovered,
    NotInView,
    OrderIsYours,
    SpokenAgainst,
    TooRare,
    WithKeptOut,
)

_SHOWN = 8
_LATER = (Reason.MADE_AFTER, Reason.MADE_AFTER_WAY)


def doubtful(results: Results, rare: Rare) -> Iterator[Finding]:
    """Claims that a comparison speaks against, and why; those that are not put forward at all are left out."""
    main = {info.name for info in results.sample.design.outcomes if info.main}
    for (cause, outcome), found in statements(results[Comparisons].found, results.level, "against").items():
        if outcome in main and outcome not in rare and (cause, outcome) not in results[Doubts].withheld:
            yield Finding("caution", cause, SpokenAgainst(cause, outcome, found))


def cautions(
    results: Results, effects: Sequence[Row], rare: Rare, found_of: Discoveries
) -> Iterator[Finding]:
    """All warnings, those about what is not in view first."""
    if not results.project.perceptions:
        yield Finding("caution", None, NotInView("perceptions"))
    if not results.project.behaviours:
        yield Finding("caution", None, NotInView("behaviours"))
    if results.project.episodes.snapshot:
        yield Finding("caution", None, OrderIsYours(results.project.episodes.order))
    yield from _rare(results, rare)
    for warning in warnings(results):
        if warning.told:
            yield Finding("caution", warning.subject, warning.fact)
    yield from _kept_out(results, rare)
    yield from _refusals(results, effects)
    for name in _extracted(results, effects, rare, found_of):
        yield Finding("caution", name, Extracted(name))
    yield from _uncovered(results)


def _rare(results: Results, rare: Rare) -> Iterator[Finding]:
    for outcome, (events, columns) in rare.items():
        if events == 0:  # it never varies, or is never known: there is no effect at all, which is said below
            continue
        known, nonzero = results.profile.nonzero[outcome]
        stays = results.project.behaviours[outcome].kind == "stay"
        usual: Event = "happened" if stays else "nonzero"
        event: Event = usual if events == nonzero else "failed"
        yield Finding("caution", outcome, TooRare(outcome, event, events, known, columns))


def _kept_out(results: Results, rare: Rare) -> Iterator[Finding]:
    """Outcomes of which no claim is sure, as a declared control is not held equal, and what it would be with that.

    Nothing of the kind is told of what comes before the outcome that the control gives away: with it, that would be wrong.
    """
    main = [info.name for info in results.sample.design.outcomes if info.main and info.name not in rare]
    rows = [row for row in results.rows("alternatives") if row["held_equal"] == "yes"]
    leaks = results[Leakage].leaks
    for control, outcome in dict.fromkeys((row["column"], row["outcome"]) for row in rows):
        leak = leaks.get((control, outcome))
        if outcome not in main or leak is None or leak.code in _LATER:
            continue
        mine = [row for row in rows if (row["column"], row["outcome"]) == (control, outcome)]
        clear_with = [row for row in mine if row["cause"] in results.project.operations and clear(row)]
        claims = tuple((better(results, row["cause"]), difference_of(row)) for row in clear_with[:_SHOWN])
        yield Finding("caution", outcome, WithKeptOut(control, outcome, claims))


def _refusals(results: Results, effects: Sequence[Row]) -> Iterator[Finding]:
    """Operations without an effect, and on what; those with the same reason share a finding."""
    project, leaks = results.project, set(results[Leakage].leaks.values())
    main = [*project.perceptions, *project.behaviours]
    outcomes: dict[tuple[str, Statement], list[str]] = {}
    for row in effects:
        if (
            row["segment"] is None
            and row["reason"]
            and row["path"] == "total"
            and row["cause"] in project.operations
            and row["outcome"] in main
            and row["reason"] not in leaks
        ):
            outcomes.setdefault((row["cause"], row["reason"]), []).append(row["outcome"])
    refused: dict[tuple[tuple[str, ...], Statement], list[str]] = {}
    for (cause, reason), on in outcomes.items():
        refused.setdefault((tuple(on), reason), []).append(cause)
    for (same, reason), causes in list(refused.items())[:_SHOWN]:
        on_some = () if len(same) == len(main) else same
        yield Finding("caution", None, CannotBeEstimated(tuple(causes), on_some, reason))


def _extracted(results: Results, effects: Sequence[Row], rare: Rare, found_of: Discoveries) -> list[str]:
    """Operations whose improvement clearly goes with good behaviour and clearly with a worse perception."""
    project = results.project
    found = []
    for name in project.operations:
        rows = [
            r
            for r in effects
            if r["cause"] == name and r["segment"] is None and r["path"] == "total" and found_of.has(r)
        ]
        gains = any(
            (r["estimate"] > 0) == (project.behaviours[r["outcome"]].better == "higher")
            for r in rows
            if r["outcome"] in project.behaviours and r["outcome"] not in rare
        )
        losses = any(r["estimate"] < 0 for r in rows if r["outcome"] in project.perceptions)
        if gains and losses:
            found.append(name)
    return found


def _uncovered(results: Results) -> Iterator[Finding]:
    """Behaviours whose window the data do not cover everywhere; those with the same reason share a finding."""
    uncovered: dict[tuple[Statement, int], list[str]] = {}
    for drop in results.file.drops:
        if drop["step"] == "behaviours":
            uncovered.setdefault((drop["reason"], drop["n"]), []).append(drop["name"])
    for (reason, n), names in uncovered.items():
        fact = NotCovered(tuple(names), n / results.file.stored, reason)
        yield Finding("caution", None, fact)
