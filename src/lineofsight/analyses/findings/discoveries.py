"""What is told as found: what holds among all that was asked, so that at most one in twenty sentences is expected to be chance.

All that a run may tell of one cause is a family: its effects on all outcomes, and beside them what passes through perceptions,
whether that depends on how customers feel, its shapes, and its class as a rating. So causes are chosen first, by the
p-value of "there is nothing about it to tell" (Simes 1986), at a false discovery rate over all causes; then the questions within
each that was chosen, at that rate times the share of causes that were (Benjamini and Bogomolov 2014). Operations and perceptions
are chosen apart: of perceptions something is nearly always found, and that must not vouch for operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.checks.estimate import Doubts
from lineofsight.analyses.interactions.estimate import Interactions
from lineofsight.analyses.paths.estimate import Share, Shares
from lineofsight.analyses.ratings.estimate import Ratings
from lineofsight.analyses.shape.estimate import Shapes
from lineofsight.stats.intervals import excludes_zero
from lineofsight.stats.multiplicity import FALSE_DISCOVERIES, q_values
from lineofsight.stats.results import Array, Estimate
from lineofsight.stats.wald import p_value

EFFECTS = 0.8
"""What effects have of the weight of a family (Genovese, Roeder and Wasserman 2006): they are asked for first, and what is beside
them is many times as many."""

Asked = Literal["effect", "path", "feeling", "shape", "rating"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a run.

    Attributes:
        kind: Whether there is an effect, something passes through perceptions, that depends on how customers feel, the line is
            straight, or one side of a rating counts alone.
        cause: Operation or perception.
        outcome: Perception or behaviour.
        perception: Of 'feeling', the perception that it depends on.
    """

    kind: Asked
    cause: str
    outcome: str
    perception: str | None = None


@dataclass(frozen=True)
class Discoveries:
    """What is told as found of everyone.

    Attributes:
        found: The questions that have an answer.
        asked: How many questions of each kind they are chosen from.
    """

    found: frozenset[Question]
    asked: Mapping[Asked, int]

    def has(self, row: Row) -> bool:
        """Whether a row of `effects` is told as found."""
        return clear(row) and self.holds("effect", row["cause"], row["outcome"])

    def holds(self, kind: Asked, cause: str, outcome: str, perception: str | None = None) -> bool:
        """Whether a question is among those that are told as found."""
        return Question(kind, cause, outcome, perception) in self.found


def clear(row: Row) -> bool:
    """Whether the interval lies on one side of zero."""
    return excludes_zero(row["low"], row["high"])


def discoveries(results: Results, effects: Iterable[Row], outcomes: Sequence[str]) -> Discoveries:
    """Chooses among all that was asked of everyone on these outcomes.

    Args:
        results: Of the run.
        effects: Rows of the table `effects`.
        outcomes: Perceptions and behaviours that are told of.
    """
    withheld = results[Doubts].withheld
    p = {
        question: value
        for question, value in (_effects(effects) | _beside(results)).items()
        if question.outcome in outcomes and (question.cause, question.outcome) not in withheld
    }
    perceptions = set(results.project.perceptions)
    found = frozenset[Question]()
    for apart in (True, False):
        found |= chosen({question: p[question] for question in p if (question.cause in perceptions) is apart})
    kinds = [question.kind for question in p]
    return Discoveries(
        found, {kind: kinds.count(kind) for kind in ("effect", "path", "feeling", "shape", "rating")}
    )


def chosen(p: Mapping[Question, float], rate: float = FALSE_DISCOVERIES) -> frozenset[Question]:
    """The questions that have an answer, by their p-values; none is NaN."""
    families: dict[str, list[Question]] = {}
    for question in p:
        families.setdefault(question.cause, []).append(question)
    within = {cause: _weighted_q_values(family, p) for cause, family in families.items()}
    # Simes' p-value of a family is the least of its q-values.
    whole = q_values(np.array([q.min() for q in within.values()])) if within else np.zeros(0)
    selected = whole <= rate
    level = rate * float(selected.mean()) if len(selected) else 0.0
    return frozenset(
        question
        for (cause, family), is_selected in zip(families.items(), selected, strict=True)
        for question, q in zip(family, within[cause], strict=True)
        if is_selected and q <= level
    )


def _weighted_q_values(family: Sequence[Question], p: Mapping[Question, float]) -> Array:
    """Q-values within a family in which effects and the other questions share the weight."""
    effect = np.array([question.kind == "effect" for question in family])
    weight = np.ones(len(family))
    if effect.any() and not effect.all():
        weight[effect] = EFFECTS / effect.mean()
        weight[~effect] = (1 - EFFECTS) / (~effect).mean()
    return q_values(np.minimum(np.array([p[question] for question in family]) / weight, 1.0))


def _effects(effects: Iterable[Row]) -> dict[Question, float]:
    """Of "it goes with no difference": the totals of everyone."""
    return {
        Question("effect", row["cause"], row["outcome"]): row["p_value"]
        for row in effects
        if row["segment"] is None and row["path"] == "total" and row["p_value"] is not None
    }


def _beside(results: Results) -> dict[Question, float]:
    """Of all else that is asked of everyone."""
    behaviours, rated = results.project.behaviours, {one.attribute for one in results[Ratings].found}
    found = {
        Question("path", one.cause, one.outcome): _path_p(one)
        for one in results[Shares].found
        if one.segment is None and one.outcome in behaviours
    }
    for crossed in results[Interactions].crossed:
        found[Question("feeling", crossed.driver, crossed.behaviour, crossed.perception)] = crossed.p_value
    for shape in results[Shapes].found:
        if shape.driver not in rated:  # told by their class
            found[Question("shape", shape.driver, shape.outcome)] = shape.p_value
    for rating in results[Ratings].found:
        found[Question("rating", rating.attribute, rating.outcome)] = rating.p_value
    return {question: value for question, value in found.items() if np.isfinite(value)}


def _path_p(one: Share) -> float:
    """Of "nothing passes through perceptions", or, where both ways are opposed, of "one of them leads to nothing"."""
    if one.via is None or one.direct is None:
        return float("nan")
    parts = [one.via] if isinstance(one.share, Estimate) else [one.via, one.direct]
    errors = np.array([part.standard_error for part in parts])
    return float(p_value(np.array([part.value for part in parts]), errors).max())
