"""Each outcome's model in each period: the chain's own, with what comparing periods needs of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineofsight.aggregation.cells import Cells
from lineofsight.aggregation.features import Driver
from lineofsight.episodes.columns import CALENDAR
from lineofsight.model.chain import ChainModels, Model
from lineofsight.model.design import Design
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import Population, View
from lineofsight.model.regression import Fit
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.regression import regress
from lineofsight.stats.results import Array, Estimate

_NOBODY = 1e-9  # a share of episodes below this is rounding


@dataclass(frozen=True, eq=False)
class PeriodModel:
    """One outcome in one period.

    Attributes:
        period: Its label.
        n: Episodes in which the outcome was observed.
        clusters: Buckets of customers that hold one.
        mean: Mean of the outcome with its replicates; NaN where there is no episode.
        found: The chain's fit of the outcome, or why there is none.
        columns: Controls, then the columns of the drivers that do not give the outcome away; indicators of a driver's
            absence are among the controls.
        shift: `(k,)` the centre of the columns, the same in all periods.
        offsets: `(R + 1, k)` means of the columns less the shift; NaN where there is no model.
        slopes: `(R + 1, k)` their coefficients; 0 where there is none.
        has: `(k,)` whether there is one.
        varies: `(k,)` whether the column is not the same in every episode.
        rests_on: For a column that is a function of others, how it depends on each: `(k,)`.
    """

    period: str
    n: int
    clusters: int
    mean: Estimate
    found: Fit
    columns: tuple[str, ...]
    shift: Array
    offsets: Array
    slopes: Array
    has: NDArray[np.bool_]
    varies: NDArray[np.bool_]
    rests_on: Mapping[int, Array]

    def known(self, driver: Driver) -> tuple[float, float]:
        """Mean of a driver where it is known, in its unit, and the share of episodes in which it is."""
        if driver.name not in self.columns:
            return float("nan"), float("nan")
        at, share = self.columns.index(driver.name), 1.0
        if driver.optional:  # an absent value lies at the shift
            absent = self.columns.index(f"{driver.name}?")
            share -= float(self.shift[absent] + self.offsets[0, absent])
        if not share > _NOBODY:
            return float("nan"), 0.0 if share == share else share
        return float(self.shift[at] + self.offsets[0, at] / share), share

    def why(self, column: str) -> Statement:
        """Why a column has no coefficient of its own in this period."""
        if not self.varies[self.columns.index(column)]:
            return Reason.SAME_EVERYWHERE(at=self.period)
        reason = self.found.unidentified.get(column) or self.found.left_out.get(column)
        return Reason.COLUMN_IN_PERIOD(at=self.period, inner=(reason or Reason.SAME_EVERYWHERE(),))


def period_views(design: Design, cells: Mapping[str | None, Cells], weights: Array) -> Iterator[View]:
    """One view per period, the oldest first, be there an episode in it or not; none where there is one period."""
    if design.calendar:
        for code, label in enumerate(design.periods):
            yield View(label, cells[CALENDAR], code, weights)


def period_models(design: Design, chain: ChainModels, view: View) -> dict[str, PeriodModel]:
    """The models of a period's total effects, by outcome; those of an outcome have the same columns in every period."""
    models = {}
    for model in chain.models(view):
        slopes = (column for driver in chain.drivers(model.outcomes[0]) for column in driver.slopes)
        columns = (*chain.controls(model.outcomes[0]), *slopes)
        offsets = _offsets(model, columns)
        for info in model.outcomes:
            if info.main:
                models[info.name] = _made(str(view.label), model, info, columns, offsets)
    return models


def _made(
    period: str, model: Model, info: OutcomeInfo, columns: tuple[str, ...], offsets: Array
) -> PeriodModel:
    population, found = model.population, model.found
    slopes = np.zeros_like(offsets)
    has = np.array([(name, info.name) in found.slopes for name in columns], dtype=np.bool_)
    for at in np.flatnonzero(has).tolist():
        slopes[:, at] = found.slopes[columns[at], info.name]
    varies = np.isin(columns, population.varying)
    return PeriodModel(
        period,
        population.n,
        population.clusters,
        population.mean(info.name),
        found,
        columns,
        population.first.select(columns).shift,
        offsets,
        slopes,
        has,
        varies,
        _dependencies(population, found, columns, has, varies),
    )


def _offsets(model: Model, columns: tuple[str, ...]) -> Array:
    """`(R + 1, k)` means less the shift; NaN where there is no model."""
    population = model.population
    offsets = np.full((len(population.counts), len(columns)), np.nan)
    if not model.found.slopes:
        return offsets
    first = population.first.select(columns)
    offsets[:] = first.sums / first.count[:, None]
    varying = [name for name in columns if name in set(population.varying)]
    drawn = population.moments.select(varying)
    with np.errstate(divide="ignore", invalid="ignore"):
        offsets[:, np.isin(columns, varying)] = drawn.sums / drawn.count[:, None]
    return offsets


def _dependencies(
    population: Population,
    found: Fit,
    columns: tuple[str, ...],
    has: NDArray[np.bool_],
    varies: NDArray[np.bool_],
) -> dict[int, Array]:
    """How each column that the fit left aside as a function of others depends on those that it kept.

    The dependency is exact, so that it is the same in every resample.
    """
    aside = np.array([name not in found.left_out for name in columns]) & varies & ~has
    if not has.any() or not aside.any():
        return {}
    kept = [columns[at] for at in np.flatnonzero(has).tolist()]
    dependent = np.flatnonzero(aside).tolist()
    parts = regress(population.first, kept, [columns[at] for at in dependent]).coefficients[0]
    rests_on = {}
    for place, at in enumerate(dependent):
        rests_on[at] = np.zeros(len(columns))
        rests_on[at][has] = parts[:, place]
    return rests_on
