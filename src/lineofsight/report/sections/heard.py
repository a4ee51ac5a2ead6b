"""Who answered, who was not heard, and whether those who answered behave as everyone does."""

from __future__ import annotations

from lineofsight.report import numbers
from lineofsight.report.blocks import Block, Cell, Details, Paragraph, Section, table
from lineofsight.report.charts import theme
from lineofsight.report.charts.response import NOTABLE, response_chart, silent_chart
from lineofsight.report.figures import figure
from lineofsight.report.story import Row, Story


def heard(story: Story) -> Section:
    """Response by segment and standardised differences, a block a perception; the first is open."""
    title = "Who answered, and who was not heard"
    if not story.perceptions:
        return Section("heard", title, (Paragraph("Nobody was asked: the customer was skipped.", lead=True),))
    blocks: list[Block] = []
    for at, name in enumerate(story.perceptions):
        inner, message = _one(story, name), _message(story, name)
        blocks += [Paragraph(message, lead=True), *inner] if at == 0 else [Details(message, inner)]
    return Section("heard", title, tuple(blocks))


def _message(story: Story, name: str) -> str:
    rate = next((row["rate"] for row in story.rows("response", perception=name, segment=None)), None)
    far = [
        r for r in story.rows("silent", perception=name) if abs(r["standardised_difference"] or 0.0) > NOTABLE
    ]
    differ = (
        f"they differ notably from the silent in {numbers.counted(len(far), 'thing')}"
        if far
        else "they are much like the silent"
    )
    return f"{story.label(name)}: {numbers.share(rate)} answered; {differ}."


def _one(story: Story, name: str) -> tuple[Block, ...]:
    label, message = story.label(name), _message(story, name)
    rates, silent = story.rows("response", perception=name), story.rows("silent", perception=name)
    blocks: list[Block] = []
    if any(row["rate"] is not None for row in rates):
        blocks.append(
            figure(
                lambda width: response_chart(rates, label, story.labels, width), f"Response rates. {message}"
            )
        )
    if any(row["standardised_difference"] is not None for row in silent):
        caption = "Standardised difference: difference of the means over the pooled standard deviation."
        blocks.append(
            figure(
                lambda width: silent_chart(silent, label, story.labels, width),
                f"Who was not heard. {message}",
                caption,
            )
        )
        body: list[list[str | Cell]] = [
            [
                *(story.label(row["variable"]), row["kind"]),
                *(numbers.quantity(row["mean_respondents"]), numbers.quantity(row["mean_silent"])),
                numbers.plain(row["standardised_difference"], 2, signed=True),
            ]
            for row in silent
        ]
        head = ("Variable", "Kind", "Mean, answered", "Mean, silent", "Standardised difference")
        blocks.append(
            Details("Means as a table", (table(f"{label}: answered and silent", head, body, text=2),))
        )
    return tuple(blocks)


def populations(story: Story) -> Section:
    """The total effect among respondents beside everyone's."""
    title, rows = "Do those who answered behave as everyone does?", story.rows("populations")
    if not rows:
        text = "There is nothing to compare: no perception splits everyone from respondents."
        return Section("populations", title, (Paragraph(text, lead=True),))
    far = [row for row in rows if theme.state_of(row["low"], row["high"]) != "unsure"]
    lead = (
        f"In {numbers.count(len(far))} of {numbers.counted(len(rows), 'comparison')} respondents clearly differ from everyone."
        if far
        else "In no comparison do respondents clearly differ from everyone."
    )
    head = ("Driver", "Behaviour", "Everyone", "Respondents", "Difference")
    body = [_compared(story, row) for row in sorted(rows, key=lambda row: row not in far)]
    shown = table(f"What {story.change} goes with, in total; grey: no clear difference", head, body, text=2)
    return Section(
        "populations", title, (Paragraph(lead, lead=True), Details("All comparisons", (shown,), not far))
    )


def _compared(story: Story, row: Row) -> list[str | Cell]:
    low, high, unit = row["low"], row["high"], row["unit"]
    half = (None, None) if low is None or high is None else (-(high - low) / 2, (high - low) / 2)
    texts = [
        numbers.quantity(value, unit, *half, signed=True) for value in (row["everyone"], row["respondents"])
    ]
    gap = Cell(
        numbers.with_interval(row["difference"], low, high, unit),
        numeric=True,
        muted=theme.state_of(low, high) == "unsure",
    )
    return [story.label(row["driver"]), story.label(row["behaviour"]), *texts, gap]
