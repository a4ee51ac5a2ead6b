"""For whom each driver matters: what each segment has, and whether segments differ beyond chance."""

from __future__ import annotations

from lineofsight.analyses.segments.charts import segments_chart
from lineofsight.report.blocks import Block, Details, Paragraph, Section
from lineofsight.report.charts.render import figure
from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers
from lineofsight.words.case.points import SMALL
from lineofsight.words.lists import joined


def segments(data: ReportData) -> Section:
    """A heat map for each attribute and outcome; the first outcome of each attribute is open."""
    blocks: list[Block] = []
    for attribute in data.attributes:
        for at, outcome in enumerate(data.outcomes):
            rows = _rows(data, attribute, outcome)
            if any(row["segment"] for row in rows):
                blocks.append(
                    Details(
                        _message(data, attribute, outcome),
                        (_map(data, attribute, outcome, rows),),
                        at == 0,
                    )
                )
    if not blocks:
        lead = "No segments were declared, so all numbers are for everyone."
        return Section("segments", "For whom it matters", (Paragraph(lead, lead=True),))
    lead = "A driver can matter to some customers and not to others. Grey cells cannot be told from nothing"
    lead += (
        f", or, of {joined([*map(data.label, data.rare_behaviours)])}, can hardly be told."
        if data.rare_behaviours
        else "."
    )
    return Section("segments", "For whom it matters", (Paragraph(lead, lead=True), *blocks))


def _rows(data: ReportData, attribute: str, outcome: str) -> list[Row]:
    rows = data.effects(outcome, segments=True)
    return [row for row in rows if row["segment"] is None or row["segment"].startswith(f"{attribute} = ")]


def _message(data: ReportData, attribute: str, outcome: str) -> str:
    """Which segment stands out, only where its tests say so: of the largest of many estimates chance makes most."""
    name = f"{data.label(outcome)} by {data.label(attribute)}"
    if outcome in data.rare_behaviours:
        return f"{name}: can hardly be told"
    asked = {"outcome": outcome, "attribute": attribute}
    tests = [row for row in data.rows("heterogeneity", **asked) if row["q_value"] is not None]
    if not tests:
        return f"{name}: whether segments differ cannot be told"
    differ = sorted((row["p_value"], row["driver"]) for row in tests if row["q_value"] <= SMALL)
    if not differ:
        return f"{name}: no clear difference between segments"
    apart = [
        row
        for _, driver in differ
        for row in data.rows("segments", **asked, driver=driver)
        if row["q_value"] is not None and row["q_value"] <= SMALL
    ]
    if not apart:
        return f"{name}: segments differ with {joined([data.label(driver) for _, driver in differ])}"
    top = min(apart, key=lambda row: (row["p_value"], -abs(row["difference"])))
    difference = numbers.with_interval(
        top["difference"], top["difference_low"], top["difference_high"], top["unit"]
    )
    return (
        f"{name}: {data.label(top['segment'])} stands out, with {data.label(top['driver'])}"
        f" ({difference} against the others)"
    )


def _map(data: ReportData, attribute: str, outcome: str, rows: list[Row]) -> Block:
    alt = f"Heat map. {_message(data, attribute, outcome)}."
    words, good = data.label(attribute), data.good(outcome)
    return figure(
        lambda width: segments_chart(
            *(rows, data.label(outcome), words, data.labels, width),
            good=good,
            told=outcome not in data.rare_behaviours,
        ),
        alt,
    )
