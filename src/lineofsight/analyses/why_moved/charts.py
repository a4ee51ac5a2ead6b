"""Why an outcome's mean moved between two periods, as a waterfall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lineofsight.analyses.why_moved.waterfall import Step, waterfall_chart
from lineofsight.report.charts import theme
from lineofsight.words import numbers

_MOST = 12  # operations that are drawn by themselves


def changes_chart(
    rows: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    title: str,
    width: int,
    *,
    good: int = 1,
) -> Any:
    """Bars for the rows of `changes` of one outcome and pair of periods that have an estimate.

    Args:
        rows: The difference, then its parts.
        names: What each row is called.
        title: What the chart says, the outcome's label included.
        width: Width in pixels.
        good: 1 where more of the outcome is good, -1 where less is.
    """
    whole, known = rows[0], [at for at in range(1, len(rows)) if rows[at]["estimate"] is not None]
    operations = [at for at in known if rows[at]["part"] == "operation"]
    operations.sort(key=lambda at: -abs(rows[at]["estimate"]))
    mix = [at for at in known if rows[at]["part"] == "mix"]
    rest = [at for at in known if rows[at]["part"] == "unexplained"]
    alone = len(operations) if len(operations) <= _MOST + 1 else _MOST
    steps = [_step(rows[at], names[at], good) for at in operations[:alone]]
    if others := operations[alone:]:
        value = sum(rows[at]["estimate"] for at in others)
        text = _text({**whole, "estimate": value, "low": None, "high": None})
        steps.append(Step(f"{len(others)} other operations", value, None, None, text, "unsure"))
    steps += [_step(rows[at], names[at], good) for at in (*mix, *rest)]
    unit = numbers.unit_name(whole["unit"], "sentence")
    axis = ", ".join(text for text in (f"Change since {whole['from']}", unit) if text)
    subtitle = (
        "Each bar begins where the one above it ended. Blue: better; orange: worse; grey: cannot be told from nothing."
        " Line: 95 % interval of the bar's size."
    )
    last = Step(
        f"In all, {whole['from']} to {whole['to']}",
        whole["estimate"],
        whole["low"],
        whole["high"],
        _text(whole),
        "muted",
    )
    return waterfall_chart(steps, last, axis, title, subtitle, width)


def _step(row: Mapping[str, Any], name: str, good: int) -> Step:
    state = theme.state_of(row["low"], row["high"], good)
    return Step(name, row["estimate"], row["low"], row["high"], _text(row), state)


def _text(row: Mapping[str, Any]) -> str:
    unit = row["unit"] if numbers.is_currency(row["unit"]) else ""
    return numbers.with_interval(row["estimate"], row["low"], row["high"], unit)
