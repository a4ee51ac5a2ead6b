"""Table `findings`: what was found, as plain sentences, worded as associations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.checks.estimate import Doubts
from lineofsight.analyses.checks.tables import warned
from lineofsight.analyses.comparisons.tables import doubtful
from lineofsight.analyses.evidence.levels import LEVELS
from lineofsight.analyses.findings.cautions import Finding, Rare, cautions, clear
from lineofsight.analyses.findings.nonresponse import left_out, unlike, weighted_words
from lineofsight.analyses.findings.paths import path_findings
from lineofsight.analyses.findings.shape import everybody_gets, shape_findings
from lineofsight.analyses.findings.wording import difference, improvement, money, quoted
from lineofsight.analyses.money.estimate import Money, summed
from lineofsight.analyses.rows import label_of
from lineofsight.reasons import Statement
from lineofsight.runs.columns import TableSchema, nullable, required
from lineofsight.stats.results import NotEstimable
from lineofsight.words.evidence import verb
from lineofsight.words.lists import joined, sentence
from lineofsight.words.numbers import count, share
from lineofsight.words.reasons import clause

FINDINGS = TableSchema(
    "findings",
    "What was found, as plain sentences, the most important first.",
    (
        required("rank", "int", "order, from 1"),
        required(
            "kind",
            "string",
            "'driver', 'perception', 'path', 'shape', 'money', 'response', 'caution' or 'no effect'",
        ),
        nullable("subject", "string", "driver or perception it speaks of"),
        required("sentence", "string", "the sentence"),
    ),
)

_NOTABLE = 0.1  # standardised difference, Austin 2009


def finding_rows(results: Results) -> list[Row]:
    """The sentences in order: drivers by worth, then by clearness; perceptions; paths; shapes; money; who answered; cautions."""
    rare = results[Doubts].rare
    effects, money_table = results.rows("effects"), results.rows("money")
    found: list[Finding] = []
    found += _drivers(results, effects, money_table, rare)
    found += _perceptions(results, effects, rare)
    found += path_findings(results, rare)
    found += shape_findings(results, rare)
    found += _unvalued(results)
    found += _response(results, results.rows("silent"), results.rows("populations"))
    found += doubtful(results, rare)
    found += cautions(results, effects, rare, warned(results))
    found += everybody_gets(results, effects)
    return [
        {"rank": rank, "kind": kind, "subject": subject, "sentence": sentence}
        for rank, (kind, subject, sentence) in enumerate(found, start=1)
    ]


def _drivers(
    results: Results, effects: Sequence[Row], money_table: Sequence[Row], rare: Rare
) -> Iterator[Finding]:
    project = results.project
    considered = [name for name in (*project.perceptions, *project.behaviours) if name not in rare]
    totals: dict[str, list[Row]] = {name: [] for name in project.operations}
    for row in effects:
        total = row["segment"] is None and row["path"] == "total" and row["low"] is not None
        total &= (row["cause"], row["outcome"]) not in results[Doubts].withheld
        if total and row["cause"] in totals and row["outcome"] in considered:
            totals[row["cause"]].append(row)
    found = {name: [row for row in rows if clear(row)] for name, rows in totals.items()}
    worth = {row["driver"]: row for row in money_table if row["segment"] is None}
    for name in sorted((name for name in found if found[name]), key=lambda n: _weight(worth[n], found[n])):
        told = f"{improvement(results, found[name][0])} {_by_evidence(results, found[name])}"
        unsure = {*rare, *(outcome for cause, outcome in results[Doubts].withheld if cause == name)}
        yield "driver", name, sentence(told + _worth(results, worth[name], unsure))
    doubted = {cause for cause, _ in results[Doubts].withheld}  # what is withheld may be clear
    unclear = [
        label_of(project, n) for n, rows in totals.items() if rows and not found[n] and n not in doubted
    ]
    if unclear:
        on = f" on {joined([quoted(results, name) for name in considered], 'or')}" if rare else ""
        yield (
            "no effect",
            None,
            f"No clear effect{on} was found for {joined(unclear)}: every interval includes zero."
            " That does not show that there is none.",
        )


def _by_evidence(results: Results, rows: Sequence[Row]) -> str:
    """What goes with it, the surest first: 'reliably goes with a and b, and goes with c'."""
    told = []
    for level in reversed(LEVELS):
        parts = [difference(results, row) for row in rows if row["evidence"] == level]
        if parts:
            told.append(f"{verb(level)} {joined(parts)}")
    return ", and ".join(told)


def _weight(amount: Row, rows: Sequence[Row]) -> tuple[float, float]:
    """Sorts clear money first, the largest amount first, then the clearest effect."""
    errors = [abs(row["estimate"]) / row["standard_error"] for row in rows if row["standard_error"]]
    return (-abs(amount["money_per_year"]) if clear(amount) else 0.0, -max(errors, default=0.0))


def _worth(results: Results, amount: Row, unsure: Collection[str]) -> str:
    """A driver's money, unless part of it rests on what can hardly be told."""
    counted = amount["behaviours"]
    if amount["low"] is None or set(unsure) & set(counted):
        return ""
    unclear = "" if clear(amount) else ", which cannot be told from zero"
    left = (
        set(results.project.behaviours)
        - set(counted)
        - {u.behaviour for u in results[Money].unit_values if u.counted_in}
    )
    over = f"over {joined([quoted(results, name) for name in counted])}" if left else "over all behaviours"
    return f"; in money, {over}, {money(results, amount)}{unclear}"


