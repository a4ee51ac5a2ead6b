"""Least squares of several outcomes in one population, with every reason for which there is no coefficient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from lineofsight.model.population import Population
from lineofsight.model.weak_identification import MOST_FAILED, nearly_collinear, nearly_constant
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.regression import Identification, regress
from lineofsight.stats.results import Array, Estimate, NotEstimable

EXACT_FIT = 1 - 1e-9
"""An R² beyond this is no finding: the outcome is made from its causes."""

FEWEST_CUSTOMERS = 20
"""With fewer clusters the bootstrap's intervals are too narrow (Cameron, Gelbach and Miller 2008)."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients of one model for several outcomes.

    Attributes:
        n: Episodes.
        slopes: `(R + 1,)` coefficient and its replicates, by regressor and outcome.
        unidentified: Why a regressor has no coefficient of its own.
        refused: Why an outcome has no model.
        left_out: Regressors that are not in the model because they differ for too few customers, with the reason.
        regressors: Those that are, none of which depends on the others.
    """

    n: int
    slopes: Mapping[tuple[str, str], Array] = field(default_factory=dict)
    unidentified: Mapping[str, Statement] = field(default_factory=dict)
    refused: Mapping[str, Statement] = field(default_factory=dict)
    left_out: Mapping[str, Statement] = field(default_factory=dict)
    regressors: tuple[str, ...] = ()

    def slope(self, regressor: str, outcome: str) -> Estimate | NotEstimable:
        """Change in the outcome per unit of the regressor, the others held equal."""
        reason = self.refused.get(outcome) or self.unidentified.get(regressor) or self.left_out.get(regressor)
        if reason is not None:
            return NotEstimable(reason)
        found = self.slopes[regressor, outcome]
        return Estimate(float(found[0]), found[1:])

    def has(self, regressor: str, outcome: str) -> bool:
        """Whether the regressor was to be told apart for this outcome, be it in vain."""
        return (regressor, outcome) in self.slopes or regressor in self.unidentified


def too_few(population: Population, identification: Identification) -> Statement | None:
    """Why there are too few customers for a model with an intercept and these columns, if there are."""
    columns = len(identification.kept)
    needed = max(FEWEST_CUSTOMERS, 2 * (columns + 1))
    if population.clusters >= needed:
        return None
    return Reason.TOO_FEW(n=population.clusters, columns=columns, needed=needed)


def fit(
    population: Population,
    regressors: Sequence[str],
    outcomes: Sequence[str],
    left_out: Mapping[str, Statement] = MappingProxyType({}),
    ridge: Mapping[str, float] = MappingProxyType({}),
) -> Fit:
    """Regresses each outcome on what can be told apart among the regressors.

    Refused with the reason are: all outcomes where customers are too few for the number of columns, or where more
    than `MOST_FAILED` of the replicates cannot be computed; an outcome that does not vary, and one that is made from
    its causes. Where so few customers tell regressors apart that replicates fail, one of these is left out and the
    others have no effect of their own. A regressor that differs for so few customers that replicates would fail is left out beforehand, and so
    are those of `left_out`, with the reason given there. `ridge` shrinks coefficients, as in `stats.regression.regress`.
    """
    if population.n == 0:
        return Fit(0, refused=dict.fromkeys(outcomes, Reason.NO_EPISODE()))
    wanted = tuple(name for name in regressors if name not in left_out)
    identification = population.identification(wanted)
    if (reason := too_few(population, identification)) is not None:
        return Fit(population.n, refused=dict.fromkeys(outcomes, reason))
    variance = np.diag(population.first.select(outcomes).covariance()[0])
    refused = {
        name: Reason.SAME_OUTCOME() for name, value in zip(outcomes, variance, strict=True) if not value > 0
    }
    varying = [name for name in outcomes if name not in refused]
    if not varying:
        return Fit(population.n, unidentified=identification.reasons, refused=refused)
    left_out = {**left_out, **nearly_constant(population, identification.kept)}
    kept = tuple(name for name in identification.kept if name not in left_out)
    shrunk = {name: added for name, added in ridge.items() if name in kept}
    regression = regress(population.moments, kept, varying, shrunk)
    if (
        _failed(regression.coefficients[1:, :, 0]) > MOST_FAILED
        and (found := nearly_collinear(population, kept)).dropped
    ):
        made = fit(population, regressors, outcomes, {**left_out, **found.dropped}, ridge)
        return replace(made, unidentified={**found.unidentified, **made.unidentified})
    slopes = {}
    for m, outcome in enumerate(varying):
        if regression.r_squared[0, m] > EXACT_FIT:
            refused[outcome] = Reason.MADE_FROM()
        elif (failed := _failed(regression.coefficients[1:, :, m])) > MOST_FAILED:
            refused[outcome] = Reason.RESAMPLES_FAIL(share=failed)
        for k, regressor in enumerate(kept):
            slopes[regressor, outcome] = regression.coefficients[:, k, m]
    return Fit(population.n, slopes, identification.reasons, refused, left_out, kept)


def _failed(coefficients: Array) -> float:
    """Share of the replicates, `(R, k)`, in which a coefficient is missing."""
    return float((~np.isfinite(coefficients)).any(axis=1).mean()) if len(coefficients) else 0.0
