"""The shape of what goes with a driver: pieces of a line that may bend, a test of bends, and the bend or step that stands out.

The shape is told in a word by rules of thumb that are written down in docs/explanation/numbers.md. Everyone's episodes
only, from moments of their own, with the same replicates as all other estimates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from lineofsight.aggregation.counts import CountBands
from lineofsight.aggregation.features import Driver
from lineofsight.aggregation.shape_basis import ShapeBasis, bend
from lineofsight.analyses.shape.piecewise_linear import Gains, PiecewiseLinear, piecewise_linear
from lineofsight.analyses.shape.steps import StepForm, count_line, find_step, steps_with_enough
from lineofsight.analyses.shape.thresholds import Threshold, find_threshold
from lineofsight.model.chain import Leaks
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import Population, View, with_columns
from lineofsight.model.regression import Fit, fit, too_few
from lineofsight.model.sample import Sample
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.multiplicity import FALSE_DISCOVERIES, q_values
from lineofsight.stats.results import NotEstimable
from lineofsight.stats.wald import bootstrap_wald

ShapeClass = Literal["straight", "threshold", "step", "diminishing", "increasing", "curved", "untold"]

FLAT = 1 / 3
"""A bend is a threshold unless its flatter side is clearly steeper than this share of the other."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of one driver's line on one outcome.

    Attributes:
        driver: Operation.
        outcome: Perception or behaviour.
        n: Episodes.
        line: The bent line; of a count, through the heights of its bands. None where there is none, with the reason.
        counts: The bands of a count.
        p_value: Of "the line is straight"; NaN where there is none.
        q_value: The least share of false discoveries among all such tests of the run.
        verdict: The shape in a word.
        threshold: The one bend that stands out, if one does.
        step: The one step of a count that says it all, if one does.
        reason: Why there is no shape.
    """

    driver: str
    outcome: str
    n: int
    line: PiecewiseLinear | None = None
    counts: CountBands | None = None
    p_value: float = float("nan")
    q_value: float = float("nan")
    verdict: ShapeClass | None = None
    threshold: Threshold | None = None
    step: StepForm | None = None
    reason: Statement | None = None


@dataclass(frozen=True)
class _Fitted:
    """A shape with all that its verdict needs."""

    shape: Shape
    info: OutcomeInfo
    driver: Driver
    beside: tuple[str, ...] = ()
    steps: Mapping[str, float] = field(default_factory=dict)


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
        asked += list(_fits(basis, view, info, leaks))
        view.release()
    p = np.array([one.shape.p_value for one in asked])
    q = q_values(p) if len(p) else p
    return [_classified(basis, view, one, float(value), level) for one, value in zip(asked, q, strict=True)]


def _classified(basis: ShapeBasis, view: View, one: _Fitted, q: float, level: float) -> Shape:
    if (line := one.shape.line) is None:
        return one.shape
    curved = q <= FALSE_DISCOVERIES
    if curved and one.shape.counts is not None and (step := _step(basis, view, one)) is not None:
        return replace(one.shape, q_value=q, verdict="step", step=step)
    threshold = _threshold(basis, view, one) if curved else None
    gains = line.gains(higher_is_better=one.driver.higher_is_better, more_is_good=one.info.better == "higher")
    shape_class = classify(line, gains, threshold, curved=curved, level=level)
    return replace(one.shape, q_value=q, verdict=shape_class, threshold=threshold)


def _step(basis: ShapeBasis, view: View, one: _Fitted) -> StepForm | None:
    name, source = one.driver.name, one.info.source
    knots = {bend(name, knot): knot for knot in basis.grid[name]}
    moments, population = view.by_bucket((source,)), view.population((source,))
    return find_step(moments, population, one.beside, name, one.steps, knots, one.info.name)


def _threshold(basis: ShapeBasis, view: View, one: _Fitted) -> Threshold | None:
    name, source = one.driver.name, one.info.source
    knots = {bend(name, knot): knot for knot in basis.grid[name]}
    return find_threshold(
        view.by_bucket((source,)), view.population((source,)), one.beside, name, knots, one.info.name
    )


def _fits(basis: ShapeBasis, view: View, info: OutcomeInfo, leaks: Leaks) -> Iterator[_Fitted]:
    population = view.population((info.source,))
    drivers = [each for each in basis.base.drivers if (each.name, info.source) not in leaks]
    controls = basis.base.controls_beside([cause for cause, of in leaks if of == info.source])
    steps = {
        each.name: _steps(basis, each.name, population, len(controls) + len(drivers)) for each in drivers
    }
    mine = {each.name: (*steps[each.name],) or _columns(basis, each.name, population) for each in drivers}
    bent = (*controls, *(column for each in drivers for column in mine[each.name]))
    # Where customers are too few to bend all lines at once, the others stay straight.
    together = population.n == 0 or too_few(population, population.identification(bent)) is None
    joint: Fit | None = None
    for driver in basis.base.drivers:
        shape = Shape(driver.name, info.name, population.n)
        reason = leaks.get((driver.name, info.source))
        if reason is None and not basis.grid[driver.name] and not steps[driver.name]:
            reason = Reason.TOO_MANY_TO_BEND() if basis.too_many else Reason.FEW_VALUES()
        if reason is not None:
            yield _Fitted(replace(shape, reason=reason), info, driver)
            continue
        others = [each.name for each in drivers if each is not driver]
        beside = (*controls, *(c for name in others for c in (mine[name] if together else (name,))))
        regressors = bent if together else (*beside, *mine[driver.name])
        chosen = with_columns(population, (*regressors, info.name))
        if joint is None or not together:
            joint = fit(chosen, regressors, (info.name,))
        yield _with_line(basis, chosen, joint, _Fitted(shape, info, driver, beside, steps[driver.name]))


def _steps(basis: ShapeBasis, driver: str, population: Population, straight: int) -> dict[str, float]:
    """The steps of a count between which there are episodes enough here.

    None where these are fewer than two, or customers too few for them beside `straight` columns.
    """
    steps = steps_with_enough(population, driver, basis.steps(driver))
    return steps if len(steps) > 1 and population.clusters >= 2 * (straight + len(steps)) else {}


def _columns(basis: ShapeBasis, driver: str, population: Population) -> tuple[str, ...]:
    """The driver and those of its bends that differ from each other here."""
    columns = (driver, *basis.bends(driver))
    if population.n == 0:
        return columns
    kept = population.identification(columns).kept
    return (driver, *(column for column in kept if column != driver))


def _with_line(basis: ShapeBasis, population: Population, found: Fit, one: _Fitted) -> _Fitted:
    """With the driver's line and the test of its bends, or with the reason why there is none."""
    driver, outcome = one.driver.name, one.info.name
    if one.steps:
        return _with_heights(basis, population, found, one)
    knots = {bend(driver, knot): knot for knot in basis.pieces[driver]}
    bends = [(column, knot) for column, knot in knots.items() if found.has(column, outcome)]
    slopes = [found.slope(column, outcome) for column in (driver, *(column for column, _ in bends))]
    refused = next((slope for slope in slopes if isinstance(slope, NotEstimable)), None)
    if refused is not None or not bends:
        reason = Reason.FEW_VALUES() if refused is None else refused.reason
        return replace(one, shape=replace(one.shape, reason=reason))
    line = piecewise_linear(population, found, driver, bends, outcome, basis.drawn[driver])
    return replace(one, shape=replace(one.shape, line=line, p_value=_straight(line, population)))


