"""Findings that warn: what is not in view, what can hardly be told, what was kept out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.checks.tables import Warned
from lineofsight.analyses.findings.wording import quoted
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.analyses.rows import names_of
from lineofsight.reasons import Statement
from lineofsight.stats.intervals import excludes_zero
from lineofsight.words.lists import joined, sentence
from lineofsight.words.numbers import count, counted, share
from lineofsight.words.reasons import clause

Finding = tuple[str, str | None, str]  # kind, subject, sentence
Rare = Mapping[str, tuple[int, int]]

_SHOWN = 8


def clear(row: Row) -> bool:
    """Whether the interval lies on one side of zero."""
    return excludes_zero(row["low"], row["high"])


def cautions(
    results: Results, effects: Sequence[Row], rare: Rare, warnings: Sequence[Warned]
) -> Iterator[Finding]:
    """All warnings, those about what is not in view first."""
    if not results.project.perceptions:
        yield (
            "caution",
            None,
            "The customer was skipped: no perception is declared, so how customers felt is not in view.",
        )
    if not results.project.behaviours:
        yield (
            "caution",
            None,
            "No behaviour is declared, so what customers do next, and what it is worth, is not in view.",
        )
    yield from _rare(results, rare)
    for warning in warnings:
        if warning.told:
            yield "caution", warning.subject, warning.row["sentence"]
    yield from _refusals(results, effects)
    for name in _extracted(results, effects, rare):
        yield (
            "caution",
            name,
            f"Extracted, not earned? Making {quoted(results, name)} better goes with more of what the company wants,"
            " but with a worse perception.",
        )
    yield from _uncovered(results)


def _rare(results: Results, rare: Rare) -> Iterator[Finding]:
    for outcome, (events, columns) in rare.items():
        if events == 0:  # it never varies, or is never known: there is no effect at all, which is said below
            continue
        known, nonzero = results.profile.nonzero[outcome]
        stays = results.project.behaviours[outcome].kind == "stay"
        usual = "it happened" if stays else "it differs from zero"
        what = usual if events == nonzero else "it failed to happen"
        yield (
            "caution",
            outcome,
            f"What goes with {quoted(results, outcome)} can hardly be told from these data: {what} in only"
            f" {count(events)} of {counted(known, 'episode')}, too few for models of {counted(columns, 'column')}."
            " Its effects are in the tables, not among the findings.",
        )


def _refusals(results: Results, effects: Sequence[Row]) -> Iterator[Finding]:
    """Operations without an effect, and on what; those with the same reason share a sentence."""
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
        of = joined([quoted(results, name) for name in causes])
        why = clause(reason, names_of(project), several=len(causes) > 1)
        on_what = "" if len(same) == len(main) else f" on {joined([quoted(results, name) for name in same])}"
        yield (
            "caution",
            None,
            sentence(f"no effect of {of}{on_what} can be estimated: {why}"),
        )


def _extracted(results: Results, effects: Sequence[Row], rare: Rare) -> list[str]:
    """Operations whose improvement clearly goes with good behaviour and clearly with a worse perception."""
    project = results.project
    found = []
    for name in project.operations:
        rows = [
            r
            for r in effects
            if r["cause"] == name and r["segment"] is None and r["path"] == "total" and clear(r)
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
    """Behaviours whose window the data do not cover everywhere; those with the same reason share a sentence."""
    uncovered: dict[tuple[Statement, int], list[str]] = {}
    for drop in results.file.drops:
        if drop["step"] == "behaviours":
            uncovered.setdefault((drop["reason"], drop["n"]), []).append(drop["name"])
    for (reason, n), names in uncovered.items():
        one = len(names) == 1
        why = clause(reason, several=not one)
        yield (
            "caution",
            None,
            f"For {share(n / results.file.stored)} of the episodes {joined([quoted(results, name) for name in names])}"
            f" {'is' if one else 'are'} unknown: {why}. There {'it counts' if one else 'they count'} as missing, not as"
            " zero.",
        )
