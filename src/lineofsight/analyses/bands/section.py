"""What can be seen before anything is held equal: outcomes by band of each driver."""

from __future__ import annotations

from lineofsight.analyses.bands.charts import bands_chart
from lineofsight.report.blocks import Block, Details, Figure, Grid, Paragraph, Section
from lineofsight.report.charts.render import small_figure
from lineofsight.report.data import Row, Story


def bands(story: Story) -> Section:
    """Small charts side by side, one block a driver; the first is open."""
    lead = (
        "These are plain averages, observed, not adjusted: bands also differ in other things than the driver."
    )
    blocks: list[Block] = [Paragraph(lead, lead=True)]
    for driver in story.drivers:
        rows = story.rows("bands", driver=driver["driver"])
        if rows:
            figures = tuple(
                _figure(story, driver, outcome, rows) for outcome in story.outcomes if _has(rows, outcome)
            )
            blocks.append(Details(story.label(driver["driver"]), (Grid(figures),), open=len(blocks) == 1))
    if len(blocks) == 1:
        blocks = [Paragraph("No driver has bands.", lead=True)]
    return Section("bands", "What is seen before adjusting", tuple(blocks))


def _has(rows: list[Row], outcome: str) -> bool:
    return any(row["outcome"] == outcome and row["mean"] is not None for row in rows)


def _figure(story: Story, driver: Row, outcome: str, rows: list[Row]) -> Figure:
    part = [row for row in rows if row["outcome"] == outcome]
    label, unit = story.label(outcome), _unit(story, outcome)
    alt = f"{label} by band of {story.label(driver['driver'])}, observed, not adjusted"
    return small_figure(lambda: bands_chart(part, label, unit, driver["unit"]), alt)


def _unit(story: Story, outcome: str) -> str:
    """The unit of an outcome's mean."""
    return next((row["outcome_unit"] for row in story.rows("effects", outcome=outcome)), "")
