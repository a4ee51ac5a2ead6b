"""The chain's marks: boxes, links, headings and legend, from places worked out before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lineofsight.analyses.overview.layout import Curve, Placed, Plan, curve_rows
from lineofsight.report.charts import canvas, theme
from lineofsight.report.charts.canvas import Frame


def curves(curves: Sequence[Curve], joins: Sequence[Curve]) -> list[Any]:
    """Links below boxes: what cannot be told from nothing lies lowest."""
    tip = ("source", "target", "text")
    layers = []
    for state, dash in (("unsure", (3, 4)), ("bad", None), ("good", None)):
        if rows := curve_rows(curves, state):
            layers.append(canvas.curves(rows, dash, tip))
    if joins:
        layers.append(
            canvas.curves([{**row, "stroke": theme.colour("ink")} for row in curve_rows(joins, "unsure")])
        )
    return layers


def boxes(boxes: Sequence[Placed], plan: Plan) -> list[Any]:
    """Boxes with their text; an operation carries the colour of its function."""
    rows, bars, names, notes = [], [], [], []
    for box in boxes:
        corner = {"x": box.x, "y": box.y, "x2": box.x + box.width, "y2": box.y + box.height}
        stroke = theme.colour("ink" if box.role == "money" else "line")
        rows.append({**corner, "fill": theme.colour("box"), "stroke": stroke, "name": box.node.label})
        if box.role.startswith("fn"):
            fill = theme.colour(box.role)
            bars.append({**corner, "x2": box.x + 5, "fill": fill, "stroke": fill})
        inset = box.x + (13 if box.role.startswith("fn") else 8)
        text = len(box.lines) * (plan.size + 3) + len(box.notes) * 15
        y = box.y + (box.height - text) / 2
        names.append({"x": inset, "y": y, "text": "\n".join(box.lines)})
        if box.notes:
            notes.append(
                {"x": inset, "y": y + len(box.lines) * (plan.size + 3) + 1, "text": "\n".join(box.notes)}
            )
    small = theme.PHONE_SMALL if plan.money is None else theme.SMALL
    layers = [canvas.boxes(rows, tooltip=("name",)), canvas.boxes(bars, radius=2)]
    layers.append(canvas.labels(names, plan.size, baseline="top", weight=600, line_height=plan.size + 3))
    if notes:
        layers.append(canvas.labels(notes, small, role="muted", baseline="top", line_height=14))
    return layers


def heads(plan: Plan, felt: bool) -> list[Any]:
    """The columns' headings."""
    columns = [plan.operations, *([plan.perceptions] if felt else []), plan.behaviours]
    columns += [plan.money] if plan.money is not None else []
    rows = [{"x": column.x, "y": 8, "text": column.head} for column in columns]
    return [canvas.labels(rows, plan.size, role="muted", weight=600)]


def functions(boxes: Sequence[Placed], plan: Plan) -> list[Any]:
    """The name of each function above its first operation."""
    first: dict[str, Placed] = {}
    for box in boxes:
        first.setdefault(box.node.group, box)
    rows = [{"x": box.x, "y": box.y - 9, "text": group} for group, box in first.items() if group]
    return (
        [canvas.labels(rows, theme.PHONE_SMALL if plan.money is None else theme.SMALL, role="muted")]
        if rows
        else []
    )


def legend(frame: Frame, total: float, unsure_text: str) -> list[Any]:
    """What colours and widths mean."""
    phone = theme.compact(frame.width)
    keys = (("better", "good", 6.0), ("worse", "bad", 6.0), (unsure_text, "unsure", 1.0))
    x, y, size = 2.0, total + 26, theme.PHONE_SMALL if phone else theme.SMALL
    rows, lines = [], []
    for text, state, thick in keys:
        lines.append(
            {
                "x": x,
                "y": y,
                "shape": "M0,0L24,0",
                "thick": thick,
                "opacity": 0.8,
                "stroke": theme.colour(state),
                "state": state,
            }
        )
        rows.append({"x": x + 31, "y": y, "text": text})
        x += 44 + len(text) * size * 0.56
    more = "The wider, the more goes with the change (compared within each step)."
    rows.append({"x": 2 if phone else x + 8, "y": y + 22 if phone else y, "text": more})
    sure = [row for row in lines if row["state"] != "unsure"]
    unsure = [row for row in lines if row["state"] == "unsure"]
    return [canvas.curves(sure), canvas.curves(unsure, (3, 4)), canvas.labels(rows, size, role="muted")]
