"""What if everyone had answered? Effects that rest on answers, with weights, and how different the silent would have to be."""

from __future__ import annotations

from lineofsight.report.blocks import Block, Cell, Details, Heading, Paragraph, Section, table
from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers
from lineofsight.words.lists import sentence
from lineofsight.words.nonresponse import NOTICEABLE, amount_words, moved, verdict
from lineofsight.words.rounding import MINUS

_TITLE = "What if everyone had answered?"
_SHOWN = 12


def weighting(data: ReportData) -> Section:
    """What weights move, and the tipping point of each main claim that rests on answers."""
    rows = [row for row in data.rows("weighted_effects", segment=None) if row["outcome"] in data.outcomes]
    rows = [row for row in rows if row["unweighted"] is not None]
    if not rows:
        text = (
            "There is nothing to ask: everybody who was asked answered, or nothing rests on answers."
            if data.perceptions
            else "Nobody was asked: the customer was skipped."
        )
        return Section("unheard", _TITLE, (Paragraph(text, lead=True),))
    weighted = [row for row in rows if row["estimate"] is not None]
    far = [row for row in weighted if moved(row)]
    blocks: list[Block] = [Paragraph(_message(data, rows, weighted, far), lead=True)]
    if weighted:
        blocks.append(
            Paragraph(
                "Weights make those who answered stand for all who were asked, in what is known of both. Noticeably means that an effect"
                f" stops or begins to be clear, or moves by {numbers.share(NOTICEABLE)} of itself or more, beyond chance."
            )
        )
    if far:
        shown = _moved(data, far)
        blocks.append(shown if len(far) <= _SHOWN else Details("Show these effects", (shown,)))
    return Section("unheard", _TITLE, (*blocks, *_tipping(data, rows)))


def _message(data: ReportData, rows: list[Row], weighted: list[Row], far: list[Row]) -> str:
    effects = f"{numbers.counted(len(rows), 'effect')} rest{'s' if len(rows) == 1 else ''} on answers"
    if not weighted:
        why = next((data.clause(row["reason"]) for row in rows if row["reason"] is not None), "")
        return f"{effects}. These cannot be weighted to stand for the silent: {why}."
    lost = len(rows) - len(weighted)
    none = f"; {numbers.count(lost)} cannot be weighted" if lost else ""
    if not far:
        return f"{effects}, and with weights none of them moves noticeably{none}."
    stay = len(weighted) - len(far)
    return (
        f"{effects}. With weights {numbers.count(len(far))} {'moves' if len(far) == 1 else 'move'} noticeably,"
        f" {numbers.count(stay)} {'does' if stay == 1 else 'do'} not{none}."
    )


def _moved(data: ReportData, rows: list[Row]) -> Block:
    body: list[list[str | Cell]] = [
        [
            *(data.label(row["cause"]), data.label(row["outcome"]), _path(data, row["path"])),
            sentence(verdict(row)).rstrip("."),
            *(
                numbers.with_interval(row[value], row[low], row[high], row["unit"])
                for value, low, high in (
                    ("unweighted", "unweighted_low", "unweighted_high"),
                    ("estimate", "low", "high"),
                )
            ),
        ]
        for row in rows
    ]
    head = ("Driver", "On", "Path", "With weights", "As answered", "Weighted")
    return table("Effects that move noticeably with weights", head, body, text=4)


def _path(data: ReportData, path: str) -> str:
    if path == "total":
        return "In total"
    return "Direct" if path == "direct" else f"Via {data.label(path.removeprefix('via '))}"


def _tipping(data: ReportData, rows: list[Row]) -> list[Block]:
    """For each clear total, what the silent's effect would have to be."""
    known = [
        row
        for row in rows
        if row["path"] == "total"
        and row["tipping_point"] is not None
        and row["unweighted"]
        and row["outcome"] not in data.rare_behaviours
    ]
    if not known:
        return []
    known.sort(key=_ratio)
    first = known[0]
    body: list[list[str | Cell]] = [
        [
            *(f"{data.label(row['cause'])} {row['change']}", data.label(row["outcome"])),
            numbers.with_interval(
                *(row[n] for n in ("unweighted", "unweighted_low", "unweighted_high", "unit"))
            ),
            _beyond(row),
            _times(_ratio(row)),
        ]
        for row in known
    ]
    head = (
        "Change",
        "Outcome",
        "Seen among those who answered",
        "The silent would have to be at",
        "Of what was seen, the other way",
    )
    easiest = f"The claim that leans most on the silent: {data.label(first['cause'])} on {data.label(first['outcome'])}."
    return [
        Heading("How different would the silent have to be?"),
        Paragraph(
            "Weights cannot mend what is hidden: people may answer, or not, for the way they feel. So turn it round, and ask what the silent would have"
            " to be like for a claim about everyone to fall. The smaller that is beside what was seen, the more the claim leans on"
            " their being like the others."
        ),
        Paragraph(f"{easiest} {sentence(first['tipping_words'] or '')}"),
        Details(
            f"All {numbers.counted(len(known), 'claim')} that rest{'s' if len(known) == 1 else ''} on answers",
            (table("Clear totals, those that fall first on top", head, body, text=2),),
        ),
    ]


def _ratio(row: Row) -> float:
    return float(abs(row["tipping_point"] / row["unweighted"]))


def _beyond(row: Row) -> str:
    tip = row["tipping_point"]
    sign, end = (MINUS, "less") if tip < 0 else ("+", "more")
    return f"{sign}{amount_words(abs(tip), row['unit'])} or {end}"


def _times(ratio: float) -> str:
    return (
        f"{numbers.plain(ratio, 0 if ratio >= 10 else 1)} times"
        if ratio >= 1
        else numbers.share(round(ratio, 2))
    )
