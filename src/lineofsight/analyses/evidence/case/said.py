"""What a case is made of: sentences with the side they speak for, under the question that they answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers

Side = Literal["for", "against", "open", "fact"]

SMALL = 0.05
"""A p- or q-value up to this is clear."""

_QUOTED = re.compile(r"'([^']+)'")


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, and what it does: it speaks 'for' the claim or 'against' it, leaves something 'open', or is a 'fact'."""

    text: str
    side: Side = "fact"


@dataclass(frozen=True, slots=True)
class Part:
    """One question asked of a claim, and what answers it."""

    heading: str
    said: tuple[Said, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answers as plain text."""
        return tuple(each.text for each in self.said)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A claim in one sentence, its evidence level, and everything that speaks for and against it."""

    claim: str
    level: str
    parts: tuple[Part, ...]

    def side(self, side: Side) -> tuple[tuple[str, str], ...]:
        """What is on one side, each with its question."""
        return tuple(
            (part.heading, each.text) for part in self.parts for each in part.said if each.side == side
        )


Answer = Iterator[Said]


def told(
    data: ReportData,
    row: Row,
    value: str = "estimate",
    low: str = "low",
    high: str = "high",
    unit: str | None = None,
) -> str:
    """A value of a row with its interval, as a sentence has it."""
    return numbers.with_interval(
        row[value],
        row[low],
        row[high],
        row["unit"] if unit is None else unit,
        form="sentence",
        confidence=data.confidence,
    )


def clear(row: Row, low: str = "low", high: str = "high") -> bool:
    """Whether an interval lies on one side of zero."""
    return row[low] is not None and row[high] is not None and bool(row[low] > 0 or row[high] < 0)


def agreeing(row: Row) -> Side:
    """What agreement does: it speaks for a claim; where nothing is clear there is nothing to speak for."""
    return "for" if clear(row) else "fact"


def p_words(value: float | None) -> str:
    """`= 0.04`, `below 0.001`."""
    if value is None:
        return numbers.MISSING
    return "below 0.001" if value < 0.001 else f"= {value:.2g}"


def sentence(text: str) -> str:
    """With a capital and one full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def named(data: ReportData, text: str) -> str:
    """A text of the run with its quoted names as people read them."""
    return _QUOTED.sub(
        lambda found: f"'{data.label(found[1])}'" if found[1].partition("=")[0] in data.names else found[0],
        text,
    )


def clauses(data: ReportData, text: str | None) -> Iterator[str]:
    """Reasons as the run has them, separated by '; ', each as a sentence."""
    for clause in (text or "").split("; "):
        if clause:
            yield sentence(named(data, clause))
