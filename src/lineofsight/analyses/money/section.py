"""Money a year by driver."""

from __future__ import annotations

from lineofsight.analyses.money.charts import money_chart
from lineofsight.report.blocks import Block, Callout, Cell, Details, Listing, Paragraph, Section, table
from lineofsight.report.charts import theme
from lineofsight.report.charts.render import figure
from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers
from lineofsight.words.lists import joined


def money(data: ReportData) -> Section:
    """Each driver 10 % better, in money a year, over all behaviours."""
    rows = data.rows("money", segment=None)
    known = sorted(
        (row for row in rows if row["money_per_year"] is not None), key=lambda row: -row["money_per_year"]
    )
    blocks: list[Block] = [Paragraph(_lead(data, known), lead=True)]
    if data.extracted:
        text = " ".join(
            f"{data.label(driver)} {data.changes.get(driver, data.change)} goes with more money or better behaviour, "
            f"but with clearly worse {joined([data.label(name) for name in felt])}."
            for driver, felt in data.extracted.items()
        )
        blocks.append(Callout("Extracted, not earned.", text, "warning"))
    if known:
        alt = f"Money a year by driver, {len(known)} drivers. {_lead(data, known)}"
        blocks.append(
            figure(
                lambda width: money_chart(
                    known,
                    data.currency,
                    data.labels,
                    width,
                    sure=all(data.without_rare(row) for row in known),
                ),
                alt,
            )
        )
        blocks.append(Details("Money by driver as a table", (_table(data, known),)))
    if missing := tuple(
        (data.label(row["driver"]), _reason(data, row)) for row in rows if row["money_per_year"] is None
    ):
        blocks += [Paragraph("Cannot be estimated:"), Listing(missing)]
    return Section("money", "What it is worth", tuple(blocks))


def _lead(data: ReportData, known: list[Row]) -> str:
    if not all(data.without_rare(row) for row in known):
        names = joined([data.label(name) for name in data.rare_behaviours])
        reason = next(iter(data.rare_behaviours.values()))
        return f"What it is worth can hardly be told from {names}: {reason}."
    if not known:
        return "Nothing can be told in money a year."
    sure = [row for row in known if theme.state_of(row["low"], row["high"]) == "good"]
    if not sure:
        return "No driver goes with money that is clearly more than nothing."
    top = sure[0]
    worth = numbers.with_interval(
        *(top["money_per_year"], top["low"], top["high"], data.currency),
        signed=False,
        form="sentence",
        confidence=data.confidence,
    )
    return f"{data.label(top['driver'])} {top['change']} goes with {worth} a year, the most of {numbers.counted(len(known), 'driver')}."


def _reason(data: ReportData, row: Row) -> str:
    return "no reason was recorded" if row["reason"] is None else data.clause(row["reason"])


def _table(data: ReportData, rows: list[Row]) -> Block:
    body: list[list[str | Cell]] = []
    largest = max(abs(row["money_per_year"]) for row in rows)
    for row in rows:
        name = data.stepped(row["driver"])
        mark = " (extracted, not earned)" if row["driver"] in data.extracted else ""
        total = numbers.with_interval(
            row["money_per_year"], row["low"], row["high"], data.currency, signed=False, beside=largest
        )
        via = numbers.with_interval(
            *(row["via_perception"], row["via_low"], row["via_high"], data.currency),
            signed=False,
            beside=largest,
        )
        unsure = not data.without_rare(row) or theme.state_of(row["via_low"], row["via_high"]) == "unsure"
        body.append(
            [
                *(name + mark, total, Cell(via, numeric=True, muted=unsure)),
                Cell(", ".join(data.label(b) for b in row["behaviours"])),
            ]
        )
    head = ("Driver", "A year", "Of it through how customers feel", "Counts")
    return table(f"Money a year, each driver {data.change}", head, body)
