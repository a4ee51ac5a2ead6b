"""What a claim rests on, whether chance could have made it, and what it is worth."""

from __future__ import annotations

from lineofsight.analyses.evidence.case.said import SMALL, Answer, Said, clauses, clear, told
from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers

_KEPT = 0.95  # a shrunk estimate nearer to the raw one than this is not worth a sentence
_UNTRIED = ("robust", "quasi-experimental")  # what keeps these from more is that nobody tried it out


def basis(data: ReportData, row: Row) -> Answer:
    """Whose episodes, and what was held equal."""
    who = "of everyone" if row["population"] == "everyone" else "of those who answered"
    yield Said(f"{numbers.counted(row['n'], 'episode')} {who}.")
    if row["adjusted_for"]:
        yield Said(f"Held equal: {', '.join(map(data.label, row['adjusted_for'].split(', ')))}.")


def reasons(data: ReportData, row: Row) -> Answer:
    """Why the claim has its level."""
    for text in clauses(data, row["because"]):
        yield Said(text, "for")


def limits(data: ReportData, row: Row) -> Answer:
    """What keeps it from a higher level."""
    for text in clauses(data, row["not_higher"]):
        yield Said(text, "open" if row["evidence"] in _UNTRIED else "against")


def chance(data: ReportData, row: Row) -> Answer:
    """How many questions were asked, and what is left of one picked from the top of a list."""
    if row["q_value"] is None:
        return
    asked = f"{numbers.count(data.claims_tested)} total effects were asked of these data, over all operations, outcomes and segments."
    if not clear(row):
        yield Said(asked)
        return
    yield Said(
        f"{asked} If every one as clear as this is put forward, {_at_most(row['q_value'])} of them are expected to be"
        " chance alone; what is hidden is not counted in that.",
        "for" if row["q_value"] <= SMALL else "against",
    )
    if row["shrunk"] is not None and abs(row["shrunk"]) < _KEPT * abs(row["estimate"]):
        likelier = told(data, row, "shrunk", "shrunk_low", "shrunk_high")
        yield Said(f"Picked from the top of a list, it is likelier to be {likelier}.", "against")


def _at_most(q: float) -> str:
    return "less than 0.1 %" if q < 0.001 else f"at most {numbers.share(q)}"


def worth(data: ReportData, row: Row) -> Answer:
    """Money a year, should it be an effect."""
    if row["money_per_year"] is not None:
        amount = told(data, row, "money_per_year", "money_low", "money_high", unit=data.currency)
        sure = clear(row, "money_low", "money_high")
        yield Said(
            f"If it is an effect and not only an association: {amount} a year"
            f"{'' if sure else ', which cannot be told from nothing'}."
        )
