"""A small world in memory: its rows, its design by hand, its cells, and what an outside regression sees of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import statsmodels.api as sm

from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.cells import Cells
from lineofsight.aggregation.features import Category, Driver, Number, Outcome
from lineofsight.analyses.comparisons.comparison import Comparison
from lineofsight.analyses.comparisons.estimate import compare
from lineofsight.analyses.effects.estimate import estimate_effects
from lineofsight.analyses.importance.estimate import DriverImportance, estimate_importance
from lineofsight.analyses.leakage.collinearity import CollinearDriver
from lineofsight.analyses.leakage.estimate import find_leakage
from lineofsight.analyses.leakage.suspicions import Suspicion
from lineofsight.analyses.nonresponse.estimate import WeightedView, Weights, reweigh
from lineofsight.analyses.segments.estimate import Difference, compare_segments
from lineofsight.analyses.stability.estimate import Stability, estimate_stability
from lineofsight.analyses.why_moved.estimate import PeriodChange, estimate_changes
from lineofsight.engines.aggregate import AggregationPlan, aggregate_batches
from lineofsight.model.control_selection import ControlChoice
from lineofsight.model.design import Design
from lineofsight.model.effects import Effect
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import View
from lineofsight.model.sample import draw_sample
from lineofsight.stats.results import NotEstimable
from lineofsight.words.reasons import clause

Rows = dict[str, np.ndarray]

BUCKETS = 64
KNOT = 20.0


def rows(n: int = 4000, seed: int = 0) -> Rows:
    """Two drivers, one of them bent, one that is often absent, two controls, two perceptions, two behaviours."""
    rng = np.random.default_rng(seed)
    customer = np.sort(rng.integers(0, n // 3, n))
    mood = rng.normal(size=n // 3)[customer]
    speed = rng.gamma(4, 2, n)
    wait = rng.gamma(3, 8, n)
    help_ = np.where(rng.random(n) < 0.6, np.nan, 5 + rng.normal(size=n))
    z = rng.normal(size=n) + 0.3 * mood
    region = rng.choice(["n", "s", "e", "w"], n, p=[0.4, 0.3, 0.2, 0.1])
    helped = np.where(np.isnan(help_), 0.0, 0.2 * (help_ - 5))
    felt = 3.5 - 0.08 * speed - 0.03 * np.maximum(wait - KNOT, 0) + helped + 0.3 * mood + rng.normal(size=n)
    csat = np.clip(np.round(felt), 1, 5)
    nps = np.clip(np.round(felt * 2 + rng.normal(size=n)), 0, 10)
    stay = (rng.random(n) < 0.3 + 0.08 * csat - 0.002 * wait).astype(float)
    spend = np.where(stay == 1, rng.gamma(2, 20 + 5 * csat), 0.0) + 2 * z + 0.5 * mood
    answered = rng.random(n) < 0.4
    csat[~answered] = np.nan
    nps[~(answered & (rng.random(n) < 0.9))] = np.nan
    late = rng.random(n) < 0.05
    stay[late], spend[late] = np.nan, np.nan
    return {
        "speed": speed, "wait": wait, "help": help_, "z": z, "region": region.astype(object),
        "csat": csat, "nps": nps, "stay": stay, "spend": spend,
        "covered": np.ones(n), "bucket": (customer * 7919) % BUCKETS,
    }  # fmt: skip


@dataclass(frozen=True, eq=False)
class Chain:
    """What the analyses find of a world without a project."""

    design: Design
    effects: Sequence[Effect]
    importances: Sequence[DriverImportance]
    leaks: Mapping[tuple[str, str], str]
    given_away: Sequence[Suspicion]
    functions: Sequence[CollinearDriver]
    controls: Sequence[ControlChoice]
    everyone: View
    segments: Sequence[View]
    differences: Sequence[Difference]
    changes: Sequence[PeriodChange]
    stability: Sequence[Stability]
    comparisons: Sequence[Comparison]
    weighted: WeightedView | None
    weighted_effects: Sequence[Effect]
    silent_effects: Sequence[Effect]


def chain_of(
    made: Design,
    cells: Mapping[str | None, Cells],
    replicates: int,
    seed: int,
    separated: frozenset[tuple[str, str]] = frozenset(),
    weights: Sequence[Weights] = (),
) -> Chain:
    """Every analysis that needs no project, as a run orders them."""
    sample = draw_sample(made, cells, replicates, np.random.default_rng(seed))
    leakage = find_leakage(sample, separated=separated)
    effects = estimate_effects(sample, leakage.leaks)
    changes = estimate_changes(sample, effects, leakage.leaks)
    again = reweigh(sample, effects, weights)
    return Chain(
        sample.design,
        effects.effects,
        estimate_importance(sample, leakage.leaks).found,
        leakage.leaks,
        leakage.given_away,
        leakage.functions,
        sample.controls,
        sample.everyone,
        sample.segments,
        compare_segments(sample, effects).differences,
        changes.found,
        estimate_stability(sample, effects, changes).found,
        compare(sample, effects, None).found,
        again.weighted,
        again.weighted_effects,
        again.silent_effects,
    )


def perception(name: str, coding: str = "as it is") -> OutcomeInfo:
    outcome = Outcome(name, name, coding)  # type: ignore[arg-type]
    return OutcomeInfo(
        outcome, "perception", "mean", 1.0, "points", "points", coding != "nps", True, "higher"
    )


def behaviour(name: str, better: str = "higher") -> OutcomeInfo:
    return OutcomeInfo(Outcome(name, name), "behaviour", "buy_more", 1.0, "EUR", "EUR", True, True, better)


def design(
    drivers: Sequence[Driver] | None = None,
    outcomes: Sequence[OutcomeInfo] | None = None,
    numbers: Sequence[Number] = (Number("z"),),
    regions: Sequence[str] = ("n", "s", "e", "w"),
    segments: Mapping[str, tuple[str, ...]] | None = None,
) -> Design:
    drivers = (
        Driver("speed", False, best=5.0),
        Driver("wait", False, knots=(KNOT,), best=14.0),
        Driver("help", True, optional=True, best=5.6),
    ) if drivers is None else drivers  # fmt: skip
    if outcomes is None:
        outcomes = (perception("csat"), perception("nps", "nps"), behaviour("stay"), behaviour("spend"))
    categories = (Category("region", tuple(regions), others=False, absent=False),) if regions else ()
    names = [info.source for info in outcomes if info.kind == "perception"]
    basis = Basis(
        tuple(drivers), tuple(numbers), categories, tuple(info.outcome for info in outcomes), 0.1,
        tuple((name, "covered") for name in dict.fromkeys(names)),
    )  # fmt: skip
    return Design(basis, tuple(outcomes), {c.name: c.name for c in categories}, dict(segments or {}))


def table(data: Rows) -> pa.Table:
    return pa.table({name: pa.array(values, from_pandas=True) for name, values in data.items()})


def estimate(
    data: Rows, made: Design, replicates: int = 0, seed: int = 5, separated: frozenset[tuple[str, str]] = frozenset(),
    batch: int = 1500,
) -> Chain:  # fmt: skip
    batches = table(data).to_batches(max_chunksize=batch)
    plan = AggregationPlan(
        made.basis, made.categories, {**made.segments, **made.calendar}, "bucket", BUCKETS, {}, []
    )
    cells = aggregate_batches(batches, plan).cells
    return chain_of(made, cells, replicates, seed, separated)


def find(
    result: Chain, cause: str, outcome: str, path: str = "total", change: str = "better", segment: str | None = None
) -> Effect:  # fmt: skip
    (one,) = [
        e
        for e in result.effects
        if (e.cause, e.outcome, e.path, e.change, e.segment) == (cause, outcome, path, change, segment)
    ]
    return one


def reason(effect: Effect) -> str:
    assert isinstance(effect.result, NotEstimable), effect
    return clause(effect.result.reason)


def columns(data: Rows, made: Design) -> Rows:
    """Every column of the models by hand, in the data's order."""
    out = {number.name: data[number.name] for number in made.basis.numbers}
    for category in made.basis.categories:
        out |= {f"region={level}": (data["region"] == level).astype(float) for level in category.levels[1:]}
    for driver in made.basis.drivers:
        value = data[driver.name]
        if driver.optional:
            out[f"{driver.name}?"] = np.isnan(value).astype(float)
            value = np.where(np.isnan(value), 123.0, value)  # the fill must not matter
        out[driver.name] = value
        out |= {f"{driver.name}>{k:g}": np.maximum(value - k, 0) for k in driver.knots}
    return out