def _with_heights(basis: ShapeBasis, population: Population, found: Fit, one: _Fitted) -> _Fitted:
    """With the line through the heights of a count's bands, or with the reason why there is none."""
    driver, outcome = one.driver.name, one.info.name
    steps = {name: start for name, start in one.steps.items() if found.has(name, outcome)}
    jumps = [found.slope(name, outcome) for name in steps]
    refused = next((jump for jump in jumps if isinstance(jump, NotEstimable)), None)
    if refused is not None or len(steps) < 2:
        reason = Reason.FEW_VALUES() if refused is None else refused.reason
        return replace(one, shape=replace(one.shape, reason=reason))
    bands = basis.counts[driver].pooled([*steps.values()])
    line = count_line(population, found, driver, steps, outcome, bands)
    shape = replace(one.shape, line=line, counts=bands, p_value=_straight(line, population))
    return replace(one, shape=shape, steps=steps)


def _straight(line: PiecewiseLinear, population: Population) -> float:
    """P-value of "no piece differs from the one before"."""
    changes = line.coefficients[1:]
    return bootstrap_wald(changes[:, 0], changes[:, 1:], population.clusters)


def classify(
    line: PiecewiseLinear, gains: Gains, threshold: Threshold | None, *, curved: bool, level: float
) -> ShapeClass:
    """The shape of a line.

    Args:
        line: The line.
        gains: What one unit better goes with on both sides of its middle knot.
        threshold: The one bend that stands out, if one does.
        curved: Whether the joint test says that it bends.
        level: Confidence of the intervals.

    Returns:
        'straight': no bend is clear, and the line clearly goes the same way on both sides of the middle.
        'threshold': one bend says it all, and one side of it is level or nearly so. 'diminishing': the better the
        driver already is, the less is gained by a unit more. 'increasing': the more. 'curved': it bends, in no such
        way. 'untold': neither a bend nor that there is none can be told.
    """
    if not curved:
        below, above = line.bent_once()
        same = below.value * above.value > 0
        return "straight" if same and below.excludes_zero(level) and above.excludes_zero(level) else "untold"
    if threshold is not None and _flat(threshold, level):
        return "threshold"
    low, high = (gains.better - gains.worse).interval(level)
    worse, better = gains.worse.interval(level), gains.better.interval(level)
    if high < 0 < worse[0] and better[1] > 0:
        return "diminishing"
    if low > 0 and better[0] > 0 and worse[1] > 0:
        return "increasing"
    return "curved"


def _flat(threshold: Threshold, level: float) -> bool:
    flatter, steeper = sorted((threshold.below, threshold.above), key=lambda slope: abs(slope.value))
    if not steeper.excludes_zero(level):
        return False
    low, high = flatter.interval(level)
    level_enough = FLAT * abs(steeper.value)
    return low <= level_enough and high >= -level_enough


@dataclass(frozen=True, eq=False)
class Shapes:
    """The shape of every driver on every outcome."""

    found: Sequence[Shape]


def estimate_shapes(sample: Sample, leaks: Leaks) -> Shapes:
    """Shapes of everyone; none where they were not asked for."""
    if sample.design.shape is None or sample.shape_view is None:
        return Shapes([])
    main = [info for info in sample.design.outcomes if info.main]
    return Shapes(shapes(sample.design.shape, sample.shape_view, main, leaks, sample.level))
