"""What the values of an operation are made of, and how many of them are as good as it gets."""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir

from lineofsight.aggregation.shape_basis import boxes_of
from lineofsight.engines.base import Reader
from lineofsight.project.models import Operation, Project

_ALL_WHOLE = 2.0**53
_SCALES = ((1.0, 5.0), (1.0, 7.0), (0.0, 10.0), (1.0, 10.0))
_RATED_IN = ("", "points", "point", "stars", "rating", "score")


@dataclass(frozen=True, slots=True)
class Extent:
    """The values of an operation.

    Attributes:
        lowest: The lowest value.
        highest: The highest value.
        known: Episodes in which it is known.
        whole: Whether all of them are whole numbers.
        rating: Lowest and highest answer where it is a rating; None where it is none.
        best: From where on, in the good direction, it is as good as it gets: its limit, the top boxes of a rating,
            else the best value there is.
        at_best: Episodes that are there.
        negative: Episodes in which it is below 0.
        off_scale: Episodes in which a rating lies beyond its scale, as a 0 where 1 is the lowest answer.
    """

    lowest: float
    highest: float
    known: int
    whole: bool
    rating: tuple[float, float] | None
    best: float
    at_best: int
    negative: int = 0
    off_scale: int = 0


def extents(project: Project, engine: Reader, episodes: ir.Table) -> dict[str, Extent]:
    """Two passes: what the values are, and how many of them are as good as it gets."""
    measures: dict[str, ir.Value] = {}
    for name in project.operations:
        value = episodes[name].cast("float64")
        # What is rounded becomes a whole number of 64 bits; a double of 2^53 and more is whole already.
        small = (value.abs() < _ALL_WHOLE).ifelse(value, 0.0)
        measures |= {f"low {name}": value.min(), f"high {name}": value.max()}
        measures |= {
            f"known {name}": value.count(),
            f"part {name}": episodes.count(where=small != small.floor()),
            f"negative {name}": episodes.count(where=value < 0.0),
        }
    row = engine.fetch(episodes.aggregate(**measures))[0]
    known = [name for name in project.operations if row[f"known {name}"]]
    ratings, best = {}, {}
    for name in known:
        operation, low, high = project.operations[name], row[f"low {name}"], row[f"high {name}"]
        ratings[name] = operation.rating or rating_of(operation, low, high, whole=not row[f"part {name}"])
        best[name] = _best(operation, ratings[name], float(low), float(high))
    if not known:
        return {}
    counts = engine.fetch(
        episodes.aggregate(
            **{name: episodes.count(where=_reached(project, episodes, name, best[name])) for name in known},
            **{f"off {name}": _beyond(episodes, name, scale) for name, scale in ratings.items() if scale},
        )
    )[0]
    return {
        name: Extent(
            float(row[f"low {name}"]),
            float(row[f"high {name}"]),
            row[f"known {name}"],
            not row[f"part {name}"],
            ratings[name],
            best[name],
            counts[name],
            row[f"negative {name}"],
            counts.get(f"off {name}", 0),
        )
        for name in known
    }


def rating_of(operation: Operation, low: float, high: float, *, whole: bool) -> tuple[float, float] | None:
    """The scale of an operation that is a rating though it is not declared as one.

    Whole numbers of a unit that ratings have, more being better, from the lowest to the highest answer of a usual scale.
    A count has other units, and seldom ends at 5, 7 or 10.
    """
    asked = operation.agg in (None, "last") and operation.better == "higher"
    if not (asked and whole and operation.unit.lower() in _RATED_IN):
        return None
    return next((scale for scale in _SCALES if scale == (low, high)), None)


def _best(operation: Operation, rating: tuple[float, float] | None, low: float, high: float) -> float:
    higher = operation.better == "higher"
    if rating is not None:
        boxes = boxes_of(*rating)
        return boxes.high if higher else boxes.low
    if operation.limit is not None:
        return operation.limit
    if operation.agg == "share":
        return 1.0 if higher else 0.0
    return high if higher else low


def _beyond(episodes: ir.Table, name: str, scale: tuple[float, float]) -> ir.IntegerScalar:
    value = episodes[name].cast("float64")
    return episodes.count(where=(value < scale[0]) | (value > scale[1]))


def _reached(project: Project, episodes: ir.Table, name: str, best: float) -> ir.BooleanValue:
    value = episodes[name].cast("float64")
    return value >= best if project.operations[name].better == "higher" else value <= best
