"""Which regressors have an effect of their own: constant columns and exact linear dependencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lineofsight.reasons import Reason, Statement
from lineofsight.stats.results import Array

DEPENDENT = 1e-10
"""A column whose variance, given the others, is below this share of its own is a function of them. Rounding
in double precision is near 1e-15; a correlation of 0.999999 leaves 2e-6."""

_LOADING = 1e-5  # smallest weight, in standard deviations, with which a column takes part in a dependency


@dataclass(frozen=True, slots=True)
class Identification:
    """Which regressors have an effect of their own that the data can tell.

    Attributes:
        kept: A largest set of regressors that do not depend on each other, in the order given. Regressing on these
            gives every identified coefficient; one that is kept may still be unidentified (`reasons` has it).
        reasons: For each regressor that is not identified, why.
    """

    kept: tuple[str, ...]
    reasons: dict[str, Statement]

    @property
    def identified(self) -> tuple[str, ...]:
        """The regressors whose own coefficient can be told, in the order given."""
        return tuple(name for name in self.kept if name not in self.reasons)


def identify(covariance: Array, names: Sequence[str]) -> Identification:
    """Find the regressors that are constant or exact linear functions of others.

    The eigenvectors of the correlation matrix whose eigenvalue is below `DEPENDENT` span all exact
    dependencies; a regressor is identified if and only if it takes part in none of them (Searle 1971,
    section 5.4: its unit vector is orthogonal to the null space).

    Args:
        covariance: `(p, p)` covariance of the regressors.
        names: Their names, length `p`.

    Raises:
        ValueError: If the shape does not fit the names or the covariance is not finite (there are no rows).
    """
    if covariance.shape != (len(names), len(names)) or not np.isfinite(covariance).all():
        raise ValueError(f"a finite covariance of {len(names)} columns is needed to see which are identified")
    variance = np.diag(covariance)
    reasons = {names[at]: Reason.SAME_EVERYWHERE() for at in np.flatnonzero(variance <= 0).tolist()}
    varying = np.flatnonzero(variance > 0)
    if not varying.size:
        return Identification((), reasons)
    live = [names[at] for at in varying.tolist()]
    scale = np.sqrt(variance[varying])
    correlation = covariance[np.ix_(varying, varying)] / scale / scale[:, None]
    values, vectors = np.linalg.eigh(correlation)
    null = vectors[:, values < DEPENDENT]
    if not null.shape[1]:
        return Identification(tuple(live), reasons)
    projection = null @ null.T  # each of its rows is itself a dependency
    for at in np.flatnonzero(np.diag(projection) > _LOADING**2).tolist():
        linked = np.flatnonzero(np.abs(projection[at]) > _LOADING / 10)
        others = [other for other in linked.tolist() if other != at]
        reasons[live[at]] = _dependency(correlation[at], others, live)
    dropped = set(_redundant(null))
    return Identification(tuple(name for at, name in enumerate(live) if at not in dropped), reasons)


def _redundant(null: Array) -> list[int]:
    """One column to leave out per dependency, so that the rest is independent; later ones go first."""
    rows = null * np.linspace(1, 2, len(null))[:, None]
    chosen: list[int] = []
    for _ in range(null.shape[1]):  # orthogonalise with pivoting
        length = np.linalg.norm(rows, axis=1)
        chosen.append(int(length.argmax()))
        unit = rows[chosen[-1]] / length[chosen[-1]]
        rows = rows - np.outer(rows @ unit, unit)
    return chosen


def _dependency(correlations: Array, others: Sequence[int], names: Sequence[str]) -> Statement:
    """What a column, with these correlations to all, is a function of."""
    twins = [at for at in others if abs(correlations[at]) >= 1 - DEPENDENT]
    if not twins:
        return Reason.COMBINATION(names=tuple(names[at] for at in others))
    along, against = (
        tuple(names[at] for at in twins if signs[at]) for signs in (correlations > 0, correlations < 0)
    )
    return Reason.MOVES_WITH(names=along, others=against)
