"""What a claim rests on, whether chance could have made it, and what it is worth."""

from __future__ import annotations

from lineofsight.analyses.evidence.case.said import SMALL, Answer, Said, clear, told
from lineofsight.report.data import Row, Story
from lineofsight.words import numbers
from lineofsight.words.reasons import sentences

_KEPT = 0.95  # a shrunk estimate nearer to the raw one than this is not worth a sentence
_UNTRIED = ("robust", "quasi-experimental")  # what keeps these from more is that nobody tried it out


def basis(story: Story, row: Row) -> Answer:
    """Whose episodes, and what was held equal."""
    who = "of everyone" if row["population"] == "everyone" else "of those who answered"
    yield Said(f"{numbers.counted(row['n'], 'episode')} {who}.")
    if row["adjusted_for"]:
        yield Said(f"Held equal: {', '.join(map(story.label, row['adjusted_for']))}.")


def reasons(story: Story, row: Row) -> Answer:
    """Why the claim has its level."""
    for text in sentences(row["because"], story.known_as):
        yield Said(text, "for")


def limits(story: Story, row: Row) -> Answer:
    """What keeps it from a higher level."""
    for text in sentences(row["not_higher"], story.known_as):
        yield Said(text, "open" if row["evidence"] in _UNTRIED else "against")


def chance(story: Story, row: Row) -> Answer:
    """How many questions were asked, and what is left of one picked from the top of a list."""
    if row["q_value"] is None:
        return
    asked = f"{numbers.count(story.asked)} total effects were asked of these data, over all operations, outcomes and segments."
    if not clear(row):
        yield Said(asked)
        return
    yield Said(
        f"{asked} If every one as clear as this is put forward, {_at_most(row['q_value'])} of them are expected to be"
        " chance alone; what is hidden is not counted in that.",
        "for" if row["q_value"] <= SMALL else "against",
    )
    if row["shrunk"] is not None and abs(row["shrunk"]) < _KEPT * abs(row["estimate"]):
        likelier = told(story, row, "shrunk", "shrunk_low", "shrunk_high")
        yield Said(f"Picked from the top of a list, it is likelier to be {likelier}.", "against")


def _at_most(q: float) -> str:
    return "less than 0.1 %" if q < 0.001 else f"at most {numbers.share(q)}"


def worth(story: Story, row: Row) -> Answer:
    """Money a year, should it be an effect."""
    if row["money_per_year"] is not None:
        amount = told(story, row, "money_per_year", "money_low", "money_high", unit=story.currency)
        sure = clear(row, "money_low", "money_high")
        yield Said(
            f"If it is an effect and not only an association: {amount} a year"
            f"{'' if sure else ', which cannot be told from nothing'}."
        )
