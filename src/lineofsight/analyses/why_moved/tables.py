"""Tables `changes` and `stability`: what moved between periods, and what stayed."""

from __future__ import annotations

from collections.abc import Sequence

from lineofsight.analyses.results import Results, Row, change_text, number, shown, summarise, told, unit_of
from lineofsight.analyses.why_moved.estimate import Part, PeriodChange
from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate, NotEstimable


def change_rows(results: Results) -> list[Row]:
    """One row per part of every change of a main outcome between two periods."""
    pairs = [(change, part) for change in results.chain.changes for part in change.parts]
    scaled = [
        part.result * change.info.factor if isinstance(part.result, Estimate) else None
        for change, part in pairs
    ]
    summaries = summarise(scaled, results.level)
    return [
        _row(results, change, part, summary[:3])
        for (change, part), summary in zip(pairs, summaries, strict=True)
    ]


def _row(
    results: Results,
    change: PeriodChange,
    part: Part,
    summary: Sequence[float | None],
) -> Row:
    info, before, after = change.info, change.before, change.after
    reason = part.result.reason if isinstance(part.result, NotEstimable) else None
    means: Row = {}
    if part.kind == "difference":
        fewest = min(before.clusters, after.clusters)
        estimate = part.result
        if isinstance(estimate, Estimate):
            reason = None if shown(fewest) else Reason.FEW_FOR_MEAN()
            (summary,) = told([estimate * info.factor], [fewest], results.level)
        means = {
            "mean_from": number(before.mean.value * info.factor) if shown(before.clusters) else None,
            "mean_to": number(after.mean.value * info.factor) if shown(after.clusters) else None,
            "mean_unit": info.mean_unit,
        }
    elif part.kind == "operation":
        driver = next(d for d in results.design.basis.drivers if d.name == part.driver)
        (mean_from, known_from), (mean_to, known_to) = before.known(driver), after.known(driver)
        means = {
            "mean_from": number(mean_from),
            "mean_to": number(mean_to),
            "mean_unit": unit_of(results.project, driver.name),
            "known_from": number(known_from),
            "known_to": number(known_to),
        }
    return {
        "outcome": info.name,
        "outcome_kind": info.kind,
        "from": before.period,
        "to": after.period,
        "part": part.kind,
        "driver": part.driver,
        **means,
        **dict(zip(("estimate", "low", "high"), summary, strict=True)),
        "unit": info.unit,
        "n_from": before.n,
        "n_to": after.n,
        "note": part.note,
        "reason": reason,
    }


def stability_rows(results: Results) -> list[Row]:
    """One row per driver and main outcome, for everyone."""
    rows = []
    for entry in results.chain.stability:
        row: Row = {
            "driver": entry.driver,
            "outcome": entry.info.name,
            "change": change_text("better", results.project.estimation.change),
            "unit": entry.info.unit,
        }
        found = entry.result
        if isinstance(found, NotEstimable):
            rows.append(row | {"reason": found.reason})
            continue
        effects = {period: effect.value * entry.info.factor for period, effect in found.effects.items()}
        lowest, highest = min(effects, key=effects.__getitem__), max(effects, key=effects.__getitem__)
        rows.append(
            row
            | {
                "periods": len(effects),
                "same_sign": found.same_sign,
                "q": number(found.q),
                "p": number(found.p),
                "i2": number(found.i2),
                "lowest": effects[lowest],
                "lowest_in": lowest,
                "highest": effects[highest],
                "highest_in": highest,
            }
        )
    return rows
