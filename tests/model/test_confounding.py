"""Robustness to hidden causes beside regressions on the same rows, and beside a confounder that is planted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import norm

from lineofsight.aggregation.features import Driver, Number
from lineofsight.model.confounding import Benchmark, Robustness
from lineofsight.model.design import Design
from lineofsight.model.effects import Effect
from lineofsight.stats.results import Estimate
from model.world import (
    KNOT,
    Chain,
    Rows,
    behaviour,
    coded,
    columns,
    design,
    estimate,
    find,
    mean_change,
    outside,
    perception,
    rows,
    without,
)

DATA = rows()
DESIGN = design()
DRIVERS = {driver.name: driver for driver in DESIGN.basis.drivers}
OUTCOMES = ("csat", "nps", "stay", "spend")


def as_stays(made: Design) -> Design:
    """`stay` as the probability that it is."""
    infos = tuple(
        replace(info, statistic="stay", factor=100.0) if info.name == "stay" else info
        for info in made.outcomes
    )
    return replace(made, outcomes=infos)


RESULT = estimate(DATA, as_stays(DESIGN), replicates=200)


def robustness(result: Chain, cause: str, outcome: str, change: str = "better") -> Robustness:
    found = find(result, cause, outcome, change=change).robustness
    assert found is not None
    return found


class ByRows:
    """What an analyst with the rows and statsmodels would say of a sum of slopes."""

    def __init__(
        self, data: Rows, made: Design, outcome: str, change: dict[str, float], beside: tuple[str, ...] = ()
    ) -> None:
        x = columns(data, made) | {name: coded(data, name) for name in beside}
        keep = np.all([~np.isnan(coded(data, name)) for name in (outcome, *beside)], axis=0)
        self.names, self.y = [*x], coded(data, outcome)[keep]
        self.x = np.column_stack([values[keep] for values in x.values()])
        self.c = np.array([change.get(name, 0.0) for name in self.names])
        self.fitted = sm.OLS(self.y, sm.add_constant(self.x)).fit()
        self.test = self.fitted.t_test(np.concatenate([[0.0], self.c]))
        t = float(np.squeeze(self.test.tvalue))
        self.f = abs(t) / np.sqrt(self.fitted.df_resid)
        self.effect = float(np.squeeze(self.test.effect))
        self.scale = float(np.squeeze(self.test.sd)) * np.sqrt(self.fitted.df_resid)

    def turned(self) -> tuple[np.ndarray, np.ndarray]:
        """The cause whose one coefficient is the sum of slopes, and everything else, in other columns of the same space."""
        first = int(np.flatnonzero(self.c)[0])
        cause, rest = self.x[:, first] / self.c[first], self.x.copy()
        for other in np.flatnonzero(self.c)[1:]:
            rest[:, other] -= self.c[other] * cause
        return cause, np.delete(rest, first, axis=1)

    def benchmark(self, group: list[str]) -> Benchmark:
        """Cinelli and Hazlett (2020), section 4.4, as sensemakr's `ovb_partial_r2_bound` has it, by refitting."""
        cause, rest = self.turned()
        names = [name for at, name in enumerate(self.names) if at != np.flatnonzero(self.c)[0]]
        others = rest[:, [name not in group for name in names]]
        assert others.shape[1] == rest.shape[1] - len(group)
        with_cause = share(cause, others, rest)
        with_outcome = share(self.y, np.column_stack([cause, others]), np.column_stack([cause, rest]))
        shared = with_cause**2 / (1 - with_cause) ** 2
        r2_outcome = ((1 + np.sqrt(shared)) ** 2 / (1 - shared)) * with_outcome / (1 - with_outcome)
        r2_cause = with_cause / (1 - with_cause)
        bias = self.scale * np.sqrt(r2_outcome * r2_cause / (1 - r2_cause))
        left = self.effect - np.sign(self.effect) * bias
        return Benchmark("", r2_cause, r2_outcome, left, bias)


def share(y: np.ndarray, without: np.ndarray, full: np.ndarray) -> float:
    """Partial R² of what is in `full` and not in `without`, by refitting."""
    small, large = (sm.OLS(y, sm.add_constant(x)).fit().ssr for x in (without, full))
    return float(1 - large / small)


def value_of(f: float) -> float:
    """The robustness value as it stands in the paper."""
    return float((np.sqrt(f**4 + 4 * f**2) - f**2) / 2)


def assert_benchmark(found: Robustness, rows: ByRows, groups: dict[str, list[str]]) -> None:
    expected = {name: rows.benchmark(group) for name, group in groups.items()}
    worst = max(expected, key=lambda name: expected[name].bias)
    assert found.benchmark is not None
    assert found.benchmark.control == worst
    for field in ("r2_cause", "r2_outcome", "left", "bias"):
        assert getattr(found.benchmark, field) == pytest.approx(getattr(expected[worst], field), rel=1e-6), (
            field
        )


