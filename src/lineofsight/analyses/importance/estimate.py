"""How much of what varies in each outcome goes with each driver, the controls always in the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lineofsight.aggregation.features import Driver
from lineofsight.model.chain import Leaks
from lineofsight.model.design import Design
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import Population, View
from lineofsight.model.regression import EXACT_FIT, too_few
from lineofsight.model.sample import Sample
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.importance import Importance, johnson, lmg
from lineofsight.stats.results import Estimate, NotEstimable

MOST_EXACT = 20
_MOST_WITH_INTERVAL = 15
_NOTHING = dict.fromkeys(("share", "r2_drivers", "r2"), float("nan"))

Method = Literal["LMG", "Johnson"]


@dataclass(frozen=True, slots=True)
class DriverImportance:
    """One driver's part of an outcome's R².

    Attributes:
        outcome: Perception or behaviour.
        driver: Operation.
        segment: 'attribute = level', or None.
        result: Part of the outcome's variance; without replicates where an interval would take too long.
        share: The part among all drivers' parts.
        r2_drivers: R² that all drivers add to the controls.
        r2: R² of controls and drivers.
        method: 'LMG' or 'Johnson'.
        n: Episodes.
    """

    outcome: str
    driver: str
    segment: str | None
    result: Estimate | NotEstimable
    share: float
    r2_drivers: float
    r2: float
    method: Method
    n: int


def importances(design: Design, view: View, leaks: Leaks, *, intervals: bool) -> list[DriverImportance]:
    """Importance of every driver for every perception and behaviour in one segment.

    Exact LMG up to 20 drivers, Johnson's weights beyond; intervals (on request) up to 15 drivers by LMG.
    """
    return [
        entry
        for info in design.outcomes
        if info.main
        for entry in _one_outcome(design, view, leaks, info, intervals=intervals)
    ]


def _one_outcome(
    design: Design, view: View, leaks: Leaks, info: OutcomeInfo, *, intervals: bool
) -> list[DriverImportance]:
    population = view.population((info.source,))
    method: Method = "LMG" if len(design.basis.drivers) <= MOST_EXACT else "Johnson"
    reasons = _refused(design, population, info, leaks)
    drivers = [driver for driver in design.basis.drivers if driver.name not in reasons]
    controls = design.basis.controls_beside([name for name, outcome in leaks if outcome == info.source])
    found = _measured(controls, population, info, drivers, method, intervals=intervals) if drivers else None
    if found is not None and found.r_squared[0] > EXACT_FIT:
        reasons |= {driver.name: Reason.MADE_FROM() for driver in drivers}
        found = None

    def entry(driver: str, result: Estimate | NotEstimable, **parts: float) -> DriverImportance:
        return DriverImportance(
            info.name, driver, view.label, result, method=method, n=population.n, **{**_NOTHING, **parts}
        )

    refused = [entry(name, NotEstimable(reason)) for name, reason in reasons.items()]
    if found is None:
        return refused
    gained = float(found.r_squared[0] - found.r_squared_always[0])
    return refused + [
        entry(
            driver.name,
            Estimate(float(part[0]), np.ascontiguousarray(part[1:])),
            share=float(part[0]) / gained if gained > 0 else float("nan"),
            r2_drivers=gained,
            r2=float(found.r_squared[0]),
        )
        for driver, part in zip(drivers, found.shares.T, strict=True)
    ]


def _refused(design: Design, population: Population, info: OutcomeInfo, leaks: Leaks) -> dict[str, Statement]:
    """Drivers without an importance for this outcome, and why; a constant has none, not one of 0."""
    names = [driver.name for driver in design.basis.drivers]
    if population.n == 0:
        return dict.fromkeys(names, Reason.NO_EPISODE())
    found = {name: leaks[name, info.source] for name in names if (name, info.source) in leaks}
    others = [driver for driver in design.basis.drivers if driver.name not in found]
    regressors = (*design.basis.controls_beside(found), *_slopes(others))
    variance = np.diag(population.first.select((*names, info.name)).covariance()[0])
    reason = too_few(population, population.identification(regressors))
    if reason is None and not variance[-1] > 0:
        reason = Reason.SAME_OUTCOME()
    if reason is not None:
        return dict.fromkeys(names, reason) | found
    constant = {
        name: Reason.SAME_EVERYWHERE() for name, value in zip(names, variance, strict=False) if not value > 0
    }
    return constant | found


def _measured(
    controls: Sequence[str],
    population: Population,
    info: OutcomeInfo,
    drivers: Sequence[Driver],
    method: Method,
    *,
    intervals: bool,
) -> Importance:
    """Parts that these drivers have in the outcome's variance, with replicates where they are wanted and affordable."""
    affordable = len(drivers) <= _MOST_WITH_INTERVAL or method == "Johnson"
    moments = population.moments if intervals and affordable else population.first
    columns = [name for name in (*controls, *_slopes(drivers)) if name in population.varying]
    chosen = moments.select((*columns, info.name))
    place = {name: at for at, name in enumerate(chosen.columns)}
    return (lmg if method == "LMG" else johnson)(
        chosen.covariance(),
        place[info.name],
        groups=[[place[column] for column in driver.lines if column in place] for driver in drivers],
        always=[place[name] for name in controls if name in place],
    )


def _slopes(drivers: Sequence[Driver]) -> tuple[str, ...]:
    return tuple(column for driver in drivers for column in driver.lines)


@dataclass(frozen=True, eq=False)
class Importances:
    """All importances: everyone's with intervals, then those of the segments."""

    found: Sequence[DriverImportance]


def estimate_importance(sample: Sample, leaks: Leaks) -> Importances:
    """Importance for everyone and in every segment."""
    found = importances(sample.design, sample.everyone, leaks, intervals=True)
    for view in sample.segments:
        found += importances(sample.design, view, leaks, intervals=False)
        view.release()
    return Importances(found)
