"""The chain as one picture, and its links as a table."""

from __future__ import annotations

from lineofsight.analyses.overview.charts import Link, Node, chain_chart
from lineofsight.report.blocks import Details, Paragraph, Section, table
from lineofsight.report.charts.render import figure
from lineofsight.report.data import Row, Story
from lineofsight.words import numbers
from lineofsight.words.lists import joined


def chain(story: Story) -> Section:
    """What the company does, how customers feel, what they do next, what it is worth."""
    rows = _rows(story)
    links = [_link(story, row) for row in rows if row["estimate"] is not None]
    operations, perceptions = _operations(story), _perceptions(story)
    behaviours, money = _behaviours(story), _money(story)
    sure = sum(link.state != "unsure" for link in links)
    lead = (
        f"{numbers.count(sure)} of {numbers.counted(len(links), 'link')} are clear; "
        f"the others, thin and dashed, {_unsure(story)}."
    )
    alt = f"The chain from {len(operations)} operations over {len(perceptions)} perceptions to {len(behaviours)} behaviours. {lead}"
    picture = figure(
        lambda width: chain_chart(
            *(operations, perceptions, behaviours, money, links, width),
            unsure="not clear" if story.hardly else "cannot be told from nothing",
        ),
        alt,
        _caption(story),
    )
    links_table = table(
        "Links of the chain, each with its interval",
        ("From", "To", "Change", "Goes with", "Per 1 % (elasticity)", "n"),
        [
            [
                *(story.label(row["cause"]), story.label(row["outcome"]), row["change"]),
                *(story.interval(row), _elasticity(row), numbers.count(row["n"])),
            ]
            for row in rows
        ],
        text=3,
    )
    details = Details("All links with their numbers", (links_table,))
    return Section("chain", "The chain", (Paragraph(lead, lead=True), picture, details))


def _unsure(story: Story) -> str:
    """What thin and dashed links have in common."""
    usual = "cannot be told from nothing"
    return (
        f"{usual} or, to {joined([*map(story.label, story.hardly)])}, can hardly be told"
        if story.hardly
        else usual
    )


def _caption(story: Story) -> str:
    width = "Widths compare elasticities: per cent of the outcome for one per cent of the driver, separately for each step."
    direct = (
        " What goes straight from an operation to a behaviour is in the tables below."
        if story.perceptions
        else " No perception was measured: the customer was skipped, and links go straight to behaviours."
    )
    return width + direct


def _rows(story: Story) -> list[Row]:
    first = story.perceptions or story.behaviours
    rows = [row for outcome in first for row in story.effects(outcome)]
    return rows + [row for outcome in story.behaviours for row in story.effects(outcome, "perception")]


def _link(story: Story, row: Row) -> Link:
    size = abs(row["elasticity"]) if row["elasticity"] is not None else 0.0
    return Link(row["cause"], row["outcome"], size, story.state(row, row["outcome"]), story.interval(row))


def _operations(story: Story) -> list[Node]:
    changes = {
        row["cause"]: numbers.change(row["cause_from"], row["cause_to"], row["cause_unit"])
        for row in story.rows("effects", cause_kind="operation", path="total", segment=None)
    }
    nodes = [
        Node(row["driver"], story.label(row["driver"]), changes.get(row["driver"], ""), row["function"] or "")
        for row in story.drivers
    ]
    groups = list(dict.fromkeys(node.group for node in nodes))
    return sorted(nodes, key=lambda node: groups.index(node.group))


def _perceptions(story: Story) -> list[Node]:
    notes: dict[str, str] = {}
    for row in story.rows("perceptions", segment=None):
        value = numbers.quantity(
            row["value"], "" if row["unit"] == "NPS" else row["unit"], row["low"], row["high"]
        )
        notes.setdefault(row["perception"], value if "NPS" in value else f"{row['statistic']} {value}")
    return [Node(name, story.label(name), notes.get(name, "")) for name in story.perceptions]


def _behaviours(story: Story) -> list[Node]:
    notes = {
        row["behaviour"]: numbers.quantity(row["value"], row["unit"], row["low"], row["high"])
        for row in story.rows("behaviours", segment=None)
    }
    return [
        Node(name, story.label(name), f"today {notes[name]}" if name in notes else "")
        for name in story.behaviours
    ]


def _money(story: Story) -> list[Node]:
    return [
        Node(
            row["behaviour"],
            numbers.money(row["value"], story.currency, row["low"], row["high"]),
            f"per {row['per']}",
        )
        for row in story.rows("unit_values")
        if row["value"] is not None
    ]


def _elasticity(row: Row) -> str:
    ends = row["elasticity_low"], row["elasticity_high"]
    return numbers.with_interval(row["elasticity"], *ends, "%")
