"""Findings about shapes: thresholds, steps and returns that shrink or grow, must-haves, and what everybody gets already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.facts import scaled
from lineofsight.analyses.findings.discoveries import Discoveries, clear
from lineofsight.analyses.findings.finding import Finding, Kind, Rare
from lineofsight.analyses.ratings.estimate import Ratings
from lineofsight.analyses.shape.estimate import Shape, Shapes
from lineofsight.analyses.shape.tables import place_of, step_place
from lineofsight.stats.results import Estimate
from lineofsight.words.amounts import Amount
from lineofsight.words.findings.shapes import (
    AsGoodAsItGets,
    ChangingReturns,
    OutsideScale,
    RatingClass,
    RatingKind,
    Returns,
    StepFrom,
    Threshold,
)

NEARLY_ALL = 0.95
"""Share of the episodes at its best from which an operation is told as one that everybody gets."""

_RETURNS: tuple[Returns, ...] = ("diminishing", "increasing")
_CLASSES: tuple[RatingKind, ...] = ("must-have", "delighter")


def shape_findings(results: Results, rare: Rare, found_of: Discoveries) -> Iterator[Finding]:
    """Where lines clearly bend or step, then which ratings are must-haves or delighters."""
    rated = {one.attribute for one in results[Ratings].found}  # told by their class
    bent = [each for each in results[Shapes].found if each.outcome not in rare and each.driver not in rated]
    bent.sort(key=lambda shape: shape.p_value)

    def among(shape: Shape) -> int | None:
        sure = found_of.holds("shape", shape.driver, shape.outcome)
        return None if sure else found_of.asked["shape"]

    for shape in bent:
        asked = among(shape)
        kind: Kind = "shape" if asked is None else "perhaps"
        if shape.verdict == "threshold":
            yield Finding(kind, shape.driver, _threshold(results, shape, asked))
        elif shape.verdict == "step":
            yield Finding(kind, shape.driver, _step(results, shape, asked))
    for returns in _RETURNS:
        found: dict[tuple[str, int | None], list[str]] = {}
        for shape in bent:
            if shape.verdict == returns:
                found.setdefault((shape.driver, among(shape)), []).append(shape.outcome)
        for (driver, asked), outcomes in found.items():
            kind = "shape" if asked is None else "perhaps"
            yield Finding(kind, driver, ChangingReturns(driver, tuple(outcomes), returns, asked))
    yield from _classes(results, rare, found_of)


def _threshold(results: Results, shape: Shape, asked: int | None) -> Threshold:
    threshold = shape.threshold
    assert threshold is not None  # by its verdict
    above, below = threshold.above, threshold.below
    steeper_above = abs(above.value) > abs(below.value)
    steep, flat = (above, below) if steeper_above else (below, above)
    return Threshold(
        shape.driver,
        shape.outcome,
        results.project.operations[shape.driver].unit,
        place_of(results, shape.driver, threshold.place),
        "above" if steeper_above else "below",
        steeper=_slope(results, shape, steep),
        flatter=_slope(results, shape, flat) if flat.excludes_zero(results.level) else None,
        asked=asked,
    )


def _step(results: Results, shape: Shape, asked: int | None) -> StepFrom:
    step, info = shape.step, results.info[shape.outcome]
    assert step is not None  # by its verdict
    below, above = (
        replace(scaled(results, height, shape.outcome), unit=info.mean_unit)
        for height in (step.below, step.above)
    )
    place = step_place(results, shape.driver, step)
    change = scaled(results, step.change, shape.outcome)
    return StepFrom(shape.driver, shape.outcome, place, below, above, change, asked)


def _slope(results: Results, shape: Shape, slope: Estimate) -> Amount:
    """For one unit of the driver; for a share, one percentage point."""
    step = 0.01 if results.project.operations[shape.driver].unit == "share" else 1.0
    return scaled(results, slope, shape.outcome, step)


def _classes(results: Results, rare: Rare, found_of: Discoveries) -> Iterator[Finding]:
    """Ratings by their class, one finding per outcome and class."""
    for kind in _CLASSES:
        found: dict[tuple[str, bool], list[str]] = {}
        for one in results[Ratings].found:
            if one.kind == kind and one.outcome not in rare:
                key = (one.outcome, found_of.holds("rating", one.attribute, one.outcome))
                found.setdefault(key, []).append(one.attribute)
        for (outcome, among_all), attributes in found.items():
            subject = attributes[0] if len(attributes) == 1 else None
            fact = RatingClass(
                tuple(attributes), outcome, kind, None if among_all else found_of.asked["rating"]
            )
            yield Finding("shape" if among_all else "perhaps", subject, fact)


def everybody_gets(results: Results, effects: Sequence[Row]) -> Iterator[Finding]:
    """Operations that are as good as it gets for nearly everybody, so that what losing them would cost hardly shows."""
    for name, operation in results.project.operations.items():
        extent = results.profile.extent.get(name)
        if extent is not None and extent.rating is not None:
            low, high = extent.rating
            if extent.lowest < low or extent.highest > high:
                yield Finding("caution", name, OutsideScale(name, low, high))
        if extent is None or extent.at_best < NEARLY_ALL * extent.known:
            continue
        bounded = operation.limit is not None or operation.agg == "share" or extent.rating is not None
        if extent.at_best == extent.known and not bounded:
            continue  # always the same: whether that is good nobody knows, and its refusal is told
        rows = [
            row
            for row in effects
            if row["cause"] == name and row["segment"] is None and row["path"] == "total"
        ]
        part, varies = extent.at_best / extent.known, any(clear(row) for row in rows)
        yield Finding("caution", name, AsGoodAsItGets(name, part, extent.known, varies))
