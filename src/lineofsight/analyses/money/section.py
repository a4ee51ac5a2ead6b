"""Money a year by driver."""

from __future__ import annotations

from lineofsight.analyses.money.charts import money_chart
from lineofsight.report.blocks import Block, Callout, Cell, Details, Listing, Paragraph, Section, table
from lineofsight.report.charts import theme
from lineofsight.report.charts.render import figure
from lineofsight.report.data import Row, Story
from lineofsight.words import numbers
from lineofsight.words.lists import joined


def money(story: Story) -> Section:
    """Each driver 10 % better, in money a year, over all behaviours."""
    rows = story.rows("money", segment=None)
    known = sorted(
        (row for row in rows if row["money_per_year"] is not None), key=lambda row: -row["money_per_year"]
    )
    blocks: list[Block] = [Paragraph(_lead(story, known), lead=True)]
    if story.extracted:
        text = " ".join(
            f"{story.label(driver)} {story.change} goes with more money or better behaviour, "
            f"but with clearly worse {joined([story.label(name) for name in felt])}."
            for driver, felt in story.extracted.items()
        )
        blocks.append(Callout("Extracted, not earned.", text, "warning"))
    if known:
        alt = f"Money a year by driver, {len(known)} drivers. {_lead(story, known)}"
        blocks.append(
            figure(
                lambda width: money_chart(
                    known, story.currency, story.labels, width, sure=all(story.told(row) for row in known)
                ),
                alt,
            )
        )
        blocks.append(Details("Money by driver as a table", (_table(story, known),)))
    if missing := tuple(
        (story.label(row["driver"]), _reason(story, row)) for row in rows if row["money_per_year"] is None
    ):
        blocks += [Paragraph("Cannot be estimated:"), Listing(missing)]
    return Section("money", "What it is worth", tuple(blocks))


def _lead(story: Story, known: list[Row]) -> str:
    if not all(story.told(row) for row in known):
        names = joined([story.label(name) for name in story.hardly])
        reason = next(iter(story.hardly.values()))
        return f"What it is worth can hardly be told from {names}: {reason}."
    sure = [row for row in known if theme.state_of(row["low"], row["high"]) == "good"]
    if not sure:
        return "No driver goes with money that is clearly more than nothing."
    top = sure[0]
    worth = numbers.with_interval(
        *(top["money_per_year"], top["low"], top["high"], story.currency),
        signed=False,
        form="sentence",
        confidence=story.confidence,
    )
    return f"{story.label(top['driver'])} {top['change']} goes with {worth} a year, the most of {numbers.counted(len(known), 'driver')}."


def _reason(story: Story, row: Row) -> str:
    return "no reason was recorded" if row["reason"] is None else story.clause(row["reason"])


def _table(story: Story, rows: list[Row]) -> Block:
    body: list[list[str | Cell]] = []
    largest = max(abs(row["money_per_year"]) for row in rows)
    for row in rows:
        name = story.label(row["driver"])
        mark = " (extracted, not earned)" if row["driver"] in story.extracted else ""
        total = numbers.with_interval(
            row["money_per_year"], row["low"], row["high"], story.currency, signed=False, beside=largest
        )
        via = numbers.with_interval(
            *(row["via_perception"], row["via_low"], row["via_high"], story.currency),
            signed=False,
            beside=largest,
        )
        unsure = not story.told(row) or theme.state_of(row["via_low"], row["via_high"]) == "unsure"
        body.append(
            [
                *(name + mark, total, Cell(via, numeric=True, muted=unsure)),
                ", ".join(story.label(b) for b in row["behaviours"]),
            ]
        )
    head = ("Driver", "A year", "Of it through how customers feel", "Counts")
    return table(f"Money a year, each driver {story.change}", head, body)
