"""A bent line, or steps, with its interval over the observed averages: where an outcome changes with a driver, and where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import altair as alt

from lineofsight.report.charts import canvas, theme
from lineofsight.report.charts.canvas import dress, make_frame
from lineofsight.words import numbers

WIDTH = 310
_HEIGHT = 170

HALF = 0.5
"""Half a unit of a count: each of its values stands in the middle of its height."""

Rows = Sequence[Mapping[str, Any]]


def shape_chart(
    pieces: Rows, bands: Rows, outcome: str, verdict: str, by: tuple[str, str], width: int = WIDTH
) -> Any:
    """The line of one driver and outcome, its interval, its bends or steps; grey steps are plain averages of bands.

    Args:
        pieces: Rows of `shape`, the lowest piece first.
        bands: Rows of `bands` of the same driver and outcome.
        outcome: The outcome's label.
        verdict: The shape in words.
        by: The driver's label and unit.
        width: In pixels.
    """
    first = pieces[0]
    stepped = first["step_from"] is not None
    unit = numbers.unit_name(first["outcome_unit"], "sentence")
    line = _levels(pieces) if stepped else _line(pieces)
    seen = _steps(bands, line[0]["x"], line[-1]["x"], HALF if stepped or _one_each(bands) else 0.0)
    title = f"{outcome} by {by[0]}{f', {unit}' if unit else ''}"
    driver = f"{by[0]}, {numbers.unit_name(by[1], 'sentence')}" if by[1] else by[0]
    frame = make_frame(width, title, verdict, left=46, right=14, bottom=44)
    place = first["step_from"] - HALF if stepped else first["knot_suggested"]
    layers = _layers(line, seen, place, driver, "step-after" if stepped else "linear")
    return dress(layers, frame, _HEIGHT, f"{title}: {verdict}")


def _levels(pieces: Rows) -> list[dict[str, Any]]:
    """Where each height of a count begins, half a unit before its lowest value, and where the last one ends."""
    points = [
        {
            "x": piece["piece_from"] - HALF,
            "y": piece["at_from"],
            "low": piece["at_from_low"],
            "high": piece["at_from_high"],
        }
        for piece in pieces
    ]
    return [*points, points[-1] | {"x": pieces[-1]["piece_from"] + HALF}]


def _one_each(bands: Rows) -> bool:
    """Whether each band between the outer ones is one whole number."""
    inner = [band for band in bands if band["from"] is not None and band["to"] is not None]
    return bool(inner) and all(band["from"] % 1 == 0 and band["to"] - band["from"] == 1 for band in inner)


def _line(pieces: Rows) -> list[dict[str, Any]]:
    """Points of the line, left to right; a piece that is not told from its end begins at its knot."""
    points: dict[float, dict[str, Any]] = {}
    for piece in pieces:
        for end in ("from", "to"):
            if piece[f"piece_{end}"] is not None and piece[f"at_{end}"] is not None:
                points[piece[f"piece_{end}"]] = {
                    "x": piece[f"piece_{end}"],
                    "y": piece[f"at_{end}"],
                    "low": piece[f"at_{end}_low"],
                    "high": piece[f"at_{end}_high"],
                }
    return [points[x] for x in sorted(points)]


def _steps(bands: Rows, begin: float, end: float, before: float) -> list[dict[str, Any]]:
    """Band means over what a band covers of the line; bands of one whole number each begin half a unit `before` it."""
    found = []
    for band in bands:
        low = begin if band["from"] is None else max(band["from"] - before, begin)
        high = end if band["to"] is None else min(band["to"] - before, end)
        if band["mean"] is not None and low < high:
            found.append({"x": low, "x2": high, "y": band["mean"], "n": f"n {numbers.count(band['n'])}"})
    return found


def _layers(
    line: list[dict[str, Any]],
    steps: list[dict[str, Any]],
    knot: float | None,
    driver: str,
    interpolate: Literal["linear", "step-after"],
) -> list[Any]:
    reach = [value for row in line for value in (row["low"], row["high"], row["y"]) if value is not None]
    reach += [row["y"] for row in steps]
    pad = (max(reach) - min(reach) or 1.0) * 0.06
    x = alt.X(
        "x:Q",
        axis=alt.Axis(title=driver, tickCount=5, grid=False, titleAnchor="start", titleAlign="left"),
        scale=alt.Scale(domain=[line[0]["x"], line[-1]["x"]], nice=False, zero=False),
    )
    scale = alt.Scale(domain=[min(reach) - pad, max(reach) + pad], nice=False, zero=False)
    axis = alt.Axis(title=None, tickCount=4)
    base = alt.Chart(canvas.data(line))
    middles = [point | {"x": point["x"] + HALF} for point in line[:-1]]  # of a count, the value itself
    dots = base if interpolate == "linear" else alt.Chart(canvas.data(middles))
    seen = alt.Chart(canvas.data(steps)).mark_rule(color=theme.colour("zero"), strokeWidth=1.6)
    tip = [alt.Tooltip(f"{name}:Q", format=".3~g") for name in ("x", "y", "low", "high")]
    layers = [
        base.mark_area(color=theme.colour("good1"), interpolate=interpolate).encode(
            x=x, y=alt.Y("low:Q", scale=scale, axis=axis), y2=alt.Y2("high")
        ),
        seen.encode(
            x=x, x2=alt.X2("x2"), y=alt.Y("y:Q", scale=scale, axis=axis), tooltip=[alt.Tooltip("n:N")]
        ),
        base.mark_line(color=theme.colour("good"), strokeWidth=2.5, interpolate=interpolate).encode(
            x=x, y=alt.Y("y:Q", scale=scale, axis=axis)
        ),
        dots.mark_point(filled=True, size=30, opacity=1, color=theme.colour("good")).encode(
            x=x, y=alt.Y("y:Q", scale=scale, axis=axis), tooltip=tip
        ),
    ]
    if knot is not None and line[0]["x"] <= knot <= line[-1]["x"]:
        rule = alt.Chart(canvas.data([{"x": knot}])).mark_rule(color=theme.colour("zero"), strokeDash=[4, 3])
        layers.insert(1, rule.encode(x=x))
    return layers
