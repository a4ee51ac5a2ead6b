"""What a claim is held against that would show up an effect that is none: a placebo, or the same customers.

A placebo test asks for an effect where there can be none: on what was done before (a negative control outcome), or of what
came later (a negative control exposure; Lipsitch, Tchetgen Tchetgen and Cohen 2010). A within-customer comparison leaves
out whatever stays the same about a customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lineofsight.reasons import Reason, Statement
from lineofsight.stats.multiplicity import FALSE_DISCOVERIES, q_values
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.stats.wald import p_value

Kind = Literal["before", "next", "within"]
Says = Literal["for", "against", "open"]

KINDS: tuple[Kind, ...] = ("before", "next", "within")

_FOR: dict[Kind, Reason] = {
    "before": Reason.NOT_BEFORE,
    "next": Reason.NOT_NEXT,
    "within": Reason.WITHIN_TOO,
}
_AGAINST: dict[Kind, Reason] = {
    "before": Reason.BEFORE_ALREADY,
    "next": Reason.NEXT_AS_MUCH,
    "within": Reason.NOT_WITHIN,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One claim about everyone, and what it is held against.

    Attributes:
        cause, outcome: Of the claim.
        kind: 'before': the same on what customers did before the operations of the episode had begun. 'next': of the
            driver's value in the customer's next episode, beside this one's. 'within': each customer's episodes
            compared with each other.
        result: What the comparison finds, in the outcome's own unit, before its factor.
        claimed: What it is held against: the claim, or for 'next' this episode's value in the same model.
        n: Episodes it rests on.
        customers: Customers it rests on; groups of them where they are many.
    """

    cause: str
    outcome: str
    kind: Kind
    result: Estimate | NotEstimable
    claimed: Estimate | NotEstimable
    n: int
    customers: int

    @property
    def difference(self) -> Estimate | None:
        """What is claimed without what the comparison finds."""
        if isinstance(self.result, NotEstimable) or isinstance(self.claimed, NotEstimable):
            return None
        return self.claimed - self.result

    @property
    def p_value(self) -> float:
        """Of a placebo that finds nothing, or of the same customers who show what is claimed; NaN where there is none."""
        asked = self.difference if self.kind == "within" else self.result
        if not isinstance(asked, Estimate):
            return float("nan")
        return float(p_value(asked.value, asked.standard_error))

    def says(self, level: float, q_value: float) -> Says:
        """Whether it speaks for the claim or against it, by the rules of docs/explanation/evidence.md.

        A placebo speaks against a claim where it is clear of zero, on the claim's side, and the claim is not clear of
        zero without it; and for it where it can be told to be less than half the claim. The same customers speak
        against a claim where they clearly show less and nothing on its side; and for it where they clearly show it.

        Args:
            level: Coverage of intervals.
            q_value: Least share of false discoveries among all comparisons of the run that find something.
        """
        if isinstance(self.result, NotEstimable) or isinstance(self.claimed, NotEstimable):
            return "open"
        surely = q_value <= FALSE_DISCOVERIES
        side = 1.0 if self.claimed.value > 0 else -1.0
        claimed, found = (self.claimed * side).interval(level), (self.result * side).interval(level)
        left = ((self.claimed - self.result) * side).interval(level)
        if not claimed[0] > 0:
            return "open"
        if self.kind == "within":
            if found[0] > 0:
                return "for"
            return "against" if left[0] > 0 and surely else "open"
        if found[0] > 0 and surely and not left[0] > 0:
            return "against"
        return "for" if found[1] < abs(self.claimed.value) / 2 else "open"


def judged(found: Sequence[Comparison], level: float) -> list[tuple[Comparison, float, Says]]:
    """Every comparison with its q-value among all of them (placebos; within customers), and what it says.

    Of thirty placebos one or two look clear by chance: one that is to speak against a claim must be clear among all.
    """
    p = np.array([each.p_value for each in found])
    within = np.array([each.kind == "within" for each in found], dtype=bool)
    q = np.full(len(found), np.nan)
    for of in (within, ~within):
        q[of] = q_values(p[of])
    return [(each, one, each.says(level, one)) for each, one in zip(found, q.tolist(), strict=True)]


def statements(
    found: Sequence[Comparison], level: float, says: Says
) -> Mapping[tuple[str, str], tuple[Statement, ...]]:
    """By cause and outcome, what these comparisons say for its claims or against them."""
    reasons = _FOR if says == "for" else _AGAINST
    by_pair: dict[tuple[str, str], tuple[Statement, ...]] = {}
    for each, _, verdict in judged(found, level):
        if verdict == says:
            pair = (each.cause, each.outcome)
            by_pair[pair] = (*by_pair.get(pair, ()), reasons[each.kind]())
    return by_pair
