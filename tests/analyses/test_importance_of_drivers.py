"""Importance as the product tells it: what adds up, what is held equal, what is refused."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
import statsmodels.api as sm

from lineofsight.aggregation.features import Driver, Number
from lineofsight.analyses.importance.estimate import DriverImportance
from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate, NotEstimable
from model.world import KNOT, behaviour, columns, design, estimate, outside, perception, rows

DATA = rows(2000, seed=4)
DESIGN = design(segments={"segment:region": ("n", "s", "e", "w")})
RESULT = estimate({**DATA, "segment:region": DATA["region"]}, DESIGN, replicates=200)


def entries(outcome: str, segment: str | None = None) -> dict[str, DriverImportance]:
    return {e.driver: e for e in RESULT.importances if (e.outcome, e.segment) == (outcome, segment)}


def r_squared(outcome: str, names: list[str]) -> float:
    x = columns(DATA, DESIGN)
    keep = ~np.isnan(DATA[outcome])
    return float(
        sm.OLS(DATA[outcome][keep], sm.add_constant(np.column_stack([x[n] for n in names])[keep]))
        .fit()
        .rsquared
    )


@pytest.mark.parametrize("outcome", ["csat", "spend"])
def test_lmg_is_the_mean_gain_over_all_orders_given_the_controls(outcome: str) -> None:
    controls = list(DESIGN.basis.controls)
    pieces = {"speed": ["speed"], "wait": ["wait", f"wait>{KNOT:g}"], "help": ["help"]}
    gains: dict[str, list[float]] = {name: [] for name in pieces}
    for order in permutations(pieces):
        taken = list(controls)
        for name in order:
            before = r_squared(outcome, taken)
            taken += pieces[name]
            gains[name].append(r_squared(outcome, taken) - before)
    for name, entry in entries(outcome).items():
        assert isinstance(entry.result, Estimate)
        assert entry.result.value == pytest.approx(np.mean(gains[name]), rel=1e-8)


@pytest.mark.parametrize("segment", [None, "region = s"])
def test_parts_add_up_to_what_drivers_add_to_controls(segment: str | None) -> None:
    for outcome in ("csat", "nps", "stay", "spend"):
        parts = list(entries(outcome, segment).values())
        assert sum(e.result.value for e in parts) == pytest.approx(parts[0].r2_drivers, rel=1e-9)
        assert sum(e.share for e in parts) == pytest.approx(1)
    _, fitted = outside(DATA, DESIGN, "spend")
    assert entries("spend")["wait"].r2 == pytest.approx(fitted.rsquared, rel=1e-9)


def test_intervals_for_everyone_and_none_in_segments() -> None:
    whole, part = entries("csat")["speed"].result, entries("csat", "region = n")["speed"].result
    assert isinstance(whole, Estimate) and isinstance(part, Estimate)
    low, high = whole.interval()
    assert low < whole.value < high
    assert part.replicates.size == 0


@pytest.mark.parametrize(
    ("drivers", "method", "with_interval"), [(3, "LMG", True), (16, "LMG", False), (21, "Johnson", True)]
)
def test_the_method_is_said(drivers: int, method: str, with_interval: bool) -> None:
    rng = np.random.default_rng(0)
    data = {**DATA, **{f"d{i}": rng.normal(size=len(DATA["z"])) for i in range(drivers)}}
    made = design([Driver(f"d{i}", True) for i in range(drivers)], (behaviour("spend"),), (Number("z"),), ())
    found = estimate(data, made, replicates=100).importances
    assert {e.method for e in found} == {method}
    assert all(
        (e.result.replicates.size > 0) == with_interval for e in found if isinstance(e.result, Estimate)
    )
    assert sum(e.result.value for e in found if isinstance(e.result, Estimate)) == pytest.approx(
        found[0].r2_drivers
    )


def test_second_statistics_of_a_perception_have_none() -> None:
    made = design(outcomes=(perception("csat"), perception("nps", "nps"), behaviour("stay")))
    assert {e.outcome for e in estimate(DATA, made).importances} == {"csat", "nps", "stay"}


def test_what_has_no_importance_has_its_reason_and_leaves_the_others_theirs() -> None:
    """Constants are not told apart, a driver that gives the outcome away is refused for that outcome alone."""
    same = Driver("same", True)
    made = design((*DESIGN.basis.drivers, same), (perception("csat"), behaviour("stay"), behaviour("spend")))
    data = {**DATA, "same": np.ones(len(DATA["z"])), "stay": np.ones(len(DATA["z"]))}
    found = {
        (e.driver, e.outcome): e
        for e in estimate(data, made, separated=frozenset({("speed", "spend")})).importances
    }
    refused = {pair: e.result.reason for pair, e in found.items() if isinstance(e.result, NotEstimable)}
    assert refused.pop(("speed", "spend")) == Reason.SEPARATES(name="speed", other="spend")
    assert {pair: why for pair, why in refused.items() if pair[1] != "stay"} == {
        ("same", "csat"): Reason.SAME_EVERYWHERE(),
        ("same", "spend"): Reason.SAME_EVERYWHERE(),
    }
    assert {why for pair, why in refused.items() if pair[1] == "stay"} == {Reason.SAME_OUTCOME()}
    for entry in found.values():
        nothing = isinstance(entry.result, NotEstimable)
        assert np.isnan([entry.share, entry.r2, entry.r2_drivers]).all() == nothing
    left = [found[name, "spend"] for name in ("wait", "help")]
    assert sum(entry.share for entry in left) == pytest.approx(1)
    without = design(made.basis.drivers[1:3], (behaviour("spend"),))
    alone = {e.driver: e.result for e in estimate(DATA, without).importances}
    for entry in left:
        assert entry.result.value == pytest.approx(alone[entry.driver].value, rel=1e-9)  # type: ignore[union-attr]  # estimates


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"spend": np.full(2000, np.nan)}, Reason.NO_EPISODE),
        ({"bucket": np.arange(2000) % 19}, Reason.TOO_FEW),
    ],
)
def test_without_episodes_or_customers_enough_no_driver_has_an_importance(
    changed: dict[str, np.ndarray], code: Reason
) -> None:
    made = design(outcomes=(behaviour("spend"),))
    found = estimate({**DATA, **changed}, made).importances
    assert [e.driver for e in found] == ["speed", "wait", "help"]
    assert {e.result.reason.code for e in found if isinstance(e.result, NotEstimable)} == {code}
    assert {e.n for e in found} == {0 if code == Reason.NO_EPISODE else int((~np.isnan(DATA["spend"])).sum())}


@pytest.mark.parametrize(("drivers", "method", "with_interval"), [(15, "LMG", True), (20, "LMG", False)])
def test_up_to_fifteen_drivers_have_intervals_and_up_to_twenty_are_exact(
    drivers: int, method: str, with_interval: bool
) -> None:
    rng = np.random.default_rng(0)
    data = {**DATA, **{f"d{i}": rng.normal(size=len(DATA["z"])) for i in range(drivers)}}
    made = design([Driver(f"d{i}", True) for i in range(drivers)], (behaviour("spend"),), (Number("z"),), ())
    found = estimate(data, made, replicates=3).importances
    assert {e.method for e in found} == {method}
    assert {e.result.replicates.size > 0 for e in found if isinstance(e.result, Estimate)} == {with_interval}
