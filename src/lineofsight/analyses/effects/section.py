"""What each driver goes with in each outcome, and how that splits."""

from __future__ import annotations

from lineofsight.analyses.effects.charts import effects_chart
from lineofsight.report.blocks import Block, Cell, Details, Listing, Paragraph, Section, table
from lineofsight.report.charts.render import figure
from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers


def effects(data: ReportData) -> Section:
    """One block an outcome: dots, the split as a table, what cannot be estimated. The first of each kind is open."""
    blocks: list[Block] = [
        Paragraph(
            f"What an outcome is expected to differ by when one driver is {data.change} and the others stay as they are.",
            lead=True,
        )
    ]
    opened = {group[0] for group in (data.perceptions, data.behaviours) if group}
    for outcome in data.outcomes:
        rows = data.effects(outcome)
        if rows:
            blocks.append(
                Details(_message(data, outcome, rows), _one(data, outcome, rows), outcome in opened)
            )
    if felt := [row for outcome in data.behaviours for row in data.effects(outcome, "perception")]:
        blocks.append(Details("What a better perception goes with", (_felt(data, felt),)))
    return Section("effects", "Each driver, each outcome", tuple(blocks))


def _message(data: ReportData, outcome: str, rows: list[Row]) -> str:
    sure = [row for row in rows if data.state(row, outcome) == "good"]
    label = data.label(outcome)
    if outcome in data.rare_behaviours:
        return f"{label}: can hardly be told"
    if not sure:
        return f"{label}: no driver clearly goes with anything better"
    top = max(sure, key=lambda row: data.good(outcome) * row["estimate"])
    effect = numbers.quantity(
        top["estimate"], top["unit"], top["low"], top["high"], signed=True, form="sentence"
    )
    return f"{label}: {data.label(top['cause'])} {top['change']} goes with {effect}"


def _one(data: ReportData, outcome: str, rows: list[Row]) -> tuple[Block, ...]:
    label, good = data.label(outcome), data.good(outcome)
    known = [row for row in rows if row["estimate"] is not None]
    blocks: list[Block] = []
    if known:
        alt = f"Differences with intervals: {label}. {_message(data, outcome, rows)}."
        blocks.append(
            figure(
                lambda width: effects_chart(
                    rows, label, data.labels, width, good=good, sure=outcome not in data.rare_behaviours
                ),
                alt,
                _basis(data, known[0]),
            )
        )
    if missing := tuple(
        (data.label(r["cause"]), data.clause(r["reason"])) for r in rows if r["estimate"] is None
    ):
        blocks += [Paragraph("Cannot be estimated:"), Listing(missing)]
    blocks.append(_split(data, outcome, rows))
    return tuple(blocks)


def _basis(data: ReportData, row: Row) -> str:
    names = ", ".join(map(data.label, row["adjusted_for"]))
    held = f"; held equal: {names}" if names else ""
    return f"{numbers.count(row['n'])} episodes ({row['population']}){held}. How sure each is stands in the next section."


def _split(data: ReportData, outcome: str, rows: list[Row]) -> Block:
    """Total, parts, and the same for the best quartile."""
    parts = data.rows("effects", outcome=outcome, segment=None, cause_kind="operation")
    paths = [p for p in dict.fromkeys(row["path"] for row in parts) if p != "total"]
    by_path = {(row["cause"], row["path"]): row for row in parts}
    best = {row["cause"]: row for row in data.rows("headroom", outcome=outcome, segment=None, path="total")}
    head = [
        "Driver",
        "Change",
        "Total",
        *(_path(data, path) for path in paths),
        "All at today's best quartile",
    ]
    body = []
    for row in sorted(rows, key=lambda row: -data.good(outcome) * (row["estimate"] or 0.0)):
        change = numbers.change(row["cause_from"], row["cause_to"], row["cause_unit"])
        cells = [Cell(data.label(row["cause"])), Cell(change), _cell(data, row, outcome)]
        cells += [_cell(data, by_path.get((row["cause"], path)), outcome) for path in paths]
        body.append([*cells, _cell(data, best.get(row["cause"]), outcome)])
    unit = next((row["unit"] for row in rows if row["estimate"] is not None), "")
    note = f", in {unit}" if unit else ""
    among = ("all answers to these perceptions", "all to this one")
    if outcome not in data.perceptions:
        among = ("respondents", "everyone")
    split = f" The parts are estimated among {among[0]}, the total among {among[1]}, so they need not add up."
    split = split if paths else ""
    grey = "grey: cannot be told from nothing"
    if outcome in data.rare_behaviours:
        grey = f"all grey: it can hardly be told, since {data.rare_behaviours[outcome]}"
    return table(
        f"{data.label(outcome)}{note}; {grey}.{split}",
        tuple(head),
        [list(r) for r in body],
    )


def _path(data: ReportData, path: str) -> str:
    return "Direct" if path == "direct" else f"Via {data.label(path.removeprefix('via '))}"


def _cell(data: ReportData, row: Row | None, outcome: str) -> Cell:
    if row is None or row["estimate"] is None:
        return Cell(numbers.MISSING, numeric=True, muted=True)
    text = numbers.with_interval(
        row["estimate"], row["low"], row["high"], row["unit"] if numbers.is_currency(row["unit"]) else ""
    )
    return Cell(text, numeric=True, muted=data.state(row, outcome) == "unsure")


def _felt(data: ReportData, rows: list[Row]) -> Block:
    body = [
        [
            *(Cell(data.label(row["cause"])), Cell(row["change"]), Cell(data.label(row["outcome"]))),
            Cell(data.interval(row), numeric=True, muted=data.state(row, row["outcome"]) == "unsure"),
            Cell(numbers.count(row["n"]), numeric=True),
        ]
        for row in rows
    ]
    head = ("Perception", "Change", "Behaviour", "Goes with", "n")
    return table("Perceptions on behaviours, among respondents", head, [list(row) for row in body])
