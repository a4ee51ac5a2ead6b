"""What each driver, made 10 % better, goes with in one outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lineofsight.report.charts import theme
from lineofsight.report.charts.dots import Axis, Dot, dot_chart
from lineofsight.words import numbers


def effects_chart(
    rows: Sequence[Mapping[str, Any]],
    outcome: str,
    labels: Mapping[str, str],
    width: int,
    *,
    good: int = 1,
    title: str = "",
    sure: bool = True,
) -> Any:
    """Dots with intervals for the rows of `effects` on one outcome, the best first.

    Args:
        rows: Rows of `effects`, one a driver; those without an estimate are counted in the subtitle.
        outcome: The outcome's label.
        labels: Labels by name.
        width: Width in pixels.
        good: 1 where more of the outcome is good, -1 where less is.
        title: What the chart says; made from the rows when empty.
        sure: False for an outcome that can hardly be told: every dot is grey, wherever its interval lies.
    """
    known = [row for row in rows if row["estimate"] is not None]
    known.sort(key=lambda row: -good * row["estimate"])
    dots = [_dot(row, labels, good, sure) for row in known]
    unit = known[0]["unit"] if known else ""
    changes = {row["change"] for row in known}
    change = changes.pop() if len(changes) == 1 else "better"
    left_out = len(rows) - len(known)
    subtitle = f"Dot: estimate; line: 95 % interval. {theme.FROM_NOTHING if sure else theme.HARDLY}"
    if left_out:
        subtitle += f" {numbers.counted(left_out, 'driver')} cannot be estimated."
    name = "points" if unit == "points" else unit
    axis = Axis(f"Difference in {outcome}, {name}" if name else f"Difference in {outcome}")
    return dot_chart(dots, axis, title or f"{outcome}: what each driver {change} goes with", subtitle, width)


def _dot(row: Mapping[str, Any], labels: Mapping[str, str], good: int, sure: bool) -> Dot:
    return Dot(
        labels.get(row["cause"], row["cause"]),
        row["estimate"],
        row["low"],
        row["high"],
        numbers.with_interval(row["estimate"], row["low"], row["high"]),
        theme.state_of(row["low"], row["high"], good) if sure else "unsure",
    )
