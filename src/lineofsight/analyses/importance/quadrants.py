"""The quarters of the importance–performance map: what lies in which, and where their names are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

QUADRANTS = (("Fix first", 0, 0), ("Keep up", 1, 0), ("Low priority", 0, 1), ("Possible overkill", 1, 1))


@dataclass(frozen=True, slots=True)
class Point:
    """One driver: performance 0–100, importance in per cent of explained variance with its interval."""

    label: str
    performance: float
    importance: float
    low: float | None = None
    high: float | None = None


def points_of(
    importance: Sequence[Mapping[str, Any]], drivers: Sequence[Mapping[str, Any]], labels: Mapping[str, str]
) -> list[Point]:
    """Points from rows of `importance` (one outcome, one segment) and `drivers`, the most important first."""
    performance = {row["driver"]: row["performance"] for row in drivers}
    points = []
    for row in importance:
        where = performance.get(row["driver"])
        if row["share"] is None or where is None:
            continue
        total = row["r2_drivers"]
        low, high = (
            (row[end] / total * 100 if total and row[end] is not None else None) for end in ("low", "high")
        )
        points.append(Point(labels.get(row["driver"], row["driver"]), where, row["share"] * 100, low, high))
    return sorted(points, key=lambda point: -point.importance)


def quadrant(point: Point, points: Sequence[Point]) -> str:
    """The quarter of the map a driver lies in; the lines are the means over the drivers."""
    right, low = point.performance >= cross(points)[0], point.importance < cross(points)[1]
    return next(name for name, x, y in QUADRANTS if (x, y) == (int(right), int(low)))


def cross(points: Sequence[Point]) -> tuple[float, float]:
    """Where the lines divide the map: mean performance and mean importance of the drivers."""
    many = max(1, len(points))
    return sum(p.performance for p in points) / many, sum(p.importance for p in points) / many


def corner(
    right: int, low: int, dots: Sequence[tuple[float, float]], inner: float, spans: tuple[float, float]
) -> tuple[float, float]:
    """Where a quarter's name stands: at its outer edge, or at its inner edge where points lie in the way.

    Args:
        right: 1 for the quarters on the right.
        low: 1 for the quarters below.
        dots: The points, in pixels.
        inner: Width of the map.
        spans: Height of the dividing line and of the whole map.
    """
    line, height = spans
    x = inner - 8 if right else 8.0
    places = (height - 13, line + 15) if low else (14.0, line - 14)
    near, far = (inner - 150, inner) if right else (0.0, 150.0)
    crowds = [sum(near <= u <= far and abs(v - y) < 20 for u, v in dots) for y in places]
    return x, places[crowds.index(min(crowds))]
