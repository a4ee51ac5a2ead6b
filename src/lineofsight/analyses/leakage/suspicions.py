"""What may fool a reader, as it is found: which link it concerns, what was seen, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lineofsight.reasons import Reason, Statement

Kind = Literal[
    "leak",
    "near_leak",
    "separation",
    "later",
    "partial",
    "strong",
    "function",
    "twin",
    "duplicate",
    "link",
    "time",
    "simpson",
]
Pair = tuple[str, str]
Insisted = Mapping[Pair, str]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One reason to doubt a link, or the data.

    Attributes:
        kind: What it is.
        cause: Operation, perception or control; None where it is about rows.
        outcome: Perception or behaviour; None where it is about every outcome, or about rows.
        reason: What was seen.
        share: Between 0 and 1: of the episodes that agree, of what varies that is explained, or of the rows concerned.
        n: Episodes looked at, or rows concerned.
        kept_out: Whether the cause is kept out of the models of that outcome.
        withheld: Whether the claim stays in the tables, and out of the findings.
        insisted: Why the project insists on the link; None where it does not.
    """

    kind: Kind
    cause: str | None
    outcome: str | None
    reason: Statement
    share: float | None = None
    n: int | None = None
    kept_out: bool = False
    withheld: bool = False
    insisted: str | None = None

    @property
    def doubted(self) -> bool:
        """Whether the cause is in the models, and tells more of the outcome than causes do."""
        return self.kind in ("partial", "strong") and not self.kept_out and self.insisted is None

    @property
    def objection(self) -> Statement:
        """What speaks against a claim that stands in spite of it."""
        if self.insisted is None:
            return self.reason
        return Reason.INSISTED(text=self.insisted, inner=(self.reason,))


def objections(
    suspicions: Sequence[Suspicion], outcomes: Mapping[str, str]
) -> dict[Pair, tuple[Statement, ...]]:
    """What speaks against each claim that stands, by cause and name of the outcome.

    That it goes the other way round within segments is told by the claim itself, but for the project's reason.

    Args:
        suspicions: All of links.
        outcomes: Perception or behaviour of each outcome, by name.
    """
    found: dict[Pair, tuple[Statement, ...]] = {}
    for name, source in outcomes.items():
        own = {(s.cause, s.kind) for s in suspicions if s.outcome == source}
        for each in suspicions:
            if each.cause is None or each.kept_out or each.outcome not in (None, source):
                continue
            if each.outcome is None and (each.cause, each.kind) in own:
                continue
            if each.insisted is not None or each.kind == "function" or each.doubted:
                pair = (each.cause, name)
                found[pair] = (*found.get(pair, ()), each.objection)
    return found


def held_beside(suspicions: Iterable[Suspicion], outcome: str, cause: str) -> Iterator[Statement]:
    """What of all that is held equal beside a cause is in doubt itself, and may take away what is the cause's.

    Args:
        suspicions: All of links.
        outcome: Perception or behaviour.
        cause: Operation or perception.
    """
    for each in suspicions:
        if each.doubted and each.outcome == outcome and each.cause not in (None, cause):
            assert each.cause is not None
            yield Reason.HELD_BESIDE(name=each.cause, other=outcome)


def withheld(suspicions: Sequence[Suspicion], outcomes: Iterable[str]) -> frozenset[Pair]:
    """Pairs of cause and perception or behaviour whose claims are not to be put forward."""
    found = set()
    for outcome in outcomes:
        insisted = {(s.cause, s.kind) for s in suspicions if s.outcome == outcome and s.insisted is not None}
        found |= {
            (s.cause, outcome)
            for s in suspicions
            if s.cause is not None
            and s.withheld
            and s.outcome in (None, outcome)
            and (s.cause, s.kind) not in insisted
        }
    return frozenset(found)


def kept_out(suspicions: Iterable[Suspicion]) -> dict[Pair, Statement]:
    """The reason for each pair of cause and outcome that is kept out of the models."""
    found: dict[Pair, Statement] = {}
    for each in suspicions:
        if each.kept_out and each.cause is not None and each.outcome is not None:
            found.setdefault((each.cause, each.outcome), each.reason)
    return found


def pairs_of(suspicions: Iterable[Suspicion]) -> frozenset[Pair]:
    """The pairs of cause and outcome that are suspected of anything."""
    return frozenset(
        (each.cause, each.outcome)
        for each in suspicions
        if each.cause is not None and each.outcome is not None
    )
