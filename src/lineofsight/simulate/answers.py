"""Answers on a scale whose conditional mean is exactly the one asked for."""

from __future__ import annotations

import numpy as np

from lineofsight.simulate.outcomes import Perception
from lineofsight.stats.results import Array

_PROMOTERS = (np.array([9.0, 10.0]), np.array([0.45, 0.55]))
_PASSIVES = (np.array([7.0, 8.0]), np.array([0.4, 0.6]))
_DETRACTORS = (np.arange(7.0), np.array([0.08, 0.04, 0.06, 0.10, 0.12, 0.26, 0.34]))


UNIFORMS = 6
"""Uniform numbers that one answer takes."""


def draw_answers(perception: Perception, mean: Array, uniforms: Array) -> tuple[Array, Array]:
    """Draw what each customer says.

    Args:
        perception: Which perception.
        mean: Conditional mean of what is modelled, within `perception.means`; shape `(n,)`.
        uniforms: Independent of `mean` and of each other within a row, shape `(n, UNIFORMS)`.

    Returns:
        The answers on the form, and what is modelled: for `csat` the same, for `nps` +100, 0 or −100. The latter has
        the conditional mean `mean`, whatever that is: no non-linearity comes in by the scale.
    """
    if perception.measure == "csat":
        answers = _satisfaction(mean, perception.spread, uniforms)
        return answers, answers
    return _recommendation(mean / 100, perception.spread, uniforms)


def _satisfaction(mean: Array, extreme: float, uniforms: Array) -> Array:
    """One and a binomial number of four further points, mixed with answers of 1 or 5 of the same mean."""
    up = uniforms[:, :4] < ((mean - 1) / 4)[:, None]
    return 1.0 + np.where(uniforms[:, 4] < extreme, 4 * up[:, 0], up.sum(axis=1))


def _recommendation(mean: Array, passive: float, uniforms: Array) -> tuple[Array, Array]:
    """Promoters and detractors differ in number by the mean; the score within a class depends on nothing."""
    promoter = uniforms[:, 0] < (1 - passive + mean) / 2
    detractor = uniforms[:, 0] >= (1 + passive + mean) / 2
    classes = [
        scores[np.minimum(np.searchsorted(np.cumsum(p), uniforms[:, 1], side="right"), len(scores) - 1)]
        for scores, p in (_PROMOTERS, _DETRACTORS, _PASSIVES)
    ]
    scores = np.where(promoter, classes[0], np.where(detractor, classes[1], classes[2]))
    return scores, 100.0 * promoter - 100.0 * detractor
