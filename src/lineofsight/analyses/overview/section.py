"""The chain as one picture, and its links as a table."""

from __future__ import annotations

from lineofsight.analyses.overview.charts import Link, Node, chain_chart
from lineofsight.report.blocks import Details, Paragraph, Section, table
from lineofsight.report.charts.render import figure
from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers
from lineofsight.words.lists import joined


def chain(data: ReportData) -> Section:
    """What the company does, how customers feel, what they do next, what it is worth."""
    rows = _rows(data)
    links = [_link(data, row) for row in rows if row["estimate"] is not None]
    operations, perceptions = _operations(data), _perceptions(data)
    behaviours, money = _behaviours(data), _money(data)
    sure = sum(link.state != "unsure" for link in links)
    lead = (
        f"{numbers.count(sure)} of {numbers.counted(len(links), 'link')} are clear; "
        f"the others, thin and dashed, {_unsure(data)}."
    )
    alt = f"The chain from {len(operations)} operations over {len(perceptions)} perceptions to {len(behaviours)} behaviours. {lead}"
    picture = figure(
        lambda width: chain_chart(
            *(operations, perceptions, behaviours, money, links, width),
            unsure="not clear" if data.rare_behaviours else "cannot be told from nothing",
        ),
        alt,
        _caption(data),
    )
    links_table = table(
        "Links of the chain, each with its interval",
        ("From", "To", "Change", "Goes with", "Per 1 % (elasticity)", "n"),
        [
            [
                *(data.label(row["cause"]), data.label(row["outcome"]), row["change"]),
                *(data.interval(row), _elasticity(row), numbers.count(row["n"])),
            ]
            for row in rows
        ],
        text=3,
    )
    details = Details("All links with their numbers", (links_table,))
    return Section("chain", "The chain", (Paragraph(lead, lead=True), picture, details))


def _unsure(data: ReportData) -> str:
    """What thin and dashed links have in common."""
    usual = "cannot be told from nothing"
    return (
        f"{usual} or, to {joined([*map(data.label, data.rare_behaviours)])}, can hardly be told"
        if data.rare_behaviours
        else usual
    )


def _caption(data: ReportData) -> str:
    width = "Widths compare elasticities: per cent of the outcome for one per cent of the driver, separately for each step."
    direct = (
        " What goes straight from an operation to a behaviour is in the tables below."
        if data.perceptions
        else " No perception was measured: the customer was skipped, and links go straight to behaviours."
    )
    return width + direct


def _rows(data: ReportData) -> list[Row]:
    first = data.perceptions or data.behaviours
    rows = [row for outcome in first for row in data.effects(outcome)]
    return rows + [row for outcome in data.behaviours for row in data.effects(outcome, "perception")]


def _link(data: ReportData, row: Row) -> Link:
    size = abs(row["elasticity"]) if row["elasticity"] is not None else 0.0
    return Link(row["cause"], row["outcome"], size, data.state(row, row["outcome"]), data.interval(row))


def _operations(data: ReportData) -> list[Node]:
    changes = {
        row["cause"]: numbers.change(row["cause_from"], row["cause_to"], row["cause_unit"])
        for row in data.rows("effects", cause_kind="operation", path="total", segment=None)
    }
    nodes = [
        Node(row["driver"], data.label(row["driver"]), changes.get(row["driver"], ""), row["function"] or "")
        for row in data.drivers
    ]
    groups = list(dict.fromkeys(node.group for node in nodes))
    return sorted(nodes, key=lambda node: groups.index(node.group))


def _perceptions(data: ReportData) -> list[Node]:
    notes: dict[str, str] = {}
    for row in data.rows("perceptions", segment=None):
        value = numbers.quantity(
            row["value"], "" if row["unit"] == "NPS" else row["unit"], row["low"], row["high"]
        )
        notes.setdefault(row["perception"], value if "NPS" in value else f"{row['statistic']} {value}")
    return [Node(name, data.label(name), notes.get(name, "")) for name in data.perceptions]


def _behaviours(data: ReportData) -> list[Node]:
    notes = {
        row["behaviour"]: numbers.quantity(row["value"], row["unit"], row["low"], row["high"])
        for row in data.rows("behaviours", segment=None)
    }
    return [
        Node(name, data.label(name), f"today {notes[name]}" if name in notes else "")
        for name in data.behaviours
    ]


def _money(data: ReportData) -> list[Node]:
    return [
        Node(
            row["behaviour"],
            numbers.money(row["value"], data.currency, row["low"], row["high"]),
            f"per {row['per']}",
        )
        for row in data.rows("unit_values")
        if row["value"] is not None
    ]


def _elasticity(row: Row) -> str:
    ends = row["elasticity_low"], row["elasticity_high"]
    return numbers.with_interval(row["elasticity"], *ends, "%")
