"""Findings about shapes: thresholds and returns that shrink or grow, must-haves, and what everybody gets already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.findings.cautions import Finding, Rare, clear
from lineofsight.analyses.findings.wording import quoted
from lineofsight.analyses.ratings.estimate import Ratings
from lineofsight.analyses.shape.estimate import Shape, Shapes
from lineofsight.analyses.shape.tables import place_text
from lineofsight.stats.results import Estimate
from lineofsight.words.lists import joined, sentence
from lineofsight.words.numbers import counted, is_currency, share, unit_name, with_interval

NEARLY_ALL = 0.95
"""Share of the episodes at its best from which an operation is told as one that everybody gets."""

_RETURNS = {
    "diminishing": (
        "the better it already is, the less is gained by making it better still",
        "diminishing returns",
    ),
    "increasing": (
        "the better it already is, the more is gained by making it better still",
        "increasing returns",
    ),
}


def shape_findings(results: Results, rare: Rare) -> Iterator[Finding]:
    """Where lines clearly bend, then which ratings are must-haves or delighters."""
    rated = {one.attribute for one in results[Ratings].found}  # told by their class
    bent = [each for each in results[Shapes].found if each.outcome not in rare and each.driver not in rated]
    bent.sort(key=lambda shape: shape.p_value)
    for shape in bent:
        if shape.verdict == "threshold":
            yield "shape", shape.driver, sentence(_threshold(results, shape))
    for verdict, (meaning, name) in _RETURNS.items():
        found: dict[str, list[str]] = {}
        for shape in bent:
            if shape.verdict == verdict:
                found.setdefault(shape.driver, []).append(shape.outcome)
        for driver, outcomes in found.items():
            on = joined([quoted(results, outcome) for outcome in outcomes])
            yield "shape", driver, sentence(f"{quoted(results, driver)} has {name} on {on}: {meaning}")
    yield from _classes(results, rare)


def _threshold(results: Results, shape: Shape) -> str:
    threshold = shape.threshold
    assert threshold is not None  # by its verdict
    where = place_text(results, shape.driver, threshold.place)
    steeper_above = abs(threshold.above.value) > abs(threshold.below.value)
    sides = {"above": threshold.above, "below": threshold.below}
    steep, flat = ("above", "below") if steeper_above else ("below", "above")
    unclear = _difference(results, shape, sides[flat]) if sides[flat].excludes_zero(results.level) else None
    other = f"{flat} it, {unclear}" if unclear else f"{flat} it no difference is clear"
    return (
        f"{quoted(results, shape.driver)} has a threshold near {where} on {quoted(results, shape.outcome)}: {steep} it,"
        f" {_step(results, shape.driver)} more goes with {_difference(results, shape, sides[steep])}; {other}"
    )


def _difference(results: Results, shape: Shape, slope: Estimate) -> str:
    """As '+0.064 EUR [0.052, 0.076]', for one unit of the driver; for a share, one percentage point."""
    info = results.info[shape.outcome]
    factor = info.factor * (0.01 if results.project.operations[shape.driver].unit == "share" else 1.0)
    scaled = slope * factor
    unit = info.unit if is_currency(info.unit) else unit_name(info.unit, "sentence")
    return with_interval(scaled.value, *scaled.interval(results.level), unit)


def _step(results: Results, driver: str) -> str:
    """As '1 hour'."""
    unit = results.project.operations[driver].unit
    if unit == "share":
        return "1 percentage point"
    return f"1 {unit.removesuffix('s') if unit.endswith('s') and not unit.endswith('ss') else unit}".rstrip()


def _classes(results: Results, rare: Rare) -> Iterator[Finding]:
    """Ratings by their class, one sentence per outcome and class."""
    meanings = {
        "must-have": "a low rating goes with a clear loss, a high one with no gain to match",
        "delighter": "a high rating goes with a clear gain, a low one with no loss to match",
    }
    for kind, meaning in meanings.items():
        found: dict[str, list[str]] = {}
        for one in results[Ratings].found:
            if one.kind == kind and one.outcome not in rare:
                found.setdefault(one.outcome, []).append(one.attribute)
        for outcome, attributes in found.items():
            are = f"is a {kind}" if len(attributes) == 1 else f"are {kind}s"
            told = f"{joined([quoted(results, name) for name in attributes])} {are} for {quoted(results, outcome)}: {meaning}"
            yield "shape", attributes[0] if len(attributes) == 1 else None, sentence(told)


def everybody_gets(results: Results, effects: Sequence[Row]) -> Iterator[Finding]:
    """Operations that are as good as it gets for nearly everybody, so that what losing them would cost hardly shows."""
    for name, operation in results.project.operations.items():
        extent = results.profile.extent.get(name)
        if extent is not None and extent.rating is not None:
            low, high = extent.rating
            if extent.lowest < low or extent.highest > high:
                yield (
                    "caution",
                    name,
                    f"{quoted(results, name)} is a rating from {low:g} to {high:g}, but some of its values lie outside:"
                    " they are counted with the nearest end of its scale.",
                )
        if extent is None or extent.at_best < NEARLY_ALL * extent.known:
            continue
        bounded = operation.limit is not None or operation.agg == "share" or extent.rating is not None
        if extent.at_best == extent.known and not bounded:
            continue  # always the same: whether that is good nobody knows, and its refusal is told
        part = extent.at_best / extent.known
        told = f"{quoted(results, name)} is as good as it gets for {_of(part, extent.known)}"
        rows = [
            row
            for row in effects
            if row["cause"] == name and row["segment"] is None and row["path"] == "total"
        ]
        if any(clear(row) for row in rows):
            told += ": it hardly varies, so that its importance says little about how much it matters"
        else:
            told += ": what it would cost to lose it cannot be seen in these data. It may be a must-have"
        yield "caution", name, sentence(told)


def _of(part: float, known: int) -> str:
    if part == 1.0:
        return f"all {counted(known, 'episode')}"
    text = share(part)
    return f"{'nearly 100 %' if text.startswith('100') else text} of the episodes"
