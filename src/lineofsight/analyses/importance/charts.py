"""The importance–performance map: what matters and is done badly is what to fix first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from lineofsight.analyses.importance.quadrants import QUADRANTS, Point, corner, cross, quadrant
from lineofsight.report.charts import canvas, theme
from lineofsight.report.charts.canvas import Frame, dress, make_frame
from lineofsight.report.charts.text import Box, anchor, place, text_width, wrap


def importance_performance_chart(
    points: Sequence[Point], outcome: str, width: int, *, title: str = ""
) -> Any:
    """The map. On a phone points carry numbers, explained under it; on a desktop they carry names."""
    phone = theme.compact(width)
    heading = title or f"{outcome}: what matters most, and how well it is done today"
    subtitle = "Lines divide at the average of the drivers" + (
        "." if phone else "; thin bars are 95 % intervals of the importance."
    )
    height = 330 if phone else 470
    key = _key(points, width) if phone else []
    frame = make_frame(
        width, heading, subtitle, left=44 if phone else 56, right=10, bottom=50 + 17 * len(key)
    )
    top = max([point.importance for point in points], default=1.0) * 1.18
    data = [
        {
            "number": str(at + 1),
            "name": point.label,
            "performance": point.performance,
            "importance": point.importance,
            "low": point.low,
            "high": None if point.high is None else min(point.high, top),
            "quadrant": quadrant(point, points),
        }
        for at, point in enumerate(points)
    ]
    layers = [*_ground(points, frame, height, top, phone), *_marks(data, top, phone)]
    if phone:
        layers.append(canvas.labels(_lines(key, frame, height), theme.PHONE_TEXT, baseline="top"))
    else:
        layers += _names(points, frame, height, top)
    return dress(layers, frame, height, heading)


def _key(points: Sequence[Point], width: int) -> list[str]:
    lines: list[str] = []
    for at, point in enumerate(points):
        broken = wrap(f"{at + 1}\u2002{point.label}", width - 12, theme.PHONE_TEXT)
        lines += [broken[0], *("\u2003\u2002" + line for line in broken[1:])]
    return lines


def _lines(key: list[str], frame: Frame, height: int) -> list[dict[str, Any]]:
    return [{"x": -frame.left + 4, "y": height + 52 + 17 * at, "text": line} for at, line in enumerate(key)]


def _x(phone: bool = False) -> Any:
    title = (
        "Performance today (0 worst, 100 best)"
        if phone
        else "Performance today (0 worst, 100 best of what is seen)"
    )
    ticks = alt.Axis(
        title=title, values=[0, 25, 50, 75, 100], grid=False, titleAnchor="start", titleAlign="left"
    )
    return alt.X("performance:Q", scale=alt.Scale(domain=[0, 100]), axis=ticks)


def _y(top: float, field: str = "importance") -> Any:
    ticks = alt.Axis(title="Importance, % of what drivers explain", tickCount=5, grid=False)
    return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=ticks)


def _ground(points: Sequence[Point], frame: Frame, height: int, top: float, phone: bool) -> list[Any]:
    x, y = cross(points)
    px, py = x / 100 * frame.inner, height * (1 - y / top)
    tiles = [
        {"x": a, "y": b, "x2": c, "y2": d, "fill": theme.colour(fill), "stroke": theme.colour("paper")}
        for a, b, c, d, fill in (
            (0, 0, px, py, "bad1"),
            (px, 0, frame.inner, py, "good1"),
            (0, py, px, height, "box"),
            (px, py, frame.inner, height, "box"),
        )
    ]
    names: dict[str, list[dict[str, Any]]] = {"left": [], "right": []}
    dots = _pixels(points, frame, height, top)
    for name, right, low in QUADRANTS:
        u, v = corner(right, low, dots, frame.inner, (py, height))
        names["right" if right else "left"].append({"x": u, "y": v, "text": name})
    size = theme.PHONE_TEXT if phone else theme.TEXT
    written = [
        canvas.labels(rows, size, role="muted", align=side, weight=600) for side, rows in names.items()
    ]
    return [canvas.boxes(tiles, radius=0), *written]


def _pixels(points: Sequence[Point], frame: Frame, height: int, top: float) -> list[tuple[float, float]]:
    return [(p.performance / 100 * frame.inner, height * (1 - p.importance / top)) for p in points]


def _marks(data: list[dict[str, Any]], top: float, phone: bool) -> list[Any]:
    base = alt.Chart(canvas.data(data))
    tip = [alt.Tooltip(field) for field in ("name:N", "performance:Q", "importance:Q", "quadrant:N")]
    dots = base.mark_point(
        filled=True,
        size=300 if phone else 110,
        opacity=1,
        fill=theme.colour("ink"),
        stroke=theme.colour("paper"),
    ).encode(x=_x(phone), y=_y(top), tooltip=tip)
    if phone:
        number = base.mark_text(fontSize=theme.PHONE_SMALL, fontWeight=600, color=theme.colour("paper"))
        return [dots, number.encode(x=_x(phone), y=_y(top), text=alt.Text("number:N"))]
    bars = base.mark_rule(color=theme.colour("zero"), strokeWidth=1).encode(
        x=_x(), y=_y(top, "low"), y2=alt.Y2("high")
    )
    return [bars, dots]


def _bar(point: Point, x: float, height: int, top: float) -> Box:
    """Where the interval of a point is drawn."""
    low, high = (point.importance if end is None else end for end in (point.low, point.high))
    return Box(x - 2, height * (1 - min(high, top) / top), x + 2, height * (1 - low / top))


def _names(points: Sequence[Point], frame: Frame, height: int, top: float) -> list[Any]:
    size = theme.TEXT
    at = _pixels(points, frame, height, top)
    lines = [wrap(point.label, 190, size, lines=3) for point in points]
    sizes = [(max(text_width(line, size) for line in each), 16.0 * len(each)) for each in lines]
    cut = height * (1 - cross(points)[1] / top)
    taken = []
    for _, right, low in QUADRANTS:
        x, y = corner(right, low, at, frame.inner, (cut, height))
        taken.append(Box(x - 140 if right else x, y - 11, x if right else x + 140, y + 11))
    taken += [_bar(point, x, height, top) for point, (x, _) in zip(points, at, strict=True)]
    boxes = place(at, sizes, Box(0, 0, frame.inner, height), taken)
    names: dict[str, list[dict[str, Any]]] = {"left": [], "right": [], "center": []}
    for box, each, (x, _) in zip(boxes, lines, at, strict=True):
        side = "left" if box.x > x else "right" if box.x2 < x else "center"
        where = {"left": box.x, "right": box.x2, "center": (box.x + box.x2) / 2}[side]
        names[side].append({"x": where, "y": box.y + 8, "text": "\n".join(each)})
    leaders = []
    for box, (x, y) in zip(boxes, at, strict=True):
        u, v = anchor(box, (x, y))
        if abs(u - x) + abs(v - y) > 14:
            leaders.append(
                {"x": x, "y": y, "shape": f"M0,0L{u - x:.1f},{v - y:.1f}", "thick": 0.8, "opacity": 1}
            )
    lead = [{**row, "stroke": theme.colour("zero")} for row in leaders]
    written = [canvas.labels(rows, size, align=side, line_height=16) for side, rows in names.items() if rows]
    return [*([canvas.curves(lead)] if lead else []), *written]
