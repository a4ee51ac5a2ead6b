"""The chain's geometry: boxes in columns, and links as curves that leave and enter them in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lineofsight.report.charts import theme


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column of boxes stands, and its heading."""

    x: float
    width: float
    head: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the columns stand at one width."""

    operations: Column
    perceptions: Column
    behaviours: Column
    money: Column | None
    size: int
    widest: float


@dataclass(frozen=True, slots=True)
class Node:
    """One box of the chain. `group` is the owning function of an operation; `note` its second line."""

    name: str
    label: str
    note: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One link. `size` is comparable within a step (an elasticity); `state` says what the interval allows."""

    source: str
    target: str
    size: float
    state: theme.State
    text: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A node with its place and its text broken into lines."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()
    role: str = "box"


@dataclass(frozen=True, slots=True)
class Curve:
    """A link as a path from one box's right side to another's left."""

    link: Link
    x: float
    y: float
    shape: str
    thick: float


@dataclass
class _Side:
    """The links that leave or enter one box, in the order of their other ends, each with its width."""

    box: Placed
    ends: list[tuple[float, int, float]] = field(default_factory=list)

    def places(self) -> dict[int, float]:
        """Heights by link: each gets its own width of the side, spread out where there is room."""
        free = max(0.0, self.box.height - 8)
        need = sum(thick for _, _, thick in self.ends) or 1.0
        gap = min(7.0, max(0.0, free - need) / max(1, len(self.ends)))
        squeeze = min(1.0, free / need)
        y = self.box.y + self.box.height / 2 - (need * squeeze + gap * (len(self.ends) - 1)) / 2
        out = {}
        for _, at, thick in sorted(self.ends):
            out[at] = y + thick * squeeze / 2
            y += thick * squeeze + gap
        return out


def spread(heights: Sequence[float], total: float, gap: float = 26.0) -> list[float]:
    """Tops of boxes of these heights, evenly over `total`, centred."""
    free = total - sum(heights)
    between = max(gap, free / (len(heights) + 1)) if heights else 0.0
    top = max(0.0, (total - sum(heights) - between * (len(heights) - 1)) / 2)
    tops = []
    for height in heights:
        tops.append(top)
        top += height + between
    return tops


def route(links: Sequence[Link], boxes: dict[str, Placed], widest: float) -> list[Curve]:
    """Curves for links between placed boxes; widths in proportion to sizes, the largest `widest`."""
    known = [link for link in links if link.source in boxes and link.target in boxes]
    top = max((link.size for link in known if link.state != "unsure"), default=0.0) or 1.0
    leaving = {name: _Side(box) for name, box in boxes.items()}
    entering = {name: _Side(box) for name, box in boxes.items()}
    thick = [
        1.0 if link.state == "unsure" else max(1.5, widest * min(1.0, link.size / top)) for link in known
    ]
    for at, link in enumerate(known):
        leaving[link.source].ends.append((_middle(boxes[link.target]), at, thick[at]))
        entering[link.target].ends.append((_middle(boxes[link.source]), at, thick[at]))
    starts = {at: y for side in leaving.values() for at, y in side.places().items()}
    stops = {at: y for side in entering.values() for at, y in side.places().items()}
    curves = []
    for at, link in enumerate(known):
        a, b = boxes[link.source], boxes[link.target]
        x, dx, dy = a.x + a.width, b.x - a.x - a.width, stops[at] - starts[at]
        shape = f"M0,0C{dx * 0.5:.1f},0,{dx * 0.5:.1f},{dy:.1f},{dx:.1f},{dy:.1f}"
        curves.append(Curve(link, x, starts[at], shape, thick[at]))
    return curves


def _middle(box: Placed) -> float:
    return box.y + box.height / 2


def curve_rows(curves: Sequence[Curve], state: str) -> list[dict[str, Any]]:
    """Rows for the canvas of the curves in one state."""
    return [
        {
            "x": curve.x,
            "y": curve.y,
            "shape": curve.shape,
            "thick": round(curve.thick, 2),
            "stroke": theme.colour(state),
            "opacity": 0.75 if state == "unsure" else 0.8,
            "source": curve.link.source,
            "target": curve.link.target,
            "text": curve.link.text,
            "size": curve.link.size,
        }
        for curve in curves
        if curve.link.state == state
    ]
