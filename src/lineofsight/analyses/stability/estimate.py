"""Does what goes with a driver stay what it is? Its total effect in each period, for the same change in all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from lineofsight.aggregation.features import Driver
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.why_moved.estimate import Changes
from lineofsight.model.chain import ChainModels
from lineofsight.model.design import Design
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.periods import PeriodModel
from lineofsight.model.population import View
from lineofsight.model.sample import Sample
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.results import Array, Estimate, NotEstimable

_SAME_IN_ALL = 1e-12  # eigenvalues of the replicates' correlation below this share: the periods move as one


@dataclass(frozen=True, slots=True)
class PeriodHeterogeneity:
    """How much a driver's effect differs between periods.

    Attributes:
        effects: By period, the effect where there is one, in the outcome's own unit, before its factor.
        same_sign: Share of these with the sign of the effect over all periods together.
        q: Cochran's Q.
        p: Its p-value: of differences as large as these if the effect were the same in all periods.
        i2: Share of the spread over periods that is not sampling error (Higgins and Thompson 2002).
    """

    effects: Mapping[str, Estimate]
    same_sign: float
    q: float
    p: float
    i2: float


@dataclass(frozen=True, slots=True)
class Stability:
    """One driver on one outcome over time, for everyone."""

    driver: str
    info: OutcomeInfo
    result: PeriodHeterogeneity | NotEstimable


UNSTABLE = 0.01
"""P-value of differences between periods from which on an effect that changes its sign over time is held against."""


def unstable_effects(found: Sequence[Stability]) -> dict[tuple[str, str], tuple[Statement, ...]]:
    """What speaks against claims that clearly differ between periods and do not point the same way in all of them."""
    return {
        (each.driver, each.info.name): (Reason.UNSTEADY(n=turned, total=len(each.result.effects)),)
        for each in found
        if not isinstance(each.result, NotEstimable)
        and each.result.p <= UNSTABLE
        and (turned := round((1 - each.result.same_sign) * len(each.result.effects)))
    }


def stabilities(
    design: Design,
    chain: ChainModels,
    everyone: View,
    overall: Mapping[tuple[str, str], Estimate | NotEstimable],
    models: Sequence[Mapping[str, PeriodModel]],
) -> list[Stability]:
    """Every driver on every main outcome.

    The change is that of the table of effects, and the same in every period: what the driver made better by the share
    declared means over all periods together. So a period counts for what goes with the driver, not for how much of it
    there was.

    Args:
        design: The columns and outcomes.
        chain: The models of total effects.
        everyone: All episodes.
        overall: Total effects over all periods, by driver and outcome.
        models: Each period's models by outcome, the oldest period first.
    """
    return [
        Stability(
            driver.name,
            info,
            _one(chain, everyone, driver, info, overall[driver.name, info.name], models),
        )
        for driver in design.basis.drivers
        for info in design.outcomes
        if info.main
    ]


def _one(
    chain: ChainModels,
    everyone: View,
    driver: Driver,
    info: OutcomeInfo,
    overall: Estimate | NotEstimable,
    models: Sequence[Mapping[str, PeriodModel]],
) -> PeriodHeterogeneity | NotEstimable:
    if isinstance(overall, NotEstimable):
        return overall
    effects: dict[str, Estimate] = {}
    reason = Reason.ONE_PERIOD()
    for found in models:
        model = found[info.name]
        effect = chain.driver_effect(everyone, driver, "better", model.found, info)
        if isinstance(effect, Estimate):
            effects[model.period] = effect
        else:
            reason = Reason.IN_PERIOD(at=model.period, inner=(effect.reason,))
    if len(effects) < 2:
        return NotEstimable(Reason.FEW_PERIODS, n=len(effects), total=len(models), inner=(reason,))
    values = np.array([effect.value for effect in effects.values()])
    found_q = cochran_q(values, np.vstack([effect.replicates for effect in effects.values()]))
    if isinstance(found_q, NotEstimable):
        return found_q
    same = float(np.mean(np.sign(values) == np.sign(overall.value)))
    return PeriodHeterogeneity(effects, same, *found_q)


def cochran_q(values: Array, replicates: Array) -> tuple[float, float, float] | NotEstimable:
    """Cochran's Q of estimates that hang together, its p-value, and I².

    Customers who come back are in several periods, so their estimates are not independent, and Cochran's (1954) weights
    would be wrong. Q is the generalised least-squares form with the covariance of the replicates, in which the same
    customers were drawn for all periods: `Q = (y - m)' S^-1 (y - m)`, `m` the weighted mean. With independent periods it
    is Cochran's. `I² = 1 - (k - 1) / Q`, not below 0.

    Args:
        values: `(k,)` estimates.
        replicates: `(k, R)` their replicates.
    """
    drawn = replicates[:, np.isfinite(replicates).all(axis=0)]
    freedom = len(values) - 1
    if drawn.shape[1] < 2 * len(values):
        return NotEstimable(Reason.FEW_RESAMPLES)
    covariance = np.cov(drawn)
    scale = np.sqrt(np.diag(covariance))
    if not (scale > 0).all():
        return NotEstimable(Reason.SAME_IN_RESAMPLES)
    correlation = covariance / scale / scale[:, None]
    if np.linalg.eigvalsh(correlation)[0] < _SAME_IN_ALL:
        return NotEstimable(Reason.PERIODS_MOVE_AS_ONE)
    weighted = np.linalg.solve(correlation, np.column_stack([values / scale, 1 / scale]))
    (yy, y1), (_, ones) = np.column_stack([values / scale, 1 / scale]).T @ weighted
    q = max(0.0, float(yy - y1**2 / ones))
    return q, float(chdtrc(freedom, q)), max(0.0, 1 - freedom / q) if q > 0 else 0.0


@dataclass(frozen=True, eq=False)
class Stabilities:
    """How much each driver's effect differs between periods; nothing where there is one period."""

    found: Sequence[Stability]


def estimate_stability(sample: Sample, effects: Effects, changes: Changes) -> Stabilities:
    """Every driver on every main outcome, from the models of the periods."""
    if not changes.models:
        return Stabilities([])
    overall = {
        (e.cause, e.outcome): e.result
        for e in effects.effects
        if e.path == "total" and e.change == "better" and e.segment is None
    }
    return Stabilities(stabilities(sample.design, effects.chain, sample.everyone, overall, changes.models))
