"""For whom each driver matters."""

from __future__ import annotations

from lineofsight.report.blocks import Block, Details, Paragraph, Section
from lineofsight.report.charts.segments import segments_chart
from lineofsight.report.figures import figure
from lineofsight.report.story import Row, Story


def segments(story: Story) -> Section:
    """A heat map for each attribute and outcome; the first outcome of each attribute is open."""
    blocks: list[Block] = []
    for attribute in story.attributes:
        for at, outcome in enumerate(story.outcomes):
            rows = _rows(story, attribute, outcome)
            if any(row["segment"] for row in rows):
                blocks.append(
                    Details(
                        _message(story, attribute, outcome, rows),
                        (_map(story, attribute, outcome, rows),),
                        at == 0,
                    )
                )
    if not blocks:
        lead = "No segments were declared, so all numbers are for everyone."
        return Section("segments", "For whom it matters", (Paragraph(lead, lead=True),))
    lead = "A driver can matter to some customers and not to others. Grey cells cannot be told from nothing."
    return Section("segments", "For whom it matters", (Paragraph(lead, lead=True), *blocks))


def _rows(story: Story, attribute: str, outcome: str) -> list[Row]:
    rows = story.effects(outcome, segments=True)
    return [row for row in rows if row["segment"] is None or row["segment"].startswith(f"{attribute} = ")]


def _message(story: Story, attribute: str, outcome: str, rows: list[Row]) -> str:
    split = [row for row in rows if row["segment"] is not None]
    sure = [row for row in split if story.state(row, outcome) != "unsure"]
    name = f"{story.label(outcome)} by {attribute.replace('_', ' ')}"
    if not sure:
        return f"{name}: no segment stands out clearly"
    top = max(sure, key=lambda row: abs(row["estimate"]))
    return f"{name}: most in {story.label(top['segment'])}, with {story.label(top['cause'])}"


def _map(story: Story, attribute: str, outcome: str, rows: list[Row]) -> Block:
    alt = f"Heat map. {_message(story, attribute, outcome, rows)}."
    words, good = attribute.replace("_", " "), story.good(outcome)
    return figure(
        lambda width: segments_chart(rows, story.label(outcome), words, story.labels, width, good=good), alt
    )