GROUPS = {"z": ["z"], "region": ["region=s", "region=e", "region=w"]}


@pytest.mark.parametrize("driver", [*DRIVERS])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_of_a_driver(driver: str, outcome: str) -> None:
    """Straight, bent (a sum of two slopes, by statsmodels' t-test of it), and absent from most episodes."""
    by_rows = ByRows(DATA, DESIGN, outcome, mean_change(DATA, DRIVERS[driver], "better"))
    found = robustness(RESULT, driver, outcome)
    assert np.count_nonzero(by_rows.c) == (2 if driver == "wait" else 1)
    assert find(RESULT, driver, outcome).result.value == pytest.approx(by_rows.effect, rel=1e-8)
    assert found.partial_r2 == pytest.approx(by_rows.f**2 / (1 + by_rows.f**2), rel=1e-6)
    cause, rest = by_rows.turned()
    assert found.partial_r2 == pytest.approx(share(by_rows.y, rest, np.column_stack([rest, cause])), rel=1e-6)
    assert found.value == pytest.approx(value_of(by_rows.f), rel=1e-6)
    assert_benchmark(found, by_rows, GROUPS)


@pytest.mark.parametrize("cause", ["csat", "nps"])
@pytest.mark.parametrize("outcome", ["stay", "spend"])
def test_of_a_perception_on_a_behaviour(cause: str, outcome: str) -> None:
    by_rows = ByRows(DATA, DESIGN, outcome, {cause: 1.0}, beside=("csat", "nps"))
    found = robustness(RESULT, cause, outcome, "point")
    assert find(RESULT, cause, outcome, change="point").result.value == pytest.approx(
        by_rows.effect, rel=1e-8
    )
    assert found.value == pytest.approx(value_of(by_rows.f), rel=1e-6)
    assert_benchmark(found, by_rows, GROUPS)


def test_the_intervals_value_is_by_the_bootstraps_own_error() -> None:
    """`RV` of what is left of f after 1.96 standard errors: not the classical error, which no customer's moods widen."""
    seen = 0
    for cause in DRIVERS:
        for outcome in OUTCOMES:
            effect = find(RESULT, cause, outcome)
            by_rows = ByRows(DATA, DESIGN, outcome, mean_change(DATA, DRIVERS[cause], "better"))
            left = by_rows.f - norm.ppf(0.975) * effect.result.standard_error / by_rows.scale
            found = robustness(RESULT, cause, outcome).interval_value
            assert found == pytest.approx(value_of(max(left, 0.0)), rel=1e-6)
            seen += left > 0
    assert 3 < seen < 12


def test_e_values_are_of_probabilities_only_and_told_as_ratios() -> None:
    """VanderWeele and Ding (2017): RR + sqrt(RR (RR - 1)), of the mean after the change over the mean before it."""
    kept = DATA["stay"][~np.isnan(DATA["stay"])].mean()
    for driver in DRIVERS:
        effect = find(RESULT, driver, "stay")
        ratio = (kept + effect.result.value) / kept
        ratio = max(ratio, 1 / ratio)
        found = robustness(RESULT, driver, "stay")
        assert found.e_value == pytest.approx(ratio + np.sqrt(ratio * (ratio - 1)), rel=1e-9)
        low, high = effect.result.interval(0.95)
        assert 1 <= found.e_value_interval <= found.e_value
        assert (found.e_value_interval == 1) == (low <= 0 <= high)
        for outcome in ("csat", "spend"):
            assert np.isnan(robustness(RESULT, driver, outcome).e_value)
            assert np.isnan(robustness(RESULT, driver, outcome).e_value_interval)


def test_only_totals_have_one() -> None:
    def expected(effect: Effect) -> bool:
        return effect.path == "total" and effect.change != "best"

    assert all((effect.robustness is not None) == expected(effect) for effect in RESULT.effects)
    assert {find(RESULT, "wait", name).robustness.clusters for name in OUTCOMES} == {64}  # type: ignore[union-attr]  # an estimate, or the test fails


def test_of_a_segment_is_that_of_its_rows() -> None:
    made = design(segments={"segment:region": ("n", "s", "e", "w")})
    result = estimate({**DATA, "segment:region": DATA["region"]}, made, 50)
    south = {name: values[DATA["region"] == "s"] for name, values in DATA.items()}
    by_rows = ByRows(south, design(regions=()), "spend", mean_change(south, DRIVERS["wait"], "better"))
    found = find(result, "wait", "spend", segment="region = s").robustness
    assert found is not None
    assert found.value == pytest.approx(value_of(by_rows.f), rel=1e-6)
    assert_benchmark(found, by_rows, {"z": ["z"]})  # region is the same for all of them


