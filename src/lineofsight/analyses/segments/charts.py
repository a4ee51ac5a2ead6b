"""For whom a driver matters: a heat map of drivers by segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from lineofsight.report.charts import canvas, theme
from lineofsight.report.charts.canvas import Frame, dress, make_frame
from lineofsight.report.charts.text import clip, text_width, wrap
from lineofsight.words import numbers
from lineofsight.words.changes import common_change

EVERYONE = "Everyone"
_GAP = 2


def segments_chart(
    rows: Sequence[Mapping[str, Any]],
    outcome: str,
    attribute: str,
    labels: Mapping[str, str],
    width: int,
    *,
    good: int = 1,
    title: str = "",
    told: bool = True,
) -> Any:
    """Cells with the effect's number, blue where it is better, orange where worse, empty where nothing can be told.

    Args:
        rows: Rows of `effects` on one outcome, for everyone (`segment` null) and the attribute's segments.
        outcome: The outcome's label.
        attribute: The segments' attribute.
        labels: Labels by name.
        width: Width in pixels; segments that do not fit beside each other go on below.
        good: 1 where more of the outcome is good, -1 where less is.
        title: What the chart says.
        told: False for an outcome that can hardly be told: every cell is grey, wherever its interval lies.
    """
    if not told:
        rows = [{**row, "low": None, "high": None} for row in rows]
    phone = theme.compact(width)
    causes = list(dict.fromkeys(row["cause"] for row in rows))
    levels = list(dict.fromkeys(level_of(row["segment"]) for row in rows))
    levels.sort(key=lambda level: level != EVERYONE)
    values = [abs(row["estimate"]) for row in rows if row["estimate"] is not None and _sure(row)]
    top = max(values, default=1.0)
    places = max(0, numbers.decimals(top, digits=2))
    size = theme.PHONE_SMALL if phone else theme.SMALL
    wide = max([text_width(_number(row, places), size, bold=_sure(row)) for row in rows], default=0.0) + 8
    left = 0 if phone else 232
    unit = numbers.unit_name(
        next((row["unit"] for row in rows if row["estimate"] is not None), ""), "sentence"
    )
    change = common_change((row["change"] for row in rows), "10 % better")
    heading = title or f"{outcome}: what each driver {change} goes with, by {attribute}"
    subtitle = f"In {unit}. " if unit else ""
    grey = "Blue: better; orange: worse; grey numbers: cannot be told from nothing"
    subtitle += f"{grey if told else theme.HARDLY.rstrip('.')}; –: cannot be estimated."
    frame = make_frame(width, heading, subtitle, left=left)
    per_panel = max(1, int(frame.inner // max(wide, 34)))
    panels = ceil(len(levels) / per_panel)
    per_panel = ceil(len(levels) / panels) if levels else 1
    cell = min(96.0, frame.inner / per_panel)
    layers: list[Any] = []
    down = 0.0
    for panel in range(panels):
        part = levels[panel * per_panel : (panel + 1) * per_panel]
        drawn, down = _panel(rows, causes, part, labels, frame, cell, down, (top, places, good, size))
        layers += drawn
    return dress(layers or [canvas.labels([], size)], frame, max(down, 1), heading)


def level_of(segment: str | None) -> str:
    """'SP' from 'customer_state = SP'; 'Everyone' for no segment."""
    return EVERYONE if segment is None else segment.split(" = ", 1)[-1]


def _sure(row: Mapping[str, Any]) -> bool:
    return theme.state_of(row["low"], row["high"]) != "unsure"


def _number(row: Mapping[str, Any], places: int) -> str:
    """With the chart's decimals; with more where a clear one would read as nothing."""
    value = row["estimate"]
    if value and _sure(row) and abs(value) < 0.5 * 10.0**-places:
        places = numbers.decimals(value, digits=1)
    return numbers.plain(value, places, signed=True)


