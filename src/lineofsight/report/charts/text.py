"""Where text goes: how wide it is, where it breaks, and where names beside points find room.

Labels are laid out before they are drawn.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import hypot

from lineofsight.report.charts.font import advances

#: How far from its point a name is tried, in pixels, and on which sides; how often all are placed again.
_RINGS = (12.0, 20.0, 30.0, 44.0, 60.0, 80.0, 110.0)
_PASSES = 3
_SLANTS = tuple(
    (x * a, y * b) for x in (1, -1) for y in (1, -1) for a, b in ((0.8, 0.8), (0.4, 1.0), (1.0, 0.4))
)
_SIDES = ((1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0), *_SLANTS)


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width in pixels in the report's font; on the generous side where that has not all its characters."""
    known = advances(600 if bold else 400)
    return size * sum(known[ord(char)] if ord(char) in known else _elsewhere(char, bold) for char in text)


def _elsewhere(char: str, bold: bool) -> float:
    """The width, in parts of the size, of a character that another font will draw: of the widest that are common."""
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.4 if ord(char) >= 0x1F000 else 1.0  # pictures are wider than letters
    return 0.95 if bold else 0.85


def clip(text: str, width: float, size: float, bold: bool = False) -> str:
    """The text, ended by an ellipsis where it is wider than `width`."""
    if text_width(text, size, bold) <= width:
        return text
    while text and text_width(text + "…", size, bold) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, width: float, size: float, lines: int = 2, bold: bool = False) -> list[str]:
    """At most `lines` lines no wider than `width`; words too long for a line are cut, what is left over clipped."""
    words, out = text.split(" "), [""]
    for at, word in enumerate(words):
        joined = f"{out[-1]} {word}".strip()
        if text_width(joined, size, bold) <= width or not out[-1]:
            out[-1] = joined
        elif len(out) < lines:
            out.append(word)
        else:
            out[-1] = f"{out[-1]} {' '.join(words[at:])}"
            break
    return [clip(line, width, size, bold) for line in out]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, right, bottom."""

    x: float
    y: float
    x2: float
    y2: float

    def overlap(self, other: Box) -> float:
        """Area shared with another."""
        wide = min(self.x2, other.x2) - max(self.x, other.x)
        high = min(self.y2, other.y2) - max(self.y, other.y)
        return max(0.0, wide) * max(0.0, high)


def place(
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    area: Box,
    taken: Sequence[Box] = (),
    radius: float = 10.0,
) -> list[Box]:
    """A box for each point's name: near its point, inside the area, over no point, name or `taken` box.

    Points in crowded places are served first, then all again, knowing the others; where nothing is free the
    least overlap wins.
    """
    dots = [Box(x - radius, y - radius, x + radius, y + radius) for x, y in points]
    crowd = [sum(hypot(x - u, y - v) < 70 for u, v in points) for x, y in points]
    placed: dict[int, Box] = {}
    for at in _PASSES * sorted(range(len(points)), key=lambda i: (-crowd[i], i)):
        names = [box for other, box in placed.items() if other != at]
        others = [*dots, *names, *taken]
        placed[at] = min(
            (_candidate(points[at], sizes[at], ring, side) for ring, side in product(_RINGS, _SIDES)),
            key=lambda box: _cost(box, points[at], others, area),
        )
    return [placed[at] for at in range(len(points))]


def _candidate(
    point: tuple[float, float], size: tuple[float, float], ring: float, side: tuple[float, float]
) -> Box:
    (x, y), (wide, high), (dx, dy) = point, size, side
    centre_x = x + dx * ring + (wide / 2 if dx > 0 else -wide / 2 if dx < 0 else 0)
    centre_y = y + dy * (ring + (high / 2 if dx == 0 else 0))
    return Box(centre_x - wide / 2, centre_y - high / 2, centre_x + wide / 2, centre_y + high / 2)


def _cost(box: Box, point: tuple[float, float], others: Sequence[Box], area: Box) -> float:
    outside = sum(
        max(0.0, gap) for gap in (area.x - box.x, area.y - box.y, box.x2 - area.x2, box.y2 - area.y2)
    )
    near_x, near_y = anchor(box, point)
    slant = 8.0 if near_x != point[0] and near_y != point[1] else 0.0
    return (
        10 * sum(box.overlap(other) for other in others)
        + 1000 * outside
        + slant
        + hypot(near_x - point[0], near_y - point[1])
    )


def anchor(box: Box, point: tuple[float, float]) -> tuple[float, float]:
    """The place on the box nearest to the point."""
    return min(max(point[0], box.x), box.x2), min(max(point[1], box.y), box.y2)
