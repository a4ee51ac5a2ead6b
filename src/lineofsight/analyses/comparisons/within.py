"""The same customers compared with themselves: effects from the differences between their own episodes."""

from __future__ import annotations

from collections.abc import Iterator

from lineofsight.analyses.comparisons.comparison import Comparison
from lineofsight.analyses.comparisons.placebos import Claims, felt
from lineofsight.model.effects import ChainQuestions
from lineofsight.model.population import View
from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate, NotEstimable


def within_customers(
    questions: ChainQuestions, everyone: View, differences: View, claims: Claims
) -> Iterator[Comparison]:
    """Fixed-effects estimates of every total effect, by the columns of the models of everyone.

    Args:
        questions: What the models are made of.
        everyone: All episodes: the change, and which perceptions are asked about together, are those of the claims.
        differences: The differences of episodes from the mean of their customer's.
        claims: What the estimates are held against.
    """
    for model in questions.models(differences):
        for info in model.outcomes:
            for driver in questions.drivers(info):
                result = questions.total(everyone, driver, "better", model.found, info)
                rests = (model.found.n, model.population.clusters)
                claimed = claims[driver.name, info.name]
                yield Comparison(driver.name, info.name, "within", _told(result), claimed, *rests)
    for info in questions.outcomes:
        if info.main:
            for name, slope, n, customers in felt(questions, everyone, differences, info, info):
                yield Comparison(
                    name, info.name, "within", _told(slope), claims[name, info.name], n, customers
                )


def _told(result: Estimate | NotEstimable) -> Estimate | NotEstimable:
    if isinstance(result, Estimate):
        return result
    return NotEstimable(Reason.AMONG_SAME_CUSTOMERS, inner=(result.reason,))
