"""Why did it move? Each outcome between the last two periods that can be told."""

from __future__ import annotations

from lineofsight.analyses.why_moved.charts import changes_chart
from lineofsight.report.blocks import Block, Cell, Details, Paragraph, Section, table
from lineofsight.report.charts.render import figure
from lineofsight.report.data import ReportData, Row
from lineofsight.stats.intervals import excludes_zero
from lineofsight.words import numbers
from lineofsight.words.why_moved import (
    Move,
    headline,
    latest,
    means,
    message,
    moves,
    note,
    part_name,
    sentences,
    still_words,
)

_TITLE = "Why did it move?"


def why(data: ReportData) -> Section:
    """One block an outcome: what moved, as sentences, as a waterfall and as a table. The first of each kind is open."""
    found = [latest(moves(data, outcome)) for outcome in data.outcomes]
    told = [move for move in found if move is not None]
    if not told:
        lead = "All moments lie in one period, so there is no change to tell of."
        return Section("moves", _TITLE, (Paragraph(lead, lead=True),))
    lead = (
        "What went with the change of each outcome between the last two periods that can be told: operations that were"
        " other than before, other customers, and what is left unexplained. That is association, not proof of cause."
    )
    blocks: list[Block] = [Paragraph(lead, lead=True)]
    moved = [move for move in told if _clearly(move)]
    opened = {
        next((move.outcome for move in moved if move.outcome in group), "")
        for group in (data.perceptions, data.behaviours)
    }
    blocks += [Details(headline(data, m), _one(data, m), m.outcome in opened) for m in moved]
    if still := [move for move in told if not _clearly(move)]:
        inside = [block for move in still for block in _without_picture(data, move)]
        blocks += [
            Paragraph(still_words(still, bool(moved))),
            Details("Each of these in numbers", tuple(inside)),
        ]
    return Section("moves", _TITLE, tuple(blocks))


def _clearly(move: Move) -> bool:
    """Whether the outcome itself moved clearly, or some part of what became of it."""
    return any(excludes_zero(row["low"], row["high"]) for row in move.rows)


def _without_picture(data: ReportData, move: Move) -> tuple[Block, ...]:
    """What did not move clearly: as sentences and as a table."""
    said = Paragraph(" ".join(sentences(data, move)))
    return (said, _table(data, move)) if move.told else (said,)


def _one(data: ReportData, move: Move) -> tuple[Block, ...]:
    said = sentences(data, move)
    if not move.told:
        return (Paragraph(" ".join(said[1:] or said)),)
    good = data.good(move.outcome)
    names = [part_name(data, row) for row in move.rows]
    start, end = move.periods
    head = message(data, move)
    alt = f"Waterfall. {' '.join(said)}"
    caption = (
        f"{numbers.count(move.whole['n_from'])} episodes in {start}, {numbers.count(move.whole['n_to'])} in {end}."
        f" Other periods: los why {move.outcome} --from PERIOD --to PERIOD."
    )
    return (
        Paragraph(" ".join(said[1:])),
        figure(lambda width: changes_chart(move.rows, names, head, width, good=good), alt, caption),
        _table(data, move),
    )


def _table(data: ReportData, move: Move) -> Block:
    start, end = move.periods
    body = [
        [
            Cell(part_name(data, row)),
            Cell(means(row) if row["mean_unit"] is not None else ""),
            _size(row),
            Cell(note(data, row)),
        ]
        for row in move.rows
    ]
    head = ["Part", f"{start} → {end}", "Goes with", "Note"]
    if not any(cells[-1].text for cells in body):
        head, body = head[:-1], [cells[:-1] for cells in body]
    unit = numbers.unit_name(move.whole["unit"], "sentence")
    caption = f"{data.label(move.outcome)}: the parts in {unit}; grey: cannot be told from nothing."
    return table(caption, tuple(head), [list(row) for row in body])


def _size(row: Row) -> Cell:
    unit = row["unit"] if numbers.is_currency(row["unit"]) else ""
    text = numbers.with_interval(row["estimate"], row["low"], row["high"], unit)
    unsure = not excludes_zero(row["low"], row["high"])
    return Cell(text, numeric=True, muted=unsure)
