"""Regressors that so few customers tell apart that resamples without these customers cannot."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from lineofsight.model.population import Population
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.identification import DEPENDENT, identify
from lineofsight.stats.results import Array

MOST_FAILED = 0.01
"""Replicates that may fail. Those that do are not a random sample of all, and could fill a tail of the interval. A
column that differs for fewer than five customers fails in more."""

_EXAMPLES = 20  # replicates that are looked at for which columns depend on which


@dataclass(frozen=True)
class NearCollinearity:
    """Regressors that depend on each other in too many replicates, with the reason.

    Attributes:
        dropped: Those to leave out, so that the others can be told apart.
        unidentified: Those that stay, but whose own effect cannot be told from what is left out.
    """

    dropped: dict[str, Statement]
    unidentified: dict[str, Statement]


def nearly_constant(population: Population, kept: tuple[str, ...]) -> dict[str, Statement]:
    """Regressors to leave out, so that in hardly any replicate one is the same for everybody; with the reason.

    The one that is most often the same goes first. A level of a control that goes this way is joined with the
    level that the others are compared with.
    """
    if not kept:
        return {}
    moments = population.moments
    at = np.array([moments.index(name) for name in kept])
    offset = moments.mean()[:, at] - moments.shift[at]
    with np.errstate(invalid="ignore"):
        spread = moments.products[:, at, at] / np.maximum(moments.count, 1)[:, None] - offset**2
    least = 1e-9 * np.diag(population.first.select(kept).covariance()[0])
    same = ~(spread[1:] > least)
    found: dict[str, Statement] = {}
    while len(same) and same.any(axis=1).mean() > MOST_FAILED:
        failed = same.mean(axis=0)
        worst = int(failed.argmax())
        found[kept[worst]] = Reason.DIFFERS_FOR_FEW(share=float(failed[worst]))
        same[:, worst] = False
    return found


def nearly_collinear(population: Population, kept: tuple[str, ...]) -> NearCollinearity:
    """Regressors to leave out, so that in hardly any replicate one is a function of the others.

    The one that most often would have to go does so first.
    """
    covariance = population.moments.select(kept).covariance()[1:]
    found, names = NearCollinearity({}, {}), list(kept)
    while len(names) > 1:
        at = [kept.index(name) for name in names]
        some = covariance[:, at][:, :, at]
        failed = _dependent(some)
        if not failed.any() or failed.mean() <= MOST_FAILED:
            break
        often: Counter[str] = Counter()
        beside: dict[str, set[str]] = {}
        for replicate in np.flatnonzero(failed)[:_EXAMPLES]:
            seen = identify(some[replicate], names)
            often.update(name for name in names if name not in seen.kept)
            for name in seen.reasons:
                beside.setdefault(name, set()).update(seen.reasons)
        if not often:
            break
        worst = often.most_common(1)[0][0]
        for name in beside[worst]:
            others = tuple(other for other in names if other in beside[worst] and other != name)
            into = found.dropped if name == worst else found.unidentified
            into[name] = Reason.FEW_TELL_APART(names=others, share=float(failed.mean()))
        names.remove(worst)
    return NearCollinearity(
        found.dropped, {name: why for name, why in found.unidentified.items() if name not in found.dropped}
    )


def _dependent(covariance: Array) -> Array:
    """`(R,)` whether a column of `(R, p, p)` covariances is a function of the others, or the same for everybody."""
    sd = np.sqrt(np.einsum("rii->ri", covariance))
    scale = np.where(sd > 0, sd, np.nan)
    correlation = covariance / scale[:, :, None] / scale[:, None, :]
    whole = np.isfinite(correlation).all(axis=(1, 2))
    lowest = np.zeros(len(covariance))
    if whole.any():
        lowest[whole] = np.linalg.eigvalsh(correlation[whole])[:, 0]
    return np.asarray(lowest < DEPENDENT)
