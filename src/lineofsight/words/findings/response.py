"""Who answered, what weighting the answers changes, and whom the models leave out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lineofsight.reasons import Statement
from lineofsight.words.amounts import Amount, full_amount_words
from lineofsight.words.lists import Label, all_quoted, joined, quoted, shared_out, with_reason
from lineofsight.words.numbers import count, counted, plain, quantity, share
from lineofsight.words.reasons import clause

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Unweighted:
    """Answers that cannot be weighted, and why."""

    reason: Statement


@dataclass(frozen=True, slots=True)
class Weighted:
    """What weighting makes of a perception.

    Attributes:
        statistic: What is told of it.
        value: That, weighted.
        before: That, unweighted.
        left_out: Columns that the response model does without.
        few: Of whom there are too few for them: those who answered, or the silent.
        confidence: The level of the interval.
    """

    statistic: str
    value: Amount
    before: float
    left_out: tuple[str, ...]
    few: Literal["answered", "silent"]
    confidence: float


@dataclass(frozen=True, slots=True)
class Answered:
    """How many answered, in what they differ most from the silent, and what weighting makes of it where that matters."""

    perception: str
    answered: int
    asked: int
    apart: tuple[str, ...]
    weighting: Unweighted | Weighted | None


@dataclass(frozen=True, slots=True)
class SilentDiffer:
    """What goes with these behaviours differs between those who answered and the silent; the largest p-value."""

    behaviours: tuple[str, ...]
    p: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Episodes that the models leave out are unlike the others.

    Attributes:
        perception: In which they differ.
        statistic: What is told of it.
        lost: Episodes left out.
        stored: All episodes.
        lacking: What is unknown, and in how many of them.
        mean: Of the perception in those, where it is known.
        other: Of the perception in the others.
        mean_unit: Unit of both.
        difference: The first less the second.
        confidence: The level of the difference's interval.
    """

    perception: str
    statistic: str
    lost: int
    stored: int
    lacking: tuple[tuple[str, int], ...]
    mean: float
    other: float
    mean_unit: str
    difference: Amount
    confidence: float


ResponseFact = Answered | SilentDiffer | LeftOut


def response_words(fact: ResponseFact, label: Label) -> tuple[str, ...]:
    """What is found of those who answered, of the silent, and of those left out."""
    match fact:
        case Answered(perception, answered, asked, apart, weighting):
            known = f"{quoted(perception, label)} is known for {count(answered)} of {count(asked)} episodes"
            most = joined([label(name) for name in apart[:_SHOWN]])
            differ = (f"Those who answered differ from the silent in {most}",) if apart else ()
            return (f"{known} ({share(answered / asked)})", *differ, *_weighting(weighting, label))
        case SilentDiffer(behaviours, p):
            return (
                f"what goes with {all_quoted(behaviours, label)} differs between those who answered and the silent"
                f" ({_p_value(p)})",
                "Paths through perceptions may not hold for everyone",
            )
        case LeftOut():
            return _left_out(fact, label)


def _weighting(weighting: Unweighted | Weighted | None, label: Label) -> tuple[str, ...]:
    """Put after who answered."""
    match weighting:
        case None:
            return ()
        case Unweighted(reason):
            return with_reason("Their answers cannot be weighted", clause(reason, label))
        case Weighted(statistic, value, before, left_out, few, confidence):
            told = full_amount_words(value, confidence, signed=False)
            who = "answered" if few == "answered" else "were silent"
            names = all_quoted(left_out[:_SHOWN], label)
            but = (f"The weights leave out {names}, as too few {who} to tell",) if left_out else ()
            usual, now = (
                quantity(mean, value.unit, value.low, value.high, form="sentence")
                for mean in (before, value.value)
            )
            verb, instead = ("stays", "") if usual == now else ("is", f" instead of {usual}")
            return (
                f"Weighted to be like all who were asked, its {statistic} {verb} {told}{instead}",
                *but,
            )


def _left_out(fact: LeftOut, label: Label) -> tuple[str, ...]:
    lacking = [f"{quoted(name, label)} of {count(n)}" for name, n in fact.lacking[:_SHOWN]]
    told, against = (quantity(mean, fact.mean_unit, form="sentence") for mean in (fact.mean, fact.other))
    return (
        f"The models leave out {count(fact.lost)} of {counted(fact.stored, 'episode')}, and those are unlike the others",
        *shared_out(lacking, "Unknown are", "And"),
        f"Where known, the {fact.statistic} of {quoted(fact.perception, label)} is {told}, against {against} of the others",
        f"That is a difference of {full_amount_words(fact.difference, fact.confidence)}",
        "What is told here does not hold for them",
        "'missing: indicator' keeps them",
    )


def _p_value(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {plain(p, 3 if p < 0.01 else 2)}"
