"""Dots with intervals, one row each, on one scale: the shape shared by effects, money and response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from lineofsight.report.charts import canvas, theme
from lineofsight.report.charts.canvas import dress, make_frame
from lineofsight.report.charts.text import text_width, wrap

_REACH = 1.5


@dataclass(frozen=True, slots=True)
class Dot:
    """One row: what it is, where it lies, what is written at its end, and how it is coloured.

    `before` is where it lay: a hollow dot.
    """

    label: str
    value: float
    low: float | None
    high: float | None
    text: str
    state: str = "good"
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """The scale: its title with the unit, and positions of guides; `zero` draws the line of no difference."""

    title: str
    zero: bool = True
    guides: tuple[float, ...] = ()
    domain: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class _Scale:
    """The horizontal scale with its axis, shared by all layers."""

    low: float
    high: float
    axis: Any

    def x(self, field: str) -> Any:
        scale = alt.Scale(domain=[self.low, self.high], nice=False, zero=False)
        return alt.X(f"{field}:Q", scale=scale, axis=self.axis)


def dot_chart(dots: Sequence[Dot], axis: Axis, title: str, subtitle: str, width: int) -> Any:
    """The chart; rows are drawn in the order given. On a phone names stand above their dots."""
    phone = theme.compact(width)
    size = theme.PHONE_TEXT if phone else theme.TEXT
    column = max([text_width(dot.text, theme.SMALL) for dot in dots], default=0.0)
    names = max([text_width(dot.label, size) for dot in dots], default=0.0)
    left = 8 if phone else round(min(280, names + 8)) + 16
    right = 8 if phone else round(column) + 20
    frame = make_frame(width, title, subtitle, left=left, right=right, bottom=46)
    room = frame.inner - column - 4 if phone else left - 16
    lines = [wrap(dot.label, room, size) for dot in dots]
    ticks = alt.Axis(
        title=axis.title,
        tickCount=4 if phone else 8,
        titleAnchor="start",
        titleAlign="left",
        grid=not phone,
    )
    scale = _Scale(*(axis.domain or _domain(dots, axis)), ticks)
    rows, height = _rows(dots, lines, scale, phone)
    layers = [*_guides(rows, axis, scale, phone, height), *_marks(rows, scale)]
    layers += _texts(rows, frame.inner, frame.left, phone)
    return dress(layers, frame, max(height, 1), title)


def _domain(dots: Sequence[Dot], axis: Axis) -> tuple[float, float]:
    """Room for all that can be told from nothing; a wild interval is cut so that it does not press all others."""
    sure = [dot for dot in dots if dot.state != "unsure"] or list(dots)
    ends = [end for dot in sure for end in (dot.low, dot.high, dot.value) if end is not None]
    reach = _REACH * max([abs(end) for end in ends], default=1.0)
    values = [dot.value for dot in dots]
    others = [end for dot in dots for end in (dot.low, dot.high) if end is not None]
    fixed = [*axis.guides, *values, *([0.0] if axis.zero else [])]
    low = min([*fixed, *(max(end, -reach) for end in others)], default=0.0)
    high = max([*fixed, *(min(end, reach) for end in others)], default=1.0)
    pad = (high - low or 1.0) * 0.04
    return low - pad, high + pad


def _rows(
    dots: Sequence[Dot], lines: Sequence[list[str]], scale: _Scale, phone: bool
) -> tuple[list[dict[str, Any]], float]:
    """Rows with their heights in pixels; a name of two lines takes more on a phone."""
    rows: list[dict[str, Any]] = []
    top = 0.0
    for at, (dot, line) in enumerate(zip(dots, lines, strict=True)):
        step = 31 + 15 * len(line) if phone else 38
        head = top + 7 if phone else top + step / 2 - 7.5 * (len(line) - 1)
        rows.append(
            {
                "row": at,
                "name": dot.label,
                "label": "\n".join(line),
                "text": dot.text,
                "value": dot.value,
                "before": dot.before,
                "top": top,
                "head": head,
                "y": top + step - 15 if phone else top + step / 2,
                "low": None if dot.low is None else max(dot.low, scale.low),
                "high": None if dot.high is None else min(dot.high, scale.high),
                "cut_low": dot.low is not None and dot.low < scale.low,
                "cut_high": dot.high is not None and dot.high > scale.high,
                "state": dot.state,
                "colour": theme.colour(dot.state),
            }
        )
        top += step
    return rows, top


def _y(field: str = "y") -> Any:
    return alt.Y(f"{field}:Q", scale=None, axis=None)


def _guides(rows: list[dict[str, Any]], axis: Axis, scale: _Scale, phone: bool, height: float) -> list[Any]:
    """The zero line and the guides: through the whole picture, on a phone only beside the dots."""
    spans = [(row["y"] - 10, row["y"] + 10) for row in rows] if phone else [(0.0, height)]
    layers = []
    if phone and len(rows) > 1:
        lines = [{"top": row["top"]} for row in rows[1:]]
        layers.append(alt.Chart(canvas.data(lines)).mark_rule(color=theme.colour("line")).encode(y=_y("top")))
    for at in (*((0.0,) if axis.zero else ()), *axis.guides):
        dash = {} if at == 0 else {"strokeDash": [3, 3]}
        parts = [{"at": at, "y": a, "y2": b} for a, b in spans]
        mark = alt.Chart(canvas.data(parts)).mark_rule(color=theme.colour("zero"), strokeWidth=1.2, **dash)
        layers.append(mark.encode(x=scale.x("at"), y=_y(), y2=alt.Y2("y2")))
    return layers


def _marks(rows: list[dict[str, Any]], scale: _Scale) -> list[Any]:
    base = alt.Chart(canvas.data(rows))
    colour = alt.Color("colour:N", scale=None, legend=None)
    fill = alt.Fill("colour:N", scale=None, legend=None)
    tip = [alt.Tooltip("name:N"), alt.Tooltip("text:N")]
    layers = [
        base.mark_rule(strokeWidth=2.5, strokeCap="round").encode(
            x=scale.x("low"), x2=alt.X2("high"), y=_y(), color=colour
        ),
        base.mark_point(filled=True, size=72, opacity=1).encode(
            x=scale.x("value"), y=_y(), color=colour, fill=fill, tooltip=tip
        ),
    ]
    if moved := [row for row in rows if row["before"] is not None]:
        hollow = alt.Chart(canvas.data(moved)).mark_point(
            filled=False, size=72, opacity=1, strokeWidth=1.8, fill=theme.colour("paper")
        )
        layers.insert(1, hollow.encode(x=scale.x("before"), y=_y(), color=colour, stroke=colour, tooltip=tip))
    for side, shape in (("low", "triangle-left"), ("high", "triangle-right")):
        if beyond := [row for row in rows if row[f"cut_{side}"]]:
            arrows = alt.Chart(canvas.data(beyond)).mark_point(shape=shape, filled=True, size=70, opacity=1)
            layers.append(arrows.encode(x=scale.x(side), y=_y(), color=colour, fill=fill))
    return layers


def _texts(rows: list[dict[str, Any]], inner: int, left: int, phone: bool) -> list[Any]:
    size = theme.PHONE_TEXT if phone else theme.TEXT
    names = [{"x": -left if phone else -16, "y": row["head"], "text": row["label"]} for row in rows]
    values = [
        {"x": inner + (8 if phone else 14), "y": row["head" if phone else "y"], "text": row["text"]}
        for row in rows
    ]
    up = "top" if phone else "middle"
    return [
        canvas.labels(names, size, align="left" if phone else "right", baseline=up, line_height=15),
        canvas.labels(values, theme.SMALL, role="muted", align="right" if phone else "left", baseline=up),
    ]
