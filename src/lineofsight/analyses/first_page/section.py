"""The first page laid out: a headline and four panels, each a link to the evidence behind it."""

from __future__ import annotations

from functools import partial

from lineofsight.analyses.first_page.charts import WIDE, small_chain
from lineofsight.analyses.first_page.facts import first_page
from lineofsight.report.blocks import (
    Block,
    DotRow,
    DotRows,
    Figure,
    Front,
    Notes,
    Panel,
    Paragraph,
    Standings,
    Tag,
)
from lineofsight.report.charts import theme
from lineofsight.report.charts.render import drawn, to_svg
from lineofsight.report.data import ReportData
from lineofsight.words import numbers
from lineofsight.words.first_page import (
    CAUTIONS_TITLE,
    CHAIN_TITLE,
    STANDINGS_TITLE,
    UNCLEAR,
    Chain,
    Drivers,
    DriverWorth,
    FirstPage,
    Start,
    amount_text,
    chain_words,
    driver_name,
    drivers_title,
    headline_words,
    more_words,
    rests_words,
    standing_moved,
    standing_value,
    standings_words,
    sure_words,
)

_REACH = 2.0
"""How far beyond the largest estimate an interval is drawn."""

_STYLES = {"quasi-experimental": "proven", "experimental": "proven"}
_UNCLEAR = Tag(UNCLEAR, "unknown")


def front(data: ReportData) -> Front:
    """The first page of a run."""
    page = first_page(data)
    start = page.start if isinstance(page.start, Start) else None
    anchor = "#findings" if start is None else ("#money" if start.worth is not None else "#effects")
    return Front(
        headline_words(page.start, data.label),
        anchor,
        sure_words(page.start, data.confidence),
        "#evidence",
        tuple(_panels(data, page)),
        "" if page.rests_on is None else rests_words(page.rests_on),
        "#method",
    )


def _panels(data: ReportData, page: FirstPage) -> list[Panel]:
    drivers, chain = page.drivers, page.chain
    where = "#money" if drivers.outcome is None else "#effects"
    shown: list[Block] = [_dots(data, drivers, where)] if drivers.rows else []
    if more := more_words(drivers, data.label):
        shown.append(Paragraph(more))
    found = [Panel(drivers_title(drivers, data.label), where, tuple(shown))] if shown else []
    if chain.links:
        found.append(Panel(CHAIN_TITLE, "#chain", _chain(data, chain)))
    if page.standings:
        still = all(each.clear == "unsure" for each in page.standings)
        rows = tuple(
            (
                data.label(each.outcome),
                "#moves" if each.periods else "#voice",
                standing_value(each),
                "" if still else standing_moved(each),
                each.clear,
            )
            for each in page.standings
        )
        said = Paragraph(standings_words(page.standings))
        found.append(Panel(STANDINGS_TITLE, "#moves", (Standings(rows), said)))
    if page.cautions:
        items = tuple((each.sentence, "#findings") for each in page.cautions)
        found.append(Panel(CAUTIONS_TITLE, "#findings", (Notes(items),)))
    return found


def _tag(level: str | None) -> Tag:
    return _UNCLEAR if level is None else Tag(level, _STYLES.get(level, level))


def _dots(data: ReportData, drivers: Drivers, where: str) -> Block:
    """Rows on one scale from below zero to beyond the largest; wild intervals are cut."""
    rows = drivers.rows
    reach = _REACH * max(abs(row.amount.value) for row in rows)
    ends = [(max(_or(row.amount.low, row), -reach), min(_or(row.amount.high, row), reach)) for row in rows]
    low, high = min(0.0, *(end[0] for end in ends)), max(0.0, *(end[1] for end in ends))
    width = (high - low) or 1.0

    def place(value: float) -> float:
        return round(4 + 92 * (value - low) / width, 2)

    beside = max(abs(row.amount.value) for row in rows)
    found = tuple(
        DotRow(
            driver_name(row, drivers, data.label),
            place(row.amount.value),
            place(cut[0]),
            place(cut[1]),
            amount_text(row.amount, beside),
            row.clear,
            _tag(None if row.clear == "unsure" else row.evidence),
            where,
            "#evidence",
        )
        for row, cut in zip(rows, ends, strict=True)
    )
    caption = drivers_title(drivers, data.label)
    return DotRows(caption, found, place(0.0), ((place(0.0), "0"),))


def _or(end: float | None, row: DriverWorth) -> float:
    return row.amount.value if end is None else end


def _chain(data: ReportData, chain: Chain) -> tuple[Block, ...]:
    alt = f"The {numbers.counted(len(chain.links), 'clear link')} of the chain; their numbers are in the section below."
    wide, narrow = (
        to_svg(drawn(partial(small_chain, chain, data.label, width)), alt) for width in (WIDE, theme.PHONE)
    )
    blocks: list[Block] = [Figure(wide, narrow, alt, href="#chain")]
    if said := chain_words(chain):
        blocks.append(Paragraph(said))
    return tuple(blocks)