def coded(data: Rows, name: str) -> np.ndarray:
    value = data[name]
    if name == "nps":
        return np.where(
            np.isnan(value), np.nan, np.where(value >= 9, 100.0, np.where(value <= 6, -100.0, 0.0))
        )
    return value


def outside(
    data: Rows, made: Design, outcome: str, beside: Sequence[str] = (), among: Sequence[str] = ()
) -> tuple[dict[str, float], sm.regression.linear_model.RegressionResultsWrapper]:
    """Coefficients by statsmodels; `among` are the outcomes that must be known."""
    x = columns(data, made) | {name: coded(data, name) for name in beside}
    keep = np.all([~np.isnan(coded(data, name)) for name in {outcome, *beside, *among}], axis=0)
    matrix = sm.add_constant(np.column_stack(list(x.values()))[keep])
    fitted = sm.OLS(coded(data, outcome)[keep], matrix).fit(
        cov_type="cluster", cov_kwds={"groups": data["bucket"][keep]}
    )
    return dict(zip(x, fitted.params[1:], strict=True)), fitted


def mean_change(data: Rows, driver: Driver, change: str) -> dict[str, float]:
    """Mean change of each of a driver's columns over everyone, by hand."""
    value = data[driver.name]
    if change == "best":
        moved = np.maximum(value, driver.best) if driver.higher_is_better else np.minimum(value, driver.best)
    else:
        moved = value * (1.1 if driver.higher_is_better else 0.9)
    pieces = {driver.name: moved - value}
    pieces |= {
        f"{driver.name}>{k:g}": np.maximum(moved - k, 0) - np.maximum(value - k, 0) for k in driver.knots
    }
    return {name: float(np.nan_to_num(step).mean()) for name, step in pieces.items()}


def by_hand(data: Rows, driver: Driver, change: str, coefficients: Mapping[str, float]) -> float:
    return sum(coefficients[name] * step for name, step in mean_change(data, driver, change).items())


def resampled(data: Rows, weights: np.ndarray) -> Rows:
    """Rows as often as their bucket was drawn."""
    times = weights[data["bucket"]].astype(int)
    return {name: np.repeat(values, times) for name, values in data.items()}


def without(data: Rows, **changed: np.ndarray) -> Rows:
    return {**data, **changed}


def with_basis(made: Design, **changed: object) -> Design:
    return replace(made, basis=replace(made.basis, **changed))  # type: ignore[arg-type]