def test_a_bend_where_nobody_is_on_the_other_side() -> None:
    """The effect's columns that are not in the model have no part in it, be their mean change as large as the line's."""
    beyond = without(DATA, wait=DATA["wait"] + KNOT)
    made = design(drivers=(DRIVERS["speed"], DRIVERS["wait"]))
    straight = design(drivers=(DRIVERS["speed"], Driver("wait", False)))
    bent = robustness(estimate(beyond, made, 50), "wait", "spend")
    plain = robustness(estimate(beyond, straight, 50), "wait", "spend")
    assert bent.value == pytest.approx(plain.value, rel=1e-6)
    assert bent.benchmark is not None and plain.benchmark is not None
    assert bent.benchmark.control == plain.benchmark.control
    assert bent.benchmark.bias == pytest.approx(plain.benchmark.bias, rel=1e-6)


def test_without_a_control_there_is_no_benchmark() -> None:
    made = design(numbers=(), regions=())
    found = robustness(estimate(DATA, made, 50), "speed", "csat")
    assert found.benchmark is None
    assert 0 < found.value < 1


def test_units_do_not_matter() -> None:
    scaled = without(DATA, z=DATA["z"] * 1e-6, spend=DATA["spend"] * 1e4)
    again, before = (robustness(estimate(data, DESIGN, 100), "speed", "spend") for data in (scaled, DATA))
    for field in ("partial_r2", "value", "interval_value"):
        assert getattr(again, field) == pytest.approx(getattr(before, field), rel=1e-5)
    assert again.benchmark is not None and before.benchmark is not None
    assert again.benchmark.bias == pytest.approx(before.benchmark.bias * 1e4, rel=1e-5)


# ---- planted --------------------------------------------------------------------------------------------


def rid(values: np.ndarray, *of: np.ndarray) -> np.ndarray:
    """What these others leave of a column, with a standard deviation of 1."""
    x = sm.add_constant(np.column_stack(of))
    left = values - x @ np.linalg.lstsq(x, values)[0]
    return np.asarray(left / left.std())


def hidden_world(with_cause: float, with_outcome: float, n: int = 3000, seed: int = 1) -> Rows:
    """A driver that does nothing, and `u`, which explains these shares of driver and outcome, in these very rows."""
    rng = np.random.default_rng(seed)
    z, u, noise, error = (rng.normal(size=n) for _ in range(4))

    u = rid(u, z)
    noise = rid(noise, z, u)
    cause = np.sqrt(with_cause) * u + np.sqrt(1 - with_cause) * noise
    own = rid(u, z, cause)  # of u, what the driver does not tell
    error = rid(error, z, cause, u)
    outcome = np.sqrt(with_outcome) * own + np.sqrt(1 - with_outcome) * error
    # with u known, the driver has a coefficient of exactly 0
    outcome = outcome + np.sqrt(with_outcome) * (u - own * (own @ u / n)) / (own @ u / n)
    return {
        "cause": 10 + cause + 0.3 * z, "z": z, "u": u, "spend": outcome + 0.5 * z,
        "covered": np.ones(n), "bucket": np.arange(n) % 64,
    }  # fmt: skip


CAUSE = Driver("cause", True)


def hidden(data: Rows, numbers: tuple[Number, ...] = (Number("z"),)) -> tuple[Estimate, Robustness]:
    made = design(drivers=(CAUSE,), outcomes=(behaviour("spend"),), numbers=numbers, regions=())
    result = estimate(data, made, 100)
    found = find(result, "cause", "spend").result
    assert isinstance(found, Estimate)
    return found, robustness(result, "cause", "spend")


@pytest.mark.parametrize(("with_cause", "with_outcome"), [(0.2, 0.2), (0.05, 0.05), (0.3, 0.1), (0.05, 0.6)])
def test_what_a_hidden_cause_made_is_not_more_robust_than_it_was_strong(
    with_cause: float, with_outcome: float
) -> None:
    data = hidden_world(with_cause, with_outcome)
    together = np.column_stack([data[name] for name in ("cause", "z", "u")])
    truth = sm.OLS(data["spend"], sm.add_constant(together)).fit()
    assert abs(truth.params[1]) < 1e-10  # it does nothing
    assert share(data["cause"], together[:, [1]], together[:, [1, 2]]) == pytest.approx(with_cause, rel=1e-9)
    assert share(data["spend"], together[:, :2], together) == pytest.approx(with_outcome, rel=1e-9)
    effect, found = hidden(data)
    assert effect.interval()[0] > 0  # and looks as if it did
    assert found.value <= max(with_cause, with_outcome) * (1 + 1e-9)
    assert found.interval_value < found.value
    if with_cause == with_outcome:
        assert found.value == pytest.approx(with_cause, rel=1e-6)
    else:  # weaker than the value in one of the two, it was strong enough all the same
        assert min(with_cause, with_outcome) < found.value


