"""What is proven, what is likely, what is a guess and what is not known, each claim with its case one click away."""

from __future__ import annotations

from dataclasses import dataclass

from lineofsight.report.blocks import (
    Block,
    Details,
    Heading,
    Listing,
    Paragraph,
    Section,
    Side,
    Sides,
    Tag,
    Tally,
)
from lineofsight.report.data import ReportData, Row
from lineofsight.stats.intervals import excludes_zero
from lineofsight.words import numbers
from lineofsight.words.case.explanation import Explanation, explain
from lineofsight.words.evidence import rule_words


@dataclass(frozen=True, slots=True)
class _Group:
    """Claims of some levels: what they are called, what that means in a line, and in a sentence."""

    levels: tuple[str, ...]
    tag: Tag
    title: str
    short: str
    meaning: str


_GROUPS = (
    _Group(
        ("experimental", "quasi-experimental"),
        Tag("Proven", "proven"),
        "Proven: tried out",
        "tried out, and this is what followed",
        "Somebody changed it, on purpose or by chance, and this is what followed.",
    ),
    _Group(
        ("robust",),
        Tag("Robust", "robust"),
        "Likely: robust",
        "likely; holds up against every check",
        "Clear among all questions asked, and a hidden factor like the strongest control would not undo it. No experiment.",
    ),
    _Group(
        ("adjusted",),
        Tag("Adjusted", "adjusted"),
        "A fair guess: clear, but easily undone",
        "a fair guess; clear, but easily undone",
        "Clear when the controls are held equal, but it fails a check: open it to see which.",
    ),
    _Group(
        ("associated",),
        Tag("Associated", "associated"),
        "A guess: goes together",
        "a guess; nothing was held equal",
        "Adjusted for nothing but the other operations: good for asking further.",
    ),
)
_UNKNOWN = Tag("Not known", "unknown")
_REFUSED = Tag("Refused", "refused")
_SIDES = (
    ("for", "What speaks for it"),
    ("against", "What speaks against it"),
    ("open", "What is not known"),
)
_LEVELS_OWN = ("What speaks for it", "Why it is not surer")  # need no question beside the column's title


def evidence(data: ReportData) -> Section:
    """Claims by how sure they are; a claim opens to everything that speaks for and against it."""
    asked = [
        row
        for outcome in data.outcomes
        for kind in ("operation", "perception")
        for row in data.effects(outcome, kind)
    ]
    rows = [row for row in asked if row["estimate"] is not None]
    refused = [row for row in asked if row["estimate"] is None]
    clear = [row for row in rows if _clear(data, row)]
    unknown = [row for row in rows if not _clear(data, row)]
    members = [
        sorted((row for row in clear if row["evidence"] in group.levels), key=_strength, reverse=True)
        for group in _GROUPS
    ]
    blocks: list[Block] = [Paragraph(_message(rows, clear), lead=True)]
    if asked:
        counts = [(group.tag, len(mine), group.short) for group, mine in zip(_GROUPS, members, strict=True)]
        counts += [
            (_UNKNOWN, len(unknown), "nothing clear either way"),
            (_REFUSED, len(refused), "cannot be told from these data"),
        ]
        blocks.append(Tally(tuple((tag, numbers.count(n), text) for tag, n, text in counts)))
    for group, mine in zip(_GROUPS, members, strict=True):
        if mine:
            rule = f" {rule_words(data.claims_tested)}." if group.levels == ("robust",) else ""
            blocks += [
                Heading(f"{group.title} ({numbers.count(len(mine))})"),
                Paragraph(group.meaning + rule),
            ]
            blocks += [_case(data, row, group.tag) for row in mine]
        elif group is _GROUPS[0]:
            blocks += [
                Heading(f"{group.title} (0)"),
                Paragraph("Nothing yet: that takes an experiment, or a change that came by chance."),
            ]
    return Section("evidence", "How sure is each claim?", (*blocks, *_rest(data, unknown, refused)))


def _rest(data: ReportData, unknown: list[Row], refused: list[Row]) -> list[Block]:
    """What has no answer."""
    blocks: list[Block] = []
    if unknown:
        blocks += [
            Heading(f"Not known ({numbers.count(len(unknown))})"),
            Paragraph("Nothing clear either way. That does not show that there is nothing."),
            Details("Show these", tuple(_case(data, row, _UNKNOWN) for row in unknown)),
        ]
    if refused:
        blocks += [
            Heading(f"Refused ({numbers.count(len(refused))})"),
            Paragraph("Questions without an answer, since these data cannot give one."),
            Details("Show these, with the reasons", (_reasons(data, refused),)),
        ]
    return blocks


def _reasons(data: ReportData, rows: list[Row]) -> Block:
    """Each reason once, with the questions that it stands against."""
    asked: dict[str, list[str]] = {}
    for row in rows:
        why = " ".join(text for part in explain(data, row).parts for text in part.sentences)
        asked.setdefault(why, []).append(f"{data.label(row['cause'])} on {data.label(row['outcome'])}")
    return Listing(tuple(("; ".join(which), why) for why, which in asked.items()))


def _message(rows: list[Row], clear: list[Row]) -> str:
    if not rows:
        return "There is no claim to be judged."
    sure = sum(row["evidence"] in ("robust", "quasi-experimental", "experimental") for row in clear)
    return (
        f"Of {numbers.counted(len(rows), 'question')} about everyone, {numbers.count(len(clear))} have a clear answer, and"
        f" {numbers.count(sure)} of these {'holds' if sure == 1 else 'hold'} up against chance and against a hidden factor like the strongest control."
        " Open a claim to see how that is known."
    )


def _case(data: ReportData, row: Row, tag: Tag) -> Block:
    found = explain(data, row)
    facts = tuple(
        (part.heading, " ".join(told))
        for part in found.parts
        if (told := [each.text for each in part.points if each.side == "fact"])
    )
    inside: tuple[Block, ...] = (_sides(found), Listing(facts)) if facts else (_sides(found),)
    return Details(found.claim, inside, tag=tag)


def _sides(found: Explanation) -> Block:
    sides = []
    for side, title in _SIDES:
        items: list[tuple[str, str]] = []
        for part in found.parts:
            heading = "" if part.heading in _LEVELS_OWN else part.heading
            for at, text in enumerate(each.text for each in part.points if each.side == side):
                items.append((heading if at == 0 else "", text))
        sides.append(Side(title, side, tuple(items) or (("", "Nothing was found."),)))
    return Sides(tuple(sides))


def _clear(data: ReportData, row: Row) -> bool:
    return row["outcome"] not in data.rare_behaviours and excludes_zero(row["low"], row["high"])


def _strength(row: Row) -> float:
    return abs(row["estimate"]) / row["standard_error"] if row["standard_error"] else 0.0
