"""A waterfall: from one period's mean to another's, one bar for each part, each beginning where the last one ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import altair as alt

from lineofsight.report.charts import canvas, theme
from lineofsight.report.charts.canvas import dress, make_frame
from lineofsight.report.charts.text import clip, text_width, wrap

_REACH = 1.5  # an interval may reach this far beyond the bars, in the width of all bars together


@dataclass(frozen=True, slots=True)
class Step:
    """One part: its name, its size with its interval, what is written at its end, and how it is coloured."""

    label: str
    value: float
    low: float | None
    high: float | None
    text: str
    state: str


def waterfall_chart(
    steps: Sequence[Step], whole: Step, axis: str, title: str, subtitle: str, width: int
) -> Any:
    """Bars in the order given, then the whole from zero; the line at a bar's end is the interval of its size.

    Args:
        steps: The parts; they add up to the whole.
        whole: All parts together.
        axis: Title of the scale, with its unit.
        title: What the chart says.
        subtitle: How to read it.
        width: Width in pixels; on a phone names stand above their bars.
    """
    phone = theme.compact(width)
    size = theme.PHONE_TEXT if phone else theme.TEXT
    rows = _rows(steps, whole)
    column = max(text_width(row["text"], theme.SMALL) for row in rows)
    names = max(text_width(row["name"], size, bold=row["whole"]) for row in rows)
    left = 8 if phone else round(min(280, names + 8)) + 16
    frame = make_frame(width, title, subtitle, left=left, right=8 if phone else round(column) + 20, bottom=46)
    height = _placed(rows, frame.inner - column - 4 if phone else left - 16, size, phone)
    domain = _domain(rows)
    _cut(rows, domain)
    ticks = alt.Axis(
        title=clip(axis, frame.inner, theme.SMALL),
        tickCount=4 if phone else 8,
        titleAnchor="start",
        titleAlign="left",
        grid=not phone,
    )
    scale = alt.Scale(domain=list(domain), nice=False, zero=False)

    def x(field: str) -> Any:
        return alt.X(f"{field}:Q", scale=scale, axis=ticks)

    layers = [*_guides(rows, x, height, phone), *_bars(rows, x), *_intervals(rows, x)]
    layers += _texts(rows, frame.inner, frame.left, size, phone)
    return dress(layers, frame, max(height, 1), title)


def _rows(steps: Sequence[Step], whole: Step) -> list[dict[str, Any]]:
    """Where each bar begins and ends, and where its interval lies."""
    rows, at = [], 0.0
    for step, start in [*((step, None) for step in steps), (whole, 0.0)]:
        begin = at if start is None else start
        at = begin + step.value
        rows.append(
            {
                "name": step.label,
                "text": step.text,
                "begin": begin,
                "end": at,
                "low": None if step.low is None else begin + step.low,
                "high": None if step.high is None else begin + step.high,
                "colour": theme.colour(step.state),
                "whole": start is not None,
            }
        )
    return rows


def _placed(rows: list[dict[str, Any]], room: float, size: int, phone: bool) -> float:
    """Puts rows below each other, in pixels; returns the height. A name of two lines takes more on a phone."""
    top = 0.0
    for row in rows:
        lines = wrap(row["name"], room, size, bold=row["whole"])
        step = 33 + 15 * len(lines) if phone else 38
        middle = top + step - 17 if phone else top + step / 2
        row |= {
            "label": "\n".join(lines),
            "top": top,
            "head": top + 7 if phone else middle - 7.5 * (len(lines) - 1),
            "middle": middle,
            "above": middle - 8,
            "below": middle + 8,
        }
        top += step
    for row, following in pairwise(rows):
        row["next"] = following["above"]
    return top


def _domain(rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """Room for all bars and their intervals; a wild interval is cut so that it does not press all others."""
    ends = [row[side] for row in rows for side in ("begin", "end")]
    low, high = min(0.0, *ends), max(0.0, *ends)
    reach = _REACH * (high - low or 1.0)
    ends = [row[side] for row in rows for side in ("low", "high") if row[side] is not None]
    low = min([low, *(max(end, low - reach) for end in ends)])
    high = max([high, *(min(end, high + reach) for end in ends)])
    pad = (high - low or 1.0) * 0.04
    return low - pad, high + pad


def _cut(rows: Sequence[dict[str, Any]], domain: tuple[float, float]) -> None:
    for row in rows:
        row["cut_low"] = row["low"] is not None and row["low"] < domain[0]
        row["cut_high"] = row["high"] is not None and row["high"] > domain[1]
        if row["low"] is not None and row["high"] is not None:
            row["low"], row["high"] = max(row["low"], domain[0]), min(row["high"], domain[1])


def _y(field: str) -> Any:
    return alt.Y(f"{field}:Q", scale=None, axis=None)


def _guides(rows: list[dict[str, Any]], x: Any, height: float, phone: bool) -> list[Any]:
    """The line of no change, thin lines from a bar's end to the next bar, and on a phone lines between rows."""
    layers = []
    if phone:
        between = [{"top": row["top"]} for row in rows[1:]]
        layers.append(
            alt.Chart(canvas.data(between)).mark_rule(color=theme.colour("line")).encode(y=_y("top"))
        )
    spans = (
        [{"at": 0.0, "a": row["above"] - 3, "b": row["below"] + 3} for row in rows]
        if phone
        else [{"at": 0.0, "a": 0.0, "b": height}]
    )
    zero = alt.Chart(canvas.data(spans)).mark_rule(color=theme.colour("zero"), strokeWidth=1.2)
    layers.append(zero.encode(x=x("at"), y=_y("a"), y2=alt.Y2("b")))
    if rows[:-1] and not phone:
        joints = alt.Chart(canvas.data(rows[:-1])).mark_rule(color=theme.colour("unsure"), strokeDash=[2, 2])
        layers.append(joints.encode(x=x("end"), y=_y("below"), y2=alt.Y2("next")))
    return layers


