"""What a claim rests on, whether chance could have made it, and what it is worth."""

from __future__ import annotations

from lineofsight.words import numbers
from lineofsight.words.case.points import SMALL, Answer, Point, clear, with_interval
from lineofsight.words.data import Row, RunData
from lineofsight.words.reasons import sentences

_KEPT = 0.95  # a shrunk estimate nearer to the raw one than this is not worth a sentence
_UNTRIED = ("robust", "quasi-experimental")  # what keeps these from more is that nobody tried it out


def basis(data: RunData, row: Row) -> Answer:
    """Whose episodes, and what was held equal."""
    who = "of everyone" if row["population"] == "everyone" else "of those who answered"
    yield Point(f"{numbers.counted(row['n'], 'episode')} {who}.")
    if row["adjusted_for"]:
        yield Point(f"Held equal: {', '.join(map(data.label, row['adjusted_for']))}.")


def reasons(data: RunData, row: Row) -> Answer:
    """Why the claim has its level."""
    for text in sentences(row["because"], data.label):
        yield Point(text, "for")


def limits(data: RunData, row: Row) -> Answer:
    """What keeps it from a higher level."""
    for text in sentences(row["not_higher"], data.label):
        yield Point(text, "open" if row["evidence"] in _UNTRIED else "against")


def chance(data: RunData, row: Row) -> Answer:
    """How many questions were asked, and what is left of one picked from the top of a list."""
    if row["q_value"] is None:
        return
    asked = f"{numbers.count(data.claims_tested)} total effects were asked of these data, over all operations, outcomes and segments."
    if not clear(row):
        yield Point(asked)
        return
    yield Point(
        f"{asked} If every one as clear as this is put forward, {_at_most(row['q_value'])} of them are expected to be"
        " chance alone; what is hidden is not counted in that.",
        "for" if row["q_value"] <= SMALL else "against",
    )
    if row["shrunk"] is not None and abs(row["shrunk"]) < _KEPT * abs(row["estimate"]):
        likelier = with_interval(data, row, "shrunk", "shrunk_low", "shrunk_high")
        yield Point(f"Picked from the top of a list, it is likelier to be {likelier}.", "against")


def _at_most(q: float) -> str:
    return "less than 0.1 %" if q < 0.001 else f"at most {numbers.share(q)}"


def worth(data: RunData, row: Row) -> Answer:
    """Money a year, should it be an effect."""
    if row["money_per_year"] is not None:
        amount = with_interval(data, row, "money_per_year", "money_low", "money_high", unit=data.currency)
        sure = clear(row, "money_low", "money_high")
        yield Point(
            f"If it is an effect and not only an association: {amount} a year"
            f"{'' if sure else ', which cannot be told from nothing'}."
        )
