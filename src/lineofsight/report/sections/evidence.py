"""What is proven, what holds up, what is likely and what is not known, each with its case one click away."""

from __future__ import annotations

from lineofsight.report import numbers
from lineofsight.report.blocks import Block, Details, Heading, Listing, Paragraph, Section
from lineofsight.report.explain import explain
from lineofsight.report.story import Row, Story

_GROUPS = (
    (
        ("experimental", "quasi-experimental"),
        "Tried out",
        "Somebody changed it, on purpose or by chance, and this is what followed.",
    ),
    (
        ("robust",),
        "Holds up",
        "Clear among all questions asked, and a hidden factor like the strongest control would not undo it. No experiment.",
    ),
    (
        ("adjusted",),
        "Clear, but easily undone",
        "Clear when the controls are held equal; chance, or something small that is hidden, could still be behind it.",
    ),
    (
        ("associated",),
        "Goes together",
        "Adjusted for nothing but the other operations: good for asking further.",
    ),
)


def evidence(story: Story) -> Section:
    """Claims by how sure they are; a claim opens to everything that speaks for and against it."""
    rows = [
        row
        for outcome in story.outcomes
        for kind in ("operation", "perception")
        for row in story.effects(outcome, kind)
        if row["estimate"] is not None
    ]
    clear = [row for row in rows if _clear(row)]
    blocks: list[Block] = [Paragraph(_message(rows, clear), lead=True)]
    for levels, title, meaning in _GROUPS:
        mine = sorted((row for row in clear if row["evidence"] in levels), key=_strength, reverse=True)
        if mine:
            blocks += [Heading(f"{title} ({numbers.count(len(mine))})"), Paragraph(meaning)]
            blocks += [_case(story, row) for row in mine]
        elif title == "Tried out":
            blocks += [
                Heading("Tried out (0)"),
                Paragraph("Nothing yet: that takes an experiment, or a change that came by chance."),
            ]
    if unknown := [row for row in rows if not _clear(row)]:
        blocks += [
            Heading(f"Not known ({numbers.count(len(unknown))})"),
            Paragraph("Nothing clear either way. That does not show that there is nothing."),
            Details("Show these", tuple(_case(story, row) for row in unknown)),
        ]
    return Section("evidence", "How sure is each claim?", tuple(blocks))


def _message(rows: list[Row], clear: list[Row]) -> str:
    if not rows:
        return "There is no claim to be judged."
    sure = sum(row["evidence"] in ("robust", "quasi-experimental", "experimental") for row in clear)
    return (
        f"Of {numbers.counted(len(rows), 'question')} about everyone, {numbers.count(len(clear))} have a clear answer, and"
        f" {numbers.count(sure)} of these {'holds' if sure == 1 else 'hold'} up against chance and against a hidden factor like the strongest control."
        " Open a claim to see why."
    )


def _case(story: Story, row: Row) -> Block:
    found = explain(story, row)
    answers = tuple((part.heading, " ".join(part.sentences)) for part in found.parts)
    return Details(found.claim, (Listing(answers),))


def _clear(row: Row) -> bool:
    return row["low"] is not None and (row["low"] > 0 or row["high"] < 0)


def _strength(row: Row) -> float:
    return abs(row["estimate"]) / row["standard_error"] if row["standard_error"] else 0.0
