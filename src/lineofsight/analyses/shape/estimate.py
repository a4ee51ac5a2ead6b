"""The shape of what goes with a driver: pieces of a line that may bend, a test of bends, and the bend that stands out.

Everyone's episodes only, from moments of their own, with the same replicates as all other estimates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lineofsight.aggregation.features import Driver
from lineofsight.aggregation.shape_basis import ShapeBasis, bend
from lineofsight.analyses.evidence.levels import FALSE_DISCOVERIES
from lineofsight.analyses.shape.bends import Threshold, find_threshold
from lineofsight.analyses.shape.line import Line, line_of
from lineofsight.analyses.shape.verdicts import Verdict, verdict
from lineofsight.model.effects import Leaks
from lineofsight.model.fits import Fit, fit, too_few
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import Population, View, narrowed
from lineofsight.model.sample import Sample
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.multiplicity import q_values
from lineofsight.stats.results import NotEstimable
from lineofsight.stats.wald import bootstrap_wald


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of one driver's line on one outcome.

    Attributes:
        driver: Operation.
        outcome: Perception or behaviour.
        n: Episodes.
        line: The bent line; None where there is none, with the reason.
        p_value: Of "the line is straight"; NaN where there is none.
        q_value: The least share of false discoveries among all such tests of the run.
        verdict: The shape in a word.
        threshold: The one bend that stands out, if one does.
        reason: Why there is no shape.
    """

    driver: str
    outcome: str
    n: int
    line: Line | None = None
    p_value: float = float("nan")
    q_value: float = float("nan")
    verdict: Verdict | None = None
    threshold: Threshold | None = None
    reason: Statement | None = None


@dataclass(frozen=True)
class _Asked:
    """A shape with all that its verdict needs."""

    shape: Shape
    info: OutcomeInfo
    driver: Driver
    beside: tuple[str, ...] = ()


def shapes(
    basis: ShapeBasis, view: View, outcomes: Sequence[OutcomeInfo], leaks: Leaks, level: float = 0.95
) -> list[Shape]:
    """The shape of every driver on every outcome.

    Args:
        basis: The columns of the view's cells.
        view: Everyone's episodes in these columns.
        outcomes: Main outcomes.
        leaks: Pairs of cause and outcome that are kept out.
        level: Confidence of the intervals.
    """
    asked = []
    for info in outcomes:
        asked += list(_asked(basis, view, info, leaks))
        view.release()
    p = np.array([one.shape.p_value for one in asked])
    q = q_values(p) if len(p) else p
    return [_judged(basis, view, one, float(value), level) for one, value in zip(asked, q, strict=True)]


def _judged(basis: ShapeBasis, view: View, one: _Asked, q: float, level: float) -> Shape:
    if (line := one.shape.line) is None:
        return one.shape
    curved = q <= FALSE_DISCOVERIES
    threshold = _threshold(basis, view, one) if curved else None
    gains = line.gains(higher_is_better=one.driver.higher_is_better, more_is_good=one.info.better == "higher")
    told = verdict(line, gains, threshold, curved=curved, level=level)
    return replace(one.shape, q_value=q, verdict=told, threshold=threshold)


def _threshold(basis: ShapeBasis, view: View, one: _Asked) -> Threshold | None:
    name, source = one.driver.name, one.info.source
    knots = {bend(name, knot): knot for knot in basis.grid[name]}
    return find_threshold(
        view.by_bucket((source,)), view.population((source,)), one.beside, name, knots, one.info.name
    )


def _asked(basis: ShapeBasis, view: View, info: OutcomeInfo, leaks: Leaks) -> Iterator[_Asked]:
    population = view.population((info.source,))
    drivers = [each for each in basis.base.drivers if (each.name, info.source) not in leaks]
    mine = {each.name: _columns(basis, each.name, population) for each in drivers}
    controls = basis.base.controls_beside([cause for cause, of in leaks if of == info.source])
    bent = (*controls, *(column for each in drivers for column in mine[each.name]))
    # Where customers are too few to bend all lines at once, the others stay straight.
    together = population.n == 0 or too_few(population, population.identification(bent)) is None
    joint: Fit | None = None
    for driver in basis.base.drivers:
        shape = Shape(driver.name, info.name, population.n)
        reason = leaks.get((driver.name, info.source))
        if reason is None and not basis.grid[driver.name]:
            reason = Reason.TOO_MANY_TO_BEND() if basis.too_many else Reason.FEW_VALUES()
        if reason is not None:
            yield _Asked(replace(shape, reason=reason), info, driver)
            continue
        others = [each.name for each in drivers if each is not driver]
        beside = (*controls, *(c for name in others for c in (mine[name] if together else (name,))))
        regressors = bent if together else (*beside, *mine[driver.name])
        chosen = narrowed(population, (*regressors, info.name))
        if joint is None or not together:
            joint = fit(chosen, regressors, (info.name,))
        yield _fitted(basis, chosen, joint, _Asked(shape, info, driver, beside))


def _columns(basis: ShapeBasis, driver: str, population: Population) -> tuple[str, ...]:
    """The driver and those of its bends that differ from each other here."""
    columns = (driver, *basis.bends(driver))
    if population.n == 0:
        return columns
    kept = population.identification(columns).kept
    return (driver, *(column for column in kept if column != driver))


def _fitted(basis: ShapeBasis, population: Population, found: Fit, one: _Asked) -> _Asked:
    """With the driver's line and the test of its bends, or with the reason why there is none."""
    driver, outcome = one.driver.name, one.info.name
    knots = {bend(driver, knot): knot for knot in basis.pieces[driver]}
    bends = [(column, knot) for column, knot in knots.items() if found.has(column, outcome)]
    slopes = [found.slope(column, outcome) for column in (driver, *(column for column, _ in bends))]
    refused = next((slope for slope in slopes if isinstance(slope, NotEstimable)), None)
    if refused is not None or not bends:
        reason = Reason.FEW_VALUES() if refused is None else refused.reason
        return replace(one, shape=replace(one.shape, reason=reason))
    line = line_of(population, found, driver, bends, outcome, basis.drawn[driver])
    steps = line.coefficients[1:]
    p = bootstrap_wald(steps[:, 0], steps[:, 1:], population.clusters)
    return replace(one, shape=replace(one.shape, line=line, p_value=p))


@dataclass(frozen=True, eq=False)
class Shapes:
    """The shape of every driver on every outcome."""

    found: Sequence[Shape]


def estimate_shapes(sample: Sample, leaks: Leaks) -> Shapes:
    """Shapes of everyone; none where they were not asked for."""
    if sample.design.shape is None or sample.bends is None:
        return Shapes([])
    main = [info for info in sample.design.outcomes if info.main]
    return Shapes(shapes(sample.design.shape, sample.bends, main, leaks, sample.level))
