"""Drivers that are nearly a function of others: each varies hardly at all once the others are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lineofsight.analyses.leakage.suspicions import Insisted, Suspicion
from lineofsight.model.design import Design
from lineofsight.model.population import Population
from lineofsight.model.regression import FEWEST_CUSTOMERS
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.identification import identify
from lineofsight.stats.partial import partial_r2
from lineofsight.stats.results import Array

COLLINEAR_SHARE = 0.99
"""A driver of which the others explain this share has intervals ten times as wide as if it stood alone: a variance
inflation of 100 (Belsley, Kuh and Welsch 1980 take 10 to 30 as moderate to strong by the condition index, its root)."""

_PER_COLUMN = 5  # customers for each column of the model; with fewer a column is near the others by chance


@dataclass(frozen=True, slots=True)
class CollinearDriver:
    """A driver that others nearly give.

    Attributes:
        driver: Operation.
        partners: Operations and controls that give it, the one that tells most first.
        explained: R² of the driver given these alone.
        n: Episodes.
    """

    driver: str
    partners: tuple[str, ...]
    explained: float
    n: int

    @property
    def reason(self) -> Statement:
        """What was seen."""
        return Reason.NEAR_FUNCTION(names=self.partners, share=self.explained)


def suspected_collinearity(found: Sequence[CollinearDriver], insisted: Insisted) -> Iterator[Suspicion]:
    """Their claims stay in the tables, and out of the findings but where the project insists on an outcome."""
    for each in found:
        cause, reason, share, n = each.driver, each.reason, each.explained, each.n
        yield Suspicion("function", cause, None, reason, share, n, withheld=True)
        for (mine, outcome), because in insisted.items():
            if mine == cause:
                yield Suspicion("function", cause, outcome, reason, share, n, insisted=because)


def collinear_drivers(design: Design, population: Population) -> list[CollinearDriver]:
    """Drivers of which all others explain at least `COLLINEAR_SHARE`, with the fewest others that do.

    What others give exactly has no effect of its own and is refused elsewhere (`stats.identification`). Columns of one
    driver (its pieces, and whether it is absent) are one thing, as are the levels of one control.
    """
    things = _things(design)
    columns = tuple(column for names in things.values() for column in names)
    if not columns or population.n == 0:
        return []
    covariance = population.first.select(columns).covariance()[0]
    kept = identify(covariance, columns).identified
    if population.clusters < max(FEWEST_CUSTOMERS, _PER_COLUMN * (len(kept) + 1)):
        return []
    place = {name: at for at, name in enumerate(kept)}
    inside = [columns.index(name) for name in kept]
    covariance = covariance[np.ix_(inside, inside)]
    at = {name: [place[c] for c in names if c in place] for name, names in things.items()}
    scale = np.sqrt(np.diag(covariance))
    precision = np.linalg.inv(covariance / scale / scale[:, None])
    found = []
    for driver in design.basis.drivers:
        others = {name: group for name, group in at.items() if name != driver.name and group}
        if driver.name not in place or not others:
            continue
        target, own = place[driver.name], at[driver.name]
        # What the rest leaves of the driver's own columns (Lauritzen 1996, section 5.1), in its own variance.
        left = np.linalg.inv(precision[np.ix_(own, own)])[own.index(target), own.index(target)]
        if 1 - left >= COLLINEAR_SHARE:
            partners, share = _fewest(covariance, target, others)
            found.append(CollinearDriver(driver.name, partners, share, population.n))
    return found


def _things(design: Design) -> dict[str, tuple[str, ...]]:
    basis = design.basis
    found = {driver.name: driver.columns for driver in basis.drivers}
    found |= {number.name: number.columns for number in basis.numbers}
    return found | {category.name: category.columns for category in basis.categories}


def _explained(covariance: Array, target: int, groups: Sequence[Sequence[int]]) -> float:
    """R² of a column given groups of others; 0 where it cannot be told."""
    chosen = [column for group in groups for column in group]
    whole = [*chosen, target]
    small = covariance[np.ix_(whole, whole)]
    share = float(partial_r2(small, len(chosen), range(len(chosen))))
    return share if np.isfinite(share) else 0.0


def _fewest(covariance: Array, target: int, others: dict[str, list[int]]) -> tuple[tuple[str, ...], float]:
    """The other that tells most, then the one that adds most, until they give the target nearly."""
    chosen: list[str] = []
    share = 0.0
    while share < COLLINEAR_SHARE and len(chosen) < len(others):
        shares = {
            name: _explained(covariance, target, [others[each] for each in (*chosen, name)])
            for name in others
            if name not in chosen
        }
        best = max(shares, key=lambda name: shares[name])
        chosen.append(best)
        share = shares[best]
    for name in tuple(chosen[:-1]):  # one that came first may not be needed beside the later ones
        rest = [each for each in chosen if each != name]
        without = _explained(covariance, target, [others[each] for each in rest])
        if without >= COLLINEAR_SHARE:
            chosen, share = rest, without
    return tuple(chosen), share