def _panel(
    rows: Sequence[Mapping[str, Any]],
    causes: Sequence[str],
    levels: Sequence[str],
    labels: Mapping[str, str],
    frame: Frame,
    cell: float,
    down: float,
    style: tuple[float, int, int, int],
) -> tuple[list[Any], float]:
    """Layers of one block of columns that starts at `down`, and where it ends."""
    top, places, good, size = style
    phone = frame.left == 0
    heads, room, angle = _heads(levels, cell, size)
    start, high, above = down + room + 6, 32, 19 if phone else 0
    line = high + above + _GAP
    lines = {cause: start + at * line for at, cause in enumerate(causes)}
    columns = {level: at * cell for at, level in enumerate(levels)}
    cells: list[dict[str, Any]] = []
    sure: list[dict[str, Any]] = []
    unsure: list[dict[str, Any]] = []
    for row in rows:
        level = level_of(row["segment"])
        if level not in columns:
            continue
        x, y = columns[level], lines[row["cause"]] + above
        role, outline = _fill(row, top, good)
        cells.append(
            {
                "x": x,
                "y": y,
                "x2": x + cell - _GAP,
                "y2": y + high,
                "fill": theme.colour(role),
                "stroke": theme.colour(outline),
                "estimate": row["estimate"],
                "segment": level,
                "driver": labels.get(row["cause"], row["cause"]),
                "text": _number(row, places),
            }
        )
        where = {"x": x + (cell - _GAP) / 2, "y": y + high / 2, "text": _number(row, places)}
        (sure if _sure(row) else unsure).append(where)
    names = [_name(labels.get(cause, cause), y, phone, frame, size) for cause, y in lines.items()]
    head = [
        {"x": columns[level] + (cell - _GAP) / 2, "y": start - 6, "text": text}
        for level, text in zip(levels, heads, strict=True)
    ]
    return [
        canvas.boxes(cells, radius=2, tooltip=("driver", "segment", "text")),
        canvas.labels(sure, size, align="center", weight=600),
        canvas.labels(unsure, size, role="muted", align="center"),
        canvas.labels(names, theme.PHONE_TEXT if phone else theme.TEXT, align="left" if phone else "right"),
        _header(head, size, angle),
    ], start + len(causes) * line + (18 if phone else 10)


def _fill(row: Mapping[str, Any], top: float, good: int) -> tuple[str, str]:
    """Role of the cell's paper and of its outline: three steps either side of zero."""
    if row["estimate"] is None:
        return "paper", "line"
    if not _sure(row):
        return "box", "box"
    step = min(3, 1 + int(abs(row["estimate"]) / top * 2.999)) if top else 1
    role = f"{'good' if row['estimate'] * good > 0 else 'bad'}{step}"
    return role, role


def _name(label: str, y: float, phone: bool, frame: Frame, size: int) -> dict[str, Any]:
    if phone:
        return {"x": 0, "y": y + 10, "text": clip(label, frame.inner, theme.PHONE_TEXT)}
    lines = wrap(label, frame.left - 16, theme.TEXT, lines=2)
    return {"x": -14, "y": y + 16 - 8 * (len(lines) - 1), "text": "\n".join(lines)}


def _heads(levels: Sequence[str], cell: float, size: int) -> tuple[list[str], float, int]:
    """Column heads: level where they fit, else upright; with the room they take and their angle."""
    broken = ["\n".join(wrap(level, cell - 6, size, lines=3)) for level in levels]
    if cell >= 48 and len(set(broken)) == len(levels):
        return broken, max([head.count("\n") + 1 for head in broken], default=1) * 15.0, 0
    heads = [clip(level, 120, size) for level in levels]
    return heads, max(text_width(head, size) for head in heads), 270


def _header(head: list[dict[str, Any]], size: int, angle: int) -> Any:
    if angle:
        return canvas.labels(head, size, role="muted", align="left", baseline="middle", angle=angle)
    lifted = [{**row, "y": row["y"] - 15 * row["text"].count("\n")} for row in head]
    return canvas.labels(lifted, size, role="muted", align="center", baseline="bottom", line_height=15)
