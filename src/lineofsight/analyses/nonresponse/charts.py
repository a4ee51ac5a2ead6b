"""Who answered, and who was not heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lineofsight.report.charts.dots import Axis, Dot, dot_chart
from lineofsight.words import numbers
from lineofsight.words.lists import Label

NOTABLE = 0.1


def response_chart(
    rows: Sequence[Mapping[str, Any]],
    perception: str,
    label: Label,
    width: int,
    *,
    title: str = "",
) -> Any:
    """Share that answered, by segment, with intervals; everyone first, then the highest share first."""
    known = [row for row in rows if row["rate"] is not None]
    known.sort(key=lambda row: (row["segment"] is not None, -row["rate"]))
    dots = [
        Dot(
            "Everyone" if row["segment"] is None else label(row["segment"]),
            row["rate"] * 100,
            None if row["low"] is None else row["low"] * 100,
            None if row["high"] is None else row["high"] * 100,
            f"{numbers.share(row['rate'], row['low'], row['high'])} of {numbers.count(row['episodes'])}",
            "ink" if row["segment"] is None else "good",
        )
        for row in known
    ]
    heading = title or f"{perception}: share of moments that were answered"
    subtitle = "Dot: share answered; line: 95 % interval."
    return dot_chart(dots, Axis("Share answered, %", zero=False), heading, subtitle, width)


def silent_chart(
    rows: Sequence[Mapping[str, Any]],
    perception: str,
    label: Label,
    width: int,
    *,
    title: str = "",
) -> Any:
    """Standardised differences between those who answered and those who did not, the largest first."""
    known = [row for row in rows if row["standardised_difference"] is not None]
    known.sort(key=lambda row: -abs(row["standardised_difference"]))
    dots = [
        Dot(
            label(row["variable"]),
            row["standardised_difference"],
            None,
            None,
            numbers.plain(row["standardised_difference"], 2, signed=True),
            "ink" if abs(row["standardised_difference"]) > NOTABLE else "unsure",
        )
        for row in known
    ]
    reach = max([abs(dot.value) for dot in dots] + [2 * NOTABLE]) * 1.1
    axis = Axis(
        "Answered less silent, standard deviations", guides=(-NOTABLE, NOTABLE), domain=(-reach, reach)
    )
    heading = title or f"{perception}: how those who answered differ from those who did not"
    return dot_chart(dots, axis, heading, "Beyond the dashed lines (±0.1) a difference is notable.", width)


def balance_chart(
    rows: Sequence[Mapping[str, Any]],
    label: Label,
    width: int,
    *,
    title: str,
) -> Any:
    """Standardised differences from everyone who was asked, as answered and with weights; the largest first.

    Args:
        rows: Rows of `silent` of one perception; those without a weighted difference are left out.
        label: What people call a name.
        width: Width in pixels.
        title: What the chart says.
    """
    known = [row for row in rows if row["from_asked"] is not None and row["from_asked_weighted"] is not None]
    known.sort(key=lambda row: -abs(row["from_asked"]))
    dots = [_balance(row, label) for row in known]
    reach = max([abs(it) for dot in dots for it in (dot.value, dot.before or 0.0)] + [1.5 * NOTABLE]) * 1.1
    axis = Axis(
        "Answered less all asked, standard deviations",
        guides=(-NOTABLE, NOTABLE),
        domain=(-reach, reach),
    )
    subtitle = (
        "Hollow: as answered; filled: with weights. Beyond the dashed lines (±0.1) a difference is notable."
    )
    return dot_chart(dots, axis, title, subtitle, width)


def _balance(row: Mapping[str, Any], label: Label) -> Dot:
    before, after = row["from_asked"], row["from_asked_weighted"]
    first, last = (numbers.plain(value, 2, signed=True) for value in (before, after))
    name = row["variable"]
    return Dot(
        label(name),
        after,
        min(before, after),
        max(before, after),
        f"{first} → {last}",
        "bad" if abs(after) > NOTABLE else "good",
        before,
    )