def _bars(rows: list[dict[str, Any]], x: Any) -> list[Any]:
    fill = alt.Fill("colour:N", scale=None, legend=None)
    tip = [alt.Tooltip("name:N"), alt.Tooltip("text:N")]
    bars = alt.Chart(canvas.data(rows)).mark_rect(cornerRadius=2, opacity=0.9)
    return [
        bars.encode(x=x("begin"), x2=alt.X2("end"), y=_y("above"), y2=alt.Y2("below"), fill=fill, tooltip=tip)
    ]


def _intervals(rows: list[dict[str, Any]], x: Any) -> list[Any]:
    known = [row for row in rows if row["low"] is not None and row["high"] is not None]
    ink = theme.colour("ink")
    layers = []
    if known:
        rule = alt.Chart(canvas.data(known)).mark_rule(color=ink, strokeWidth=1.6)
        layers.append(rule.encode(x=x("low"), x2=alt.X2("high"), y=_y("middle")))
    for side, shape in (("low", "triangle-left"), ("high", "triangle-right")):
        ends = [row for row in known if not row[f"cut_{side}"]]
        if ends:
            tick = alt.Chart(canvas.data(ends)).mark_tick(color=ink, thickness=1.6, size=9, orient="vertical")
            layers.append(tick.encode(x=x(side), y=_y("middle")))
        if beyond := [row for row in known if row[f"cut_{side}"]]:
            arrow = alt.Chart(canvas.data(beyond)).mark_point(
                shape=shape, filled=True, size=60, opacity=1, color=ink, fill=ink
            )
            layers.append(arrow.encode(x=x(side), y=_y("middle")))
    return layers


def _texts(rows: list[dict[str, Any]], inner: int, left: int, size: int, phone: bool) -> list[Any]:
    up = "top" if phone else "middle"
    layers = []
    for whole, weight in ((False, "normal"), (True, 600)):
        mine = [row for row in rows if row["whole"] is whole]
        names = [{"x": -left if phone else -16, "y": row["head"], "text": row["label"]} for row in mine]
        values = [
            {"x": inner + (8 if phone else 14), "y": row["head" if phone else "middle"], "text": row["text"]}
            for row in mine
        ]
        layers += [
            canvas.labels(
                names, size, align="left" if phone else "right", baseline=up, weight=weight, line_height=15
            ),
            canvas.labels(values, theme.SMALL, role="muted", align="right" if phone else "left", baseline=up),
        ]
    return layers