def _perceptions(results: Results, effects: Sequence[Row], rare: Rare) -> Iterator[Finding]:
    for name in results.project.perceptions:
        rows = [
            row
            for row in effects
            if (row["cause"], row["segment"], row["path"]) == (name, None, "total")
            and row["outcome"] not in rare
        ]
        told = [row for row in rows if clear(row)]
        label = quoted(results, name)
        if told:
            step = rows[0]["change"].replace(" higher", "")
            yield (
                "perception",
                name,
                sentence(f"{step} more of {label}, all else equal, {_by_evidence(results, told)}"),
            )
        unclear = [
            quoted(results, row["outcome"]) for row in rows if row["low"] is not None and not clear(row)
        ]
        if unclear:
            told_apart = f"whether {label} goes with {joined(unclear, 'or')} cannot be told from these data"
            yield "caution", name, sentence(told_apart)


def _unvalued(results: Results) -> Iterator[Finding]:
    """Behaviours that money leaves out, and why."""
    reasons: dict[Statement, list[str]] = {}
    for unit in results[Money].unit_values:
        if isinstance(unit.value, NotEstimable):
            reasons.setdefault(unit.value.reason, []).append(unit.behaviour)
    some = bool(summed(results[Money].unit_values))
    for reason, names in reasons.items():
        what = joined([quoted(results, name) for name in names])
        told = (
            f"money leaves out {what}"
            if some
            else f"{what} {'is' if len(names) == 1 else 'are'} not put in money"
        )
        yield "money", None, sentence(f"{told}: {clause(reason)}")


def _response(results: Results, silent: Sequence[Row], populations: Sequence[Row]) -> Iterator[Finding]:
    for name in results.project.perceptions:
        asked = results.sample.everyone.mean_sums[f"asked:{name}"][0]
        answered = results.sample.everyone.population((name,)).n
        if asked <= 0:
            continue
        told = (
            f"{quoted(results, name)} is known for {count(answered)} of {count(int(asked))} episodes"
            f" ({share(answered / asked)})"
        )
        apart = [
            row
            for row in silent
            if row["perception"] == name and abs(row["standardised_difference"] or 0) > _NOTABLE
        ]
        apart.sort(key=lambda row: -abs(row["standardised_difference"]))
        if apart:
            most = joined([label_of(results.project, row["variable"]) for row in apart[:3]])
            told += f"; those who answered differ from the silent in {most}"
        yield "response", name, sentence(told + weighted_words(results, name, bool(apart)))
    yield from unlike(results, populations)
    yield from left_out(results)
