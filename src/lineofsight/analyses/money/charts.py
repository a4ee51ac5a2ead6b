"""Money a year that goes with each driver made better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lineofsight.report.charts import theme
from lineofsight.report.charts.dots import Axis, Dot, dot_chart
from lineofsight.words import numbers
from lineofsight.words.changes import common_change


def money_chart(
    rows: Sequence[Mapping[str, Any]],
    currency: str,
    labels: Mapping[str, str],
    width: int,
    *,
    title: str = "",
    sure: bool = True,
) -> Any:
    """Dots with intervals for the rows of `money`, the most money first; the axis is in thousands or millions.

    Not `sure`: behind the money stands a behaviour that can hardly be told, and every dot is grey.
    """
    known = [row for row in rows if row["money_per_year"] is not None]
    known.sort(key=lambda row: -row["money_per_year"])
    largest = max((abs(row["money_per_year"]) for row in known), default=0.0)
    factor, _, word = numbers.money_scale([row["money_per_year"] for row in known])
    dots = [
        Dot(
            labels.get(row["driver"], row["driver"]),
            row["money_per_year"] / factor,
            None if row["low"] is None else row["low"] / factor,
            None if row["high"] is None else row["high"] / factor,
            numbers.with_interval(
                row["money_per_year"], row["low"], row["high"], currency, signed=False, beside=largest
            ),
            theme.state_of(row["low"], row["high"]) if sure else "unsure",
        )
        for row in known
    ]
    amount = f"{currency} {word}".strip()
    subtitle = f"Dot: estimate; line: 95 % interval. {theme.FROM_NOTHING if sure else theme.HARDLY}"
    change = common_change((row["change"] for row in known), "10 % better")
    heading = title or f"Money a year that goes with each driver {change}"
    return dot_chart(dots, Axis(f"{amount} a year"), heading, subtitle, width)
