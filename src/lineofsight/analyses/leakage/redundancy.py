"""Redundant perceptions: two that nearly are one, as a score kept on two scales: paths through both would mean nothing.

Held equal to the other, a perception hardly varies, and what goes with either cannot be told. So paths go through one of
them. Two are redundant if one explains at least nine tenths of how the other varies, in whatever form (the correlation
ratio, Pearson 1905): a correlation of 0.95, which is beyond what separate questions reach (discriminant validity is
doubted from 0.9 on; Henseler, Ringle and Sarstedt 2015).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lineofsight.analyses.leakage.collinearity import COLLINEAR_SHARE
from lineofsight.analyses.leakage.signals import enough_for, share_explained
from lineofsight.analyses.leakage.suspicions import Insisted, Pair, Suspicion
from lineofsight.episodes.profile import JointAnswers
from lineofsight.model.design import Design
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import View
from lineofsight.model.regression import FEWEST_CUSTOMERS
from lineofsight.reasons import Reason, Statement

REDUNDANT_SHARE = 0.9
"""Share of how a perception varies that another explains, which it is redundant beside."""

_PER_ANSWER = 5  # episodes for each different answer; with fewer one explains the other by chance


@dataclass(frozen=True, slots=True)
class RedundantPerception:
    """A perception that others nearly are; users read that it is their twin.

    Attributes:
        perception: That paths do not go through.
        kept: The perception or perceptions that they go through instead.
        explained: Share of how it varies that these explain.
        n: Episodes in which all were answered.
    """

    perception: str
    kept: tuple[str, ...]
    explained: float
    n: int

    @property
    def reason(self) -> Statement:
        """What was seen."""
        if len(self.kept) == 1:
            return Reason.TWIN(name=self.perception, other=self.kept[0], share=self.explained)
        return Reason.TWIN_OF_SEVERAL(name=self.perception, names=self.kept, share=self.explained)


def redundant_perceptions(
    design: Design, view: View, together: Mapping[Pair, JointAnswers]
) -> list[RedundantPerception]:
    """Perceptions that paths had better not go through, with those that they nearly are.

    Of two, the one stays that tells the other; where each tells the other, the one with more answers, else the one that
    is declared first. Of several, the one declared last goes.

    Args:
        design: The columns.
        view: Everyone's episodes.
        together: Per two perceptions, how often they have which answers.
    """
    perceptions = [info for info in design.outcomes if info.kind == "perception" and info.main]
    found: list[RedundantPerception] = []
    gone: set[str] = set()
    for one, other in combinations(perceptions, 2):
        if gone & {one.source, other.source}:
            continue
        n, of_one, of_other = _explained(view, one, other, together.get((one.source, other.source)))
        if max(of_one, of_other) < REDUNDANT_SHARE:
            continue
        answers = [view.population((info.source,)).n for info in (one, other)]
        both = min(of_one, of_other) >= REDUNDANT_SHARE
        first_stays = answers[0] >= answers[1] if both else of_other > of_one
        dropped, kept, share = (other, one, of_other) if first_stays else (one, other, of_one)
        found.append(RedundantPerception(dropped.source, (kept.source,), share, n))
        gone.add(dropped.source)
    return found + list(_made_from(view, [info for info in perceptions if info.source not in gone]))


def _explained(
    view: View, one: OutcomeInfo, other: OutcomeInfo, together: JointAnswers | None
) -> tuple[int, float, float]:
    """Episodes with both, and how much of the first the second explains, and of the second the first."""
    population = view.population((one.source, other.source))
    if population.clusters < FEWEST_CUSTOMERS:
        return population.n, 0.0, 0.0
    ratios = (
        (0.0, 0.0) if together is None else (correlation_ratio(together, 0), correlation_ratio(together, 1))
    )
    line = share_explained(population, (one.name,), other.name)
    return population.n, max(ratios[0], line), max(ratios[1], line)


def correlation_ratio(together: JointAnswers, of: int) -> float:
    """Share of the variance of one answer that the other explains in whatever form, adjusted for its number of answers.

    Args:
        together: How often there are which two answers.
        of: Which of the two is explained, 0 or 1. Its unit does not matter; 0 where it cannot be told.
    """
    if not together:
        return 0.0
    pairs, weight = np.array([*together]), np.array([*together.values()], dtype=np.float64)
    value, (levels, by) = pairs[:, of], np.unique(pairs[:, 1 - of], return_inverse=True)
    n = weight.sum()
    if n < _PER_ANSWER * (len(levels) + 1):
        return 0.0
    centred = value - weight @ value / n
    total = weight @ centred**2
    if not total > 0:
        return 0.0
    size, sums = (np.bincount(by, weights=w) for w in (weight, weight * centred))
    left = 1 - float((sums**2 / size).sum() / total)
    return 1 - left * float(n - 1) / float(n - len(levels))


def _made_from(view: View, perceptions: Sequence[OutcomeInfo]) -> Iterator[RedundantPerception]:
    """Perceptions that several others nearly give, as an index does its parts."""
    rest = list(perceptions)
    while len(rest) > 2:
        population = view.population([info.source for info in rest])
        if not enough_for(population, [info.name for info in rest]):
            return
        for info in reversed(rest):
            others = [each for each in rest if each is not info]
            share = share_explained(population, [each.name for each in others], info.name)
            if share >= COLLINEAR_SHARE:
                yield RedundantPerception(
                    info.source, tuple(each.source for each in others), share, population.n
                )
                rest.remove(info)
                break
        else:
            return


def redundant_kept_out(
    design: Design,
    redundant: Sequence[RedundantPerception],
    leaks: Mapping[Pair, Statement],
    insisted: Insisted,
) -> dict[Pair, Statement]:
    """Why each is no way to a behaviour; it is one where what stands for it is kept out, or the project insists."""
    found = {}
    for each in redundant:
        for info in design.outcomes:
            if info.kind != "behaviour" or (each.perception, info.source) in {*leaks, *insisted}:
                continue
            if not any((kept, info.source) in leaks for kept in each.kept):
                through = Reason.PATHS_THROUGH_TWIN(names=each.kept, inner=(each.reason,))
                found[each.perception, info.source] = through
    return found


def suspected_redundancy(redundant: Sequence[RedundantPerception], insisted: Insisted) -> Iterator[Suspicion]:
    """What is told of them."""
    for each in redundant:
        found = (each.reason, each.explained, each.n)
        yield Suspicion("twin", each.perception, None, *found, kept_out=True)
        for (mine, outcome), because in insisted.items():
            if mine == each.perception:
                yield Suspicion("twin", mine, outcome, *found, insisted=because)
