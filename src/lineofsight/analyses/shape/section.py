"""Where what goes with a driver bends, and which ratings penalise, reward, or both."""

from __future__ import annotations

from lineofsight.analyses.shape.charts import shape_chart
from lineofsight.report.blocks import Block, Details, Figure, Grid, Heading, Paragraph, Section, table
from lineofsight.report.charts.render import small_figure
from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers

_TOLD = ("threshold", "step", "diminishing", "increasing", "curved")
_LEGEND = (
    "The line is fitted with all else held equal, with its interval; grey steps are plain averages of bands, adjusted"
    " for nothing. A dashed line is where one bend or step says it all."
)


def shape(data: ReportData) -> Section:
    """Charts of clear bends; all verdicts as a table; ratings by class."""
    pieces: dict[tuple[str, str], list[Row]] = {}
    for row in data.rows("shape"):
        pieces.setdefault((row["driver"], row["outcome"]), []).append(row)
    told = {key: rows for key, rows in pieces.items() if rows[0]["verdict"] is not None}
    rated = {row["attribute"] for row in data.rows("kano")}  # told by their class
    bent = [
        key
        for key, rows in told.items()
        if rows[0]["shape"] in _TOLD and key[1] not in data.rare_behaviours and key[0] not in rated
    ]
    bent.sort(key=lambda key: told[key][0]["curvature_p"])
    blocks: list[Block] = [Paragraph(_lead(sum(key[0] not in rated for key in told), len(bent)), lead=True)]
    if bent:
        blocks.append(Paragraph(_LEGEND))
        blocks.append(Grid(tuple(_figure(data, key, told[key]) for key in bent)))
    if told:
        blocks.append(Details("Every driver and outcome", (_verdicts(data, told),)))
    blocks += _ratings(data)
    return Section("shape", "Is more always better?", tuple(blocks))


def _lead(told: int, bent: int) -> str:
    if not told:
        return "No shape can be told from these data."
    of = numbers.counted(told, "line")
    if not bent:
        return f"Of {of} none clearly bends. That does not show that all are straight."
    verb = "bends" if bent == 1 else "bend"
    return (
        f"Of {of} {numbers.count(bent)} clearly {verb}: there, a unit more is not worth the same everywhere."
    )


def _figure(data: ReportData, key: tuple[str, str], rows: list[Row]) -> Figure:
    driver, outcome = key
    bands = data.rows("bands", driver=driver, outcome=outcome)
    by = (data.label(driver), rows[0]["driver_unit"])
    label, verdict = data.label(outcome), rows[0]["verdict"]
    return small_figure(
        lambda: shape_chart(rows, bands, label, verdict, by), f"{label} by {by[0]}: {verdict}"
    )


def _verdicts(data: ReportData, told: dict[tuple[str, str], list[Row]]) -> Block:
    rows = [
        [data.label(driver), data.label(outcome), found[0]["verdict"], _q(found[0]["curvature_q"])]
        for (driver, outcome), found in told.items()
    ]
    head = ("Driver", "Outcome", "Shape", "q of a straight line")
    return table("What every line looks like", head, [list(row) for row in rows], text=3)


def _q(q: float | None) -> str:
    if q is None:
        return numbers.MISSING
    return "< 0.001" if q < 0.001 else numbers.plain(q, 3)


def _ratings(data: ReportData) -> list[Block]:
    found = data.rows("kano")
    if not found:
        return []
    rows = [
        [
            data.label(row["attribute"]),
            data.label(row["outcome"]),
            row["class"] or "cannot be told",
            numbers.with_interval(row["penalty"], row["penalty_low"], row["penalty_high"], row["unit"]),
            numbers.with_interval(row["reward"], row["reward_low"], row["reward_high"], row["unit"]),
        ]
        for row in found
    ]
    meaning = (
        "A must-have is missed when it is bad and not noticed when it is good; a delighter the other way round; of"
        " performance more is always better. Penalty and reward are against the middle of the scale, with all else"
        " held equal."
    )
    head = ("Attribute", "Outcome", "Class", "Penalty", "Reward")
    return [
        Heading("Ratings: must-haves and delighters"),
        Paragraph(meaning),
        table("Penalty and reward of each rating", head, rows, text=3),
    ]
