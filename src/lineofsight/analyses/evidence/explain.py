"""The whole case for and against one claim, from a run's tables: `los explain`, and the report's answers to "how sure?"."""

from __future__ import annotations

from collections.abc import Callable

from lineofsight.analyses.evidence.case import alike, compared, heard, hidden, rests
from lineofsight.analyses.evidence.case.doubts import doubts
from lineofsight.analyses.evidence.case.said import (
    Answer,
    Explanation,
    Part,
    Said,
    Side,
    clear,
    told,
)
from lineofsight.errors import RunError, did_you_mean
from lineofsight.report.data import Row, Story
from lineofsight.words import numbers
from lineofsight.words.evidence import verb
from lineofsight.words.lists import sentence

__all__ = ["QUESTIONS", "Explanation", "Part", "Said", "Side", "explain", "find_claim", "refused", "what"]

QUESTIONS: tuple[tuple[str, Callable[[Story, Row], Answer]], ...] = (
    ("What does it rest on?", rests.basis),
    ("What speaks for it", rests.reasons),
    ("Why it is not surer", rests.limits),
    ("Is anything wrong with the data?", doubts),
    ("Could something hidden be behind it?", hidden.hidden),
    ("Would it be there without it?", compared.compared),
    ("Is it a chance find?", rests.chance),
    ("Is it the same for everybody?", alike.for_everybody),
    ("Is it the same over time?", alike.over_time),
    ("Does it pass through how those who answered feel?", heard.paths),
    ("Do respondents show the same effect?", heard.respondents),
    ("Does it hold for those who did not answer?", heard.silent),
    ("What is it worth?", rests.worth),
)
"""What is asked of every claim, in order; a question without an answer is not shown."""


def find_claim(story: Story, cause: str, outcome: str, segment: str | None = None) -> Row:
    """The total effect that is meant; names may be labels, and a segment its level alone where that is enough.

    Raises:
        RunError: There is no such cause, outcome or segment, or none of the cause on the outcome.
    """
    rows = story.rows("effects", path="total")
    cause = _meant(story, cause, [row["cause"] for row in rows], "operation or perception")
    mine = [row for row in rows if row["cause"] == cause]
    outcome = _meant(story, outcome, [row["outcome"] for row in mine], f"outcome of '{cause}'")
    wanted = None
    if segment is not None:
        known = dict.fromkeys(row["segment"] for row in mine if row["segment"])
        short = [name for name in known if name.partition(" = ")[2] == segment]
        wanted = short[0] if len(short) == 1 else segment
        if wanted not in known:
            levels = [name if " = " in segment else name.partition(" = ")[2] for name in known]
            raise RunError(f"the run has no segment '{segment}': {did_you_mean(segment, short or levels)}")
    return next(row for row in mine if row["outcome"] == outcome and row["segment"] == wanted)


def explain(story: Story, row: Row) -> Explanation:
    """The case for and against a total effect."""
    if row["estimate"] is None:
        return Explanation(f"{what(story, row)}: cannot be estimated.", "none", refused(story, row))
    parts = tuple(Part(heading, said) for heading, answer in QUESTIONS if (said := tuple(answer(story, row))))
    amount, on = told(story, row), f"'{story.label(row['outcome'])}'"
    claim = (
        f"{what(story, row)} {verb(row['evidence'])} {amount} of {on}."
        if clear(row)
        else f"What goes with {what(story, row)} in {on} cannot be told from nothing: {amount}."
    )
    return Explanation(claim, row["evidence"], parts)


def refused(story: Story, row: Row) -> tuple[Part, ...]:
    """Why there is no estimate, and what was found in the data that has to do with it."""
    reason = sentence(story.clause(row["reason"]))
    found = tuple(doubts(story, row, but=row["reason"]))
    parts = (Part("Why there is no answer", (Said(reason),)),)
    return (*parts, Part("Is anything wrong with the data?", found)) if found else parts


def what(story: Story, row: Row) -> str:
    """The change that a claim is about, as "'Delivery time' 10 % better (4.0 → 3.6 days)".

    Of a perception whose scale ends before, only where it is today.
    """
    before, after, unit = row["cause_from"], row["cause_to"], row["cause_unit"]
    change = "" if before is None else f" (today {numbers.quantity(before, unit)})"
    if before is not None and after is not None:
        change = f" ({numbers.change(before, after, unit)})"
    where = f" where {row['segment']}" if row["segment"] else ""
    return f"'{story.label(row['cause'])}' {row['change']}{change}{where}"


def _meant(story: Story, given: str, names: list[str], what: str) -> str:
    known = list(dict.fromkeys(names))
    if given in known:
        return given
    labelled = [name for name in known if story.label(name).casefold() == given.casefold()]
    if len(labelled) == 1:
        return labelled[0]
    raise RunError(f"the run has no {what} '{given}': {did_you_mean(given, known)}")
