"""Which cautions would change a decision: those that a reader must know before acting on the first finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lineofsight.analyses.findings.finding import Finding
from lineofsight.words.findings import Fact
from lineofsight.words.findings.cautions import (
    CannotBeEstimated,
    Extracted,
    NotCovered,
    NotInView,
    SpokenAgainst,
    TooRare,
    WithKeptOut,
)
from lineofsight.words.findings.drivers import NoYear, PerceptionWrongWay
from lineofsight.words.findings.response import Answered, LeftOut, SilentDiffer
from lineofsight.words.findings.shapes import AsGoodAsItGets, StepFrom, Threshold
from lineofsight.words.warnings import Reversed, Suspected

NOTABLE = 0.05
"""Share of the episodes that the models leave out, from which that is told on the first page."""

_UNCOVERED, _FEW_ANSWER = 0.2, 0.3

_RULES: tuple[Callable[[Fact], bool], ...] = (
    lambda fact: isinstance(fact, NotInView),
    lambda fact: isinstance(fact, Extracted),
    lambda fact: isinstance(fact, LeftOut) and fact.lost >= NOTABLE * fact.stored,
    lambda fact: isinstance(fact, TooRare),
    lambda fact: isinstance(fact, Reversed),
    lambda fact: isinstance(fact, SpokenAgainst),
    lambda fact: isinstance(fact, Suspected),
    lambda fact: isinstance(fact, WithKeptOut),
    lambda fact: isinstance(fact, PerceptionWrongWay),
    lambda fact: isinstance(fact, SilentDiffer),
    lambda fact: isinstance(fact, NotCovered) and fact.share >= _UNCOVERED,
    lambda fact: isinstance(fact, NoYear),
    lambda fact: isinstance(fact, Threshold | StepFrom) and fact.asked is None,
    lambda fact: isinstance(fact, Answered) and fact.answered < _FEW_ANSWER * fact.asked,
    lambda fact: isinstance(fact, CannotBeEstimated | AsGoodAsItGets),
)
"""What a caution says, the most harmful to overlook first."""


def decisive(found: Sequence[Finding]) -> list[int]:
    """Places in `found` of the cautions that would change a decision, the gravest first; of each kind one of a subject."""
    first: dict[tuple[int, str | None], int] = {}
    for at, each in enumerate(found):
        rank = next((rank for rank, rule in enumerate(_RULES) if rule(each.fact)), None)
        if rank is not None:
            first.setdefault((rank, None if each.kind == "response" else each.subject), at)
    return [first[key] for key in sorted(first, key=lambda key: (key[0], first[key]))]
