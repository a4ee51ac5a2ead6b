"""Which regressors have an effect of their own: constant columns and exact linear dependencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lineofsight.stats.results import Array

DEPENDENT = 1e-10
"""A column whose variance, given the others, is below this share of its own is a function of them. Rounding
in double precision is near 1e-15; a correlation of 0.999999 leaves 2e-6."""

_LOADING = 1e-5  # smallest weight, in standard deviations, with which a column takes part in a dependency
_NAMED = 8  # names listed in a sentence


@dataclass(frozen=True, slots=True)
class Identification:
    """Which regressors have an effect of their own that the data can tell.

    Attributes:
        kept: A largest set of regressors that do not depend on each other, in the order given. Regressing on these
            gives every identified coefficient; one that is kept may still be unidentified (`reasons` has it).
        reasons: For each regressor that is not identified, a plain sentence that says why.
    """

    kept: tuple[str, ...]
    reasons: dict[str, str]

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
    reasons = {names[at]: "it is the same in every episode" for at in np.flatnonzero(variance <= 0).tolist()}
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


def _dependency(correlations: Array, others: Sequence[int], names: Sequence[str]) -> str:
    """The sentence that says what a column, with these correlations to all, is a function of."""
    twins = [at for at in others if abs(correlations[at]) >= 1 - DEPENDENT]
    if not twins:
        return f"it is a linear combination of {_listed([names[at] for at in others])}"
    ways = (("exactly with", correlations > 0), ("exactly against", correlations < 0))
    found = [(way, [names[at] for at in twins if signs[at]]) for way, signs in ways]
    moves = " and ".join(f"{way} {_listed(members)}" for way, members in found if members)
    return f"it moves {moves}: {'the two' if len(twins) == 1 else 'they'} cannot be told apart"


def _listed(names: Sequence[str]) -> str:
    shown = [f"'{name}'" for name in names[:_NAMED]]
    if len(names) > _NAMED:
        shown.append(f"{len(names) - _NAMED} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
