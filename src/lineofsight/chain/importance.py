"""How much of what varies in each outcome goes with each driver, the controls always in the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lineofsight.chain.design import Design
from lineofsight.chain.effects import Leaks
from lineofsight.chain.outcomes import OutcomeInfo
from lineofsight.chain.population import View
from lineofsight.core.importance import johnson, lmg
from lineofsight.core.results import Estimate, NotEstimable

MOST_EXACT = 20
_MOST_WITH_INTERVAL = 15

Method = str


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
    nan = float("nan")
    method = "LMG" if len(design.basis.drivers) <= MOST_EXACT else "Johnson"

    def refuse(driver: str, reason: str) -> DriverImportance:
        result = NotEstimable(reason)
        return DriverImportance(info.name, driver, view.label, result, nan, nan, nan, method, population.n)

    leaking = {cause: reason for (cause, effect), reason in leaks.items() if effect == info.source}
    drivers = [driver for driver in design.basis.drivers if driver.name not in leaking]
    slopes = [column for driver in drivers for column in driver.slopes]
    regressors = (*design.basis.controls, *slopes)
    refused = [refuse(name, reason) for name, reason in leaking.items()]
    if population.clusters < 2 * (len(regressors) + 1):
        reason = (
            f"too few: {population.clusters:,} customers (or groups of them) for {len(regressors)} columns"
        )
        return refused + [refuse(driver.name, reason) for driver in drivers]
    chosen = population.moments.select((*regressors, info.name))
    whole = chosen.covariance()
    if not whole[0, -1, -1] > 0:
        return refused + [
            refuse(driver.name, "the outcome is the same in every episode") for driver in drivers
        ]
    place = {name: at for at, name in enumerate(chosen.columns)}
    groups = [[place[column] for column in driver.slopes] for driver in drivers]
    always = [place[name] for name in design.basis.controls]
    outcome = place[info.name]
    most = len(drivers) <= _MOST_WITH_INTERVAL or method == "Johnson"
    covariance = whole if intervals and most else whole[:1]
    measure = lmg if method == "LMG" else johnson
    found = measure(covariance, outcome, groups, always)
    gained = float(found.r_squared[0] - found.r_squared_always[0])
    return refused + [
        DriverImportance(
            outcome=info.name,
            driver=driver.name,
            segment=view.label,
            result=Estimate(float(found.shares[0, at]), np.ascontiguousarray(found.shares[1:, at])),
            share=float(found.shares[0, at]) / gained if gained > 0 else nan,
            r2_drivers=gained,
            r2=float(found.r_squared[0]),
            method=method,
            n=population.n,
        )
        for at, driver in enumerate(drivers)
    ]