def test_a_benchmark_takes_off_what_its_unmeasured_twin_would() -> None:
    """A hidden cause in two halves, one of them measured: what is left beside it is what the other half leaves."""
    data = hidden_world(0.2, 0.2)
    other = rid(
        np.random.default_rng(9).normal(size=3000), *(data[name] for name in ("u", "z", "cause", "spend"))
    )
    seen, unseen = data["u"] + other, data["u"] - other
    assert abs(np.corrcoef(seen, unseen)[0, 1]) < 1e-9
    data |= {"seen": seen, "unseen": unseen, "cause": data["cause"] - 0.3 * data["z"]}
    data["spend"] = data["spend"] - 0.5 * data["z"]
    effect, _ = hidden(data, ())
    partly, found = hidden(data, (Number("seen"),))
    fully, _ = hidden(data, (Number("seen"), Number("unseen")))
    assert effect.value > partly.value + 0.05 and partly.value > fully.value + 0.05
    assert found.benchmark is not None and found.benchmark.control == "seen"
    assert found.benchmark.left <= fully.value + 1e-9  # the bound is conservative
    assert found.benchmark.left == pytest.approx(fully.value, abs=0.05)


def test_a_control_that_is_half_of_the_cause_or_more_is_not_passed_over() -> None:
    """Nothing hidden can be as strong as that; a weaker control in its place would flatter the claim."""
    rng = np.random.default_rng(4)
    n = 3000
    tight = rng.normal(size=n)
    cause = tight + 0.7 * rng.normal(size=n)
    data = {
        "cause": 10 + cause, "tight": tight, "z": rng.normal(size=n), "covered": np.ones(n),
        "spend": cause + 0.2 * tight + rng.normal(size=n), "bucket": np.arange(n) % 64,
    }  # fmt: skip
    _, found = hidden(data, (Number("z"), Number("tight")))
    assert found.benchmark is not None
    assert found.benchmark.control == "tight"
    assert found.benchmark.bias == float("inf")
    assert np.isnan(found.benchmark.left)
    assert np.isnan(found.benchmark.interval(find_effect(data), 0.95)).all()


def find_effect(data: Rows) -> Estimate:
    return hidden(data, (Number("z"), Number("tight")))[0]


def test_what_is_left_of_an_interval_widens_where_the_hidden_cause_is_mostly_the_cause() -> None:
    """Cinelli and Hazlett's adjusted standard error is that of the regression with the hidden cause, but for one degree."""
    data = hidden_world(0.6, 0.01)
    x = sm.add_constant(np.column_stack([data["cause"], data["z"]]))
    short = sm.OLS(data["spend"], x).fit()
    full = sm.OLS(data["spend"], np.column_stack([x, data["u"]])).fit()
    n = len(x)
    replicates = short.params[1] + short.bse[1] * norm.ppf((np.arange(1999) + 0.5) / 1999)
    effect = Estimate(float(short.params[1]), replicates)
    exact = Benchmark("u", 0.6, 0.01, 0.0, float(short.params[1]))
    low, high = exact.interval(effect, 0.95)
    expected = 1.96 * full.bse[1] * np.sqrt((n - 4) / (n - 3))
    assert high == pytest.approx(expected, rel=5e-3)
    assert low == pytest.approx(-expected, rel=5e-3)
    narrow = Benchmark(
        "u", 0.01, 0.6, 0.1, 0.1
    )  # strong with the outcome alone: it is left as wide as it was
    low, high = narrow.interval(effect, 0.95)
    assert high - low == pytest.approx(np.diff(effect.interval(0.95))[0], rel=1e-12)


@pytest.mark.parametrize("outcomes", [(perception("csat"),), (behaviour("spend"), behaviour("stay"))])
def test_a_refused_effect_has_none(outcomes: tuple[object, ...]) -> None:
    made = design(drivers=(DRIVERS["speed"], Driver("same", True)), outcomes=outcomes)  # type: ignore[arg-type]  # the fields asked for
    result = estimate({**DATA, "same": np.full(len(DATA["z"]), 3.0)}, made, 50)
    for effect in result.effects:
        if effect.cause == "same":
            assert effect.robustness is None


def test_the_world_is_the_one_that_statsmodels_sees() -> None:
    """The by-rows helper of this file has the coefficients of the shared one."""
    coefficients, _ = outside(DATA, DESIGN, "spend")
    step = mean_change(DATA, DRIVERS["wait"], "better")
    expected = sum(coefficients[name] * change for name, change in step.items())
    assert ByRows(DATA, DESIGN, "spend", step).effect == pytest.approx(expected, rel=1e-9)
