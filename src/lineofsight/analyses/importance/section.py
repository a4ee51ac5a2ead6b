"""The importance–performance map of each perception."""

from __future__ import annotations

from lineofsight.analyses.importance.charts import importance_performance_chart
from lineofsight.analyses.importance.quadrants import Point, points_of, quadrant
from lineofsight.report.blocks import Block, Cell, Details, Paragraph, Section, table
from lineofsight.report.charts.render import figure
from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers
from lineofsight.words.lists import joined


def priorities(data: ReportData) -> Section:
    """What matters and is done badly; the first perception open, the others on demand."""
    blocks: list[Block] = []
    outcomes = data.perceptions or data.behaviours
    for at, outcome in enumerate(outcomes):
        rows = data.rows("importance", outcome=outcome, segment=None)
        points = points_of(rows, data.drivers, data.labels)
        inner = _one(data, outcome, rows, points)
        blocks += inner if at == 0 else [Details(_summary(data, outcome, points), inner)]
    if not blocks:
        blocks.append(Paragraph("There is no outcome to set priorities by.", lead=True))
    return Section("priorities", "What to look at first", tuple(blocks))


def _summary(data: ReportData, outcome: str, points: list[Point]) -> str:
    first = [point.label for point in points if quadrant(point, points) == "Fix first"]
    return f"{data.label(outcome)}: " + (
        f"first {joined(first)}" if first else "nothing stands out to fix first"
    )


def _one(data: ReportData, outcome: str, rows: list[Row], points: list[Point]) -> tuple[Block, ...]:
    label = data.label(outcome)
    if not points:
        reason = next(
            (data.clause(row["reason"]) for row in rows if row["reason"]), "no driver has both numbers"
        )
        return (Paragraph(f"{label}: there is no map, for {reason}.", lead=True),)
    first = [point.label for point in points if quadrant(point, points) == "Fix first"]
    lead = (
        f"{label}: {joined(first)} matter{'s' if len(first) == 1 else ''} more than average and "
        f"{'is' if len(first) == 1 else 'are'} done worse than average."
        if first
        else f"{label}: nothing that matters more than average is done worse than average."
    )
    r2 = next((row["r2_drivers"] for row in rows if row["r2_drivers"] is not None), None)
    method = rows[0]["method"] if rows else ""
    caption = f"Together the drivers explain {numbers.share(r2)} of what varies in {label} beyond the controls ({method})."
    body: list[list[str | Cell]] = [
        [
            *(point.label, quadrant(point, points)),
            numbers.with_interval(point.importance, point.low, point.high, "%", signed=False),
            numbers.plain(point.performance),
        ]
        for point in points
    ]
    head = ("Driver", "Quarter", "Importance", "Performance (0–100)")
    return (
        Paragraph(lead, lead=True),
        figure(
            lambda width: importance_performance_chart(points, label, width),
            f"Importance–performance map. {lead}",
            caption,
        ),
        Details("The map as a table", (table(f"{label}: importance and performance", head, body, text=2),)),
    )
