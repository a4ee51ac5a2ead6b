"""The observed outcome by band of a driver: what can be seen before anything is held equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from lineofsight.report.charts import canvas, theme
from lineofsight.report.charts.canvas import dress, make_frame
from lineofsight.report.charts.text import text_width
from lineofsight.words import numbers
from lineofsight.words.counts import half_open_band

WIDTH = 310
_HEIGHT = 130


def bands_chart(
    rows: Sequence[Mapping[str, Any]], outcome: str, unit: str, driver_unit: str, width: int = WIDTH
) -> Any:
    """Points joined by a line, one a band, for rows of `bands` of one driver and one outcome.

    The scale need not start at zero: it shows the shape; the numbers are written at the points.
    """
    known = [row for row in rows if row["mean"] is not None]
    known.sort(key=lambda row: (row["from"] is not None, row["from"] or 0.0))
    spread = max((row["mean"] for row in known), default=1.0) - min(
        (row["mean"] for row in known), default=0.0
    )
    places = numbers.decimals(spread, digits=2) if spread else 2
    data = [
        {
            "band": at,
            "range": _range(row),
            "mean": row["mean"],
            "text": numbers.plain(row["mean"], max(0, places)),
            "n": f"n {numbers.count(row['n'])}",
        }
        for at, row in enumerate(known)
    ]
    title = f"{outcome}, {numbers.unit_name(unit, 'sentence')}" if numbers.unit_name(unit) else outcome
    by = numbers.unit_name(driver_unit, "sentence")
    subtitle = f"by {by}; observed, not adjusted" if by else "observed, not adjusted"
    frame = make_frame(width, title, subtitle, left=14, right=14, bottom=50)
    return dress(_layers(data, frame.inner), frame, _HEIGHT, f"{outcome} by band, observed, not adjusted")


def _range(row: Mapping[str, Any]) -> str:
    """A band in short; of a count its values."""
    of_count = row["band"] != half_open_band(row["from"], row["to"])
    return row["band"] if of_count else numbers.band(row["from"], row["to"])


def _layers(data: list[dict[str, Any]], inner: int) -> list[Any]:
    """Line, points, means above them; bands and counts below, slanted where there is no room."""
    small = {"fontSize": theme.PHONE_SMALL, "lineBreak": "\n", "lineHeight": 15}
    step = inner / max(1, len(data))
    room = (
        [max(text_width(row[name], theme.PHONE_SMALL) for row in data) for name in ("range", "n")]
        if data
        else [0.0]
    )
    for row in data:
        row["below"] = row["range"] if room[-1] > step else f"{row['range']}\n{row['n']}"
    slant: dict[str, Any] = {"align": "right", "angle": 325, "dy": 8} if room[0] > step - 4 else {"dy": 14}
    base = alt.Chart(canvas.data(data))
    means = [row["mean"] for row in data] or [0.0, 1.0]
    pad = (max(means) - min(means) or abs(means[0]) or 1.0) * 0.25
    x = alt.X("band:O", axis=None, scale=alt.Scale(padding=0.5))
    y = alt.Y(
        "mean:Q",
        axis=None,
        scale=alt.Scale(domain=[min(means) - pad, max(means) + pad], zero=False, nice=False),
    )
    tip = [alt.Tooltip(field) for field in ("range:N", "text:N", "n:N")]
    dot = {
        "filled": True,
        "size": 60,
        "opacity": 1,
        "fill": theme.colour("good"),
        "color": theme.colour("good"),
    }
    return [
        base.mark_line(color=theme.colour("unsure"), strokeWidth=2).encode(x=x, y=y),
        base.mark_point(**dot).encode(x=x, y=y, tooltip=tip),
        base.mark_text(dy=-13, color=theme.colour("ink"), **small).encode(x=x, y=y, text=alt.Text("text:N")),
        base.mark_text(color=theme.colour("muted"), **small, **slant).encode(
            x=x, y=alt.YValue(_HEIGHT), text=alt.Text("below:N")
        ),
    ]
