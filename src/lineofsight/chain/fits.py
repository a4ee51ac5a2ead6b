"""Least squares of several outcomes in one population, with every reason for which there is no coefficient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lineofsight.chain.population import Population
from lineofsight.core.regression import regress
from lineofsight.core.results import Array, Estimate, NotEstimable

EXACT_FIT = 1 - 1e-9
"""An R² beyond this is no finding: the outcome is made from its causes."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients of one model for several outcomes.

    Attributes:
        n: Episodes.
        slopes: `(R + 1,)` coefficient and its replicates, by regressor and outcome.
        unidentified: Why a regressor has no coefficient of its own.
        refused: Why an outcome has no model.
    """

    n: int
    slopes: Mapping[tuple[str, str], Array] = field(default_factory=dict)
    unidentified: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)

    def slope(self, regressor: str, outcome: str) -> Estimate | NotEstimable:
        """Change in the outcome per unit of the regressor, the others held equal."""
        reason = self.refused.get(outcome) or self.unidentified.get(regressor)
        if reason is not None:
            return NotEstimable(reason)
        found = self.slopes[regressor, outcome]
        return Estimate(float(found[0]), found[1:])


def fit(population: Population, regressors: Sequence[str], outcomes: Sequence[str]) -> Fit:
    """Regresses each outcome on what can be told apart among the regressors.

    Too few customers for the number of columns, an outcome that does not vary, and one that is made from its
    causes are refused with the reason.
    """
    needed = 2 * (len(regressors) + 1)
    if population.clusters < needed:
        reason = (
            f"too few: {population.clusters:,} customers (or groups of them) with what it takes,"
            f" and a model of {len(regressors)} columns needs {needed}"
        )
        return Fit(population.n, refused=dict.fromkeys(outcomes, reason))
    variance = np.diag(population.first.select(outcomes).covariance()[0])
    refused = {
        name: "the outcome is the same in every episode"
        for name, value in zip(outcomes, variance, strict=True)
        if not value > 0
    }
    varying = [name for name in outcomes if name not in refused]
    identification = population.identification(tuple(regressors))
    if not varying:
        return Fit(population.n, unidentified=identification.reasons, refused=refused)
    regression = regress(population.moments, identification.kept, varying)
    slopes = {}
    for m, outcome in enumerate(varying):
        if regression.r_squared[0, m] > EXACT_FIT:
            refused[outcome] = (
                "the causes and controls give the outcome exactly: one of them is probably made from it"
            )
        for k, regressor in enumerate(identification.kept):
            slopes[regressor, outcome] = regression.coefficients[:, k, m]
    return Fit(population.n, slopes, identification.reasons, refused)
