"""What can be seen before anything is held equal: outcomes by band of each driver."""

from __future__ import annotations

from lineofsight.analyses.bands.charts import bands_chart
from lineofsight.report.blocks import Block, Details, Figure, Grid, Paragraph, Section
from lineofsight.report.charts.render import small_figure
from lineofsight.report.data import ReportData, Row


def bands(data: ReportData) -> Section:
    """Small charts side by side, one block a driver; the first is open."""
    lead = (
        "These are plain averages, observed, not adjusted: bands also differ in other things than the driver."
    )
    blocks: list[Block] = [Paragraph(lead, lead=True)]
    for driver in data.drivers:
        rows = data.rows("bands", driver=driver["driver"])
        if rows:
            figures = tuple(
                _figure(data, driver, outcome, rows) for outcome in data.outcomes if _has(rows, outcome)
            )
            blocks.append(Details(data.label(driver["driver"]), (Grid(figures),), open=len(blocks) == 1))
    if len(blocks) == 1:
        blocks = [Paragraph("No driver has bands.", lead=True)]
    return Section("bands", "What is seen before adjusting", tuple(blocks))


def _has(rows: list[Row], outcome: str) -> bool:
    return any(row["outcome"] == outcome and row["mean"] is not None for row in rows)


def _figure(data: ReportData, driver: Row, outcome: str, rows: list[Row]) -> Figure:
    part = [row for row in rows if row["outcome"] == outcome]
    label, unit = data.label(outcome), _unit(data, outcome)
    alt = f"{label} by band of {data.label(driver['driver'])}, observed, not adjusted"
    return small_figure(lambda: bands_chart(part, label, unit, driver["unit"]), alt)


def _unit(data: ReportData, outcome: str) -> str:
    """The unit of an outcome's mean."""
    return next((row["outcome_unit"] for row in data.rows("effects", outcome=outcome)), "")
