"""The whole case for and against one claim, from a run's tables: `los explain`, and the report's answers to "how sure?"."""

from __future__ import annotations

from collections.abc import Callable

from lineofsight.error_codes import RunCode
from lineofsight.errors import RunError, did_you_mean
from lineofsight.words import numbers
from lineofsight.words.case import alternatives, basis, comparisons, confounding, heterogeneity, nonresponse
from lineofsight.words.case.doubts import doubts
from lineofsight.words.case.points import (
    Answer,
    Explanation,
    Part,
    Point,
    Side,
    clear,
    with_interval,
)
from lineofsight.words.data import Row, RunData
from lineofsight.words.evidence import verb
from lineofsight.words.lists import sentence

__all__ = ["QUESTIONS", "Explanation", "Part", "Point", "Side", "explain", "find_claim", "refused", "what"]

QUESTIONS: tuple[tuple[str, Callable[[RunData, Row], Answer]], ...] = (
    ("What does it rest on?", basis.basis),
    ("What speaks for it", basis.reasons),
    ("Why it is not surer", basis.limits),
    ("Is anything wrong with the data?", doubts),
    ("Would it be the same with other columns held equal?", alternatives.alternatives),
    ("Could something hidden be behind it?", confounding.confounding),
    ("Would it be there without it?", comparisons.comparisons),
    ("Is it a chance find?", basis.chance),
    ("Is it the same for everybody?", heterogeneity.for_everybody),
    ("Is it the same over time?", heterogeneity.over_time),
    ("Does it pass through how those who answered feel?", nonresponse.paths),
    ("Do respondents show the same effect?", nonresponse.respondents),
    ("Does it hold for those who did not answer?", nonresponse.silent),
    ("What is it worth?", basis.worth),
)
"""What is asked of every claim, in order; a question without an answer is not shown."""


def find_claim(data: RunData, cause: str, outcome: str, segment: str | None = None) -> Row:
    """The total effect that is meant; names may be labels, and a segment its level alone where that is enough.

    Raises:
        RunError: There is no such cause, outcome or segment, or none of the cause on the outcome.
    """
    rows = data.rows("effects", path="total")
    cause = _meant(data, cause, [row["cause"] for row in rows], "operation or perception")
    mine = [row for row in rows if row["cause"] == cause]
    outcome = _meant(data, outcome, [row["outcome"] for row in mine], f"outcome of '{cause}'")
    wanted = None
    if segment is not None:
        known = dict.fromkeys(row["segment"] for row in mine if row["segment"])
        short = [name for name in known if name.partition(" = ")[2] == segment]
        wanted = short[0] if len(short) == 1 else segment
        if wanted not in known:
            levels = [name if " = " in segment else name.partition(" = ")[2] for name in known]
            raise RunError(
                RunCode.UNKNOWN_SEGMENT,
                f"the run has no segment '{segment}': {did_you_mean(segment, short or levels)}",
            )
    return next(row for row in mine if row["outcome"] == outcome and row["segment"] == wanted)


def explain(data: RunData, row: Row) -> Explanation:
    """The case for and against a total effect."""
    if row["estimate"] is None:
        return Explanation(f"{what(data, row)}: cannot be estimated.", "none", refused(data, row))
    parts = tuple(
        Part(heading, points) for heading, answer in QUESTIONS if (points := tuple(answer(data, row)))
    )
    amount, on = with_interval(data, row), f"'{data.label(row['outcome'])}'"
    claim = (
        f"{what(data, row)} {verb(row['evidence'])} {amount} of {on}.{_each_case(data, row)}"
        if clear(row)
        else f"What goes with {what(data, row)} in {on} cannot be told from nothing: {amount}."
    )
    return Explanation(claim, row["evidence"], parts)


def _each_case(data: RunData, row: Row) -> str:
    """Of an operation that is yes or no: what goes with one case."""
    if row.get("per_case") is None:
        return ""
    ends = row["per_case"], row["per_case_low"], row["per_case_high"], row["unit"]
    amount = numbers.with_interval(*ends, form="sentence", confidence=data.confidence)
    return f" That is {amount} for each case."


def refused(data: RunData, row: Row) -> tuple[Part, ...]:
    """Why there is no estimate, and what was found in the data that has to do with it."""
    reason = sentence(data.clause(row["reason"]))
    found = tuple(doubts(data, row, but=row["reason"]))
    parts = (Part("Why there is no answer", (Point(reason),)),)
    return (*parts, Part("Is anything wrong with the data?", found)) if found else parts


def what(data: RunData, row: Row) -> str:
    """The change that a claim is about, as "'Delivery time' 10 % better (4.0 → 3.6 days)".

    Of a perception whose scale ends before, only where it is today.
    """
    before, after, unit = row["cause_from"], row["cause_to"], row["cause_unit"]
    change = "" if before is None else f" (today {numbers.quantity(before, unit)})"
    if before is not None and after is not None:
        change = f" ({numbers.change(before, after, unit)})"
    attribute, _, level = (row["segment"] or "").partition(" = ")
    where = f" where {data.label(attribute)} = {level}" if attribute else ""
    return f"'{data.label(row['cause'])}' {row['change']}{change}{where}"


def _meant(data: RunData, given: str, names: list[str], what: str) -> str:
    known = list(dict.fromkeys(names))
    if given in known:
        return given
    labelled = [name for name in known if data.label(name).casefold() == given.casefold()]
    if len(labelled) == 1:
        return labelled[0]
    raise RunError(RunCode.UNKNOWN_NAME, f"the run has no {what} '{given}': {did_you_mean(given, known)}")
