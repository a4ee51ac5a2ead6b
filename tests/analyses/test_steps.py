"""Steps of counts whose truth is planted, and against statsmodels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
import statsmodels.api as sm

from analyses.shapes import BUCKETS, FELT, Rows, basis_of, shapes_of, view_of
from lineofsight.aggregation.features import Driver
from lineofsight.analyses.shape.estimate import Shape, shapes
from lineofsight.analyses.shape.steps import steps_with_enough
from lineofsight.stats.curvature import best_step
from lineofsight.stats.moments import Moments

DRIVERS = (Driver("calls", False), Driver("w", True))
Chance = Callable[[np.ndarray], np.ndarray]


def calls(seed: int, n: int, leaves: Chance, unknown: float = 0.0) -> Rows:
    """Calls that go with a control and with another driver; whether somebody leaves, by how many."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=n)
    called = rng.poisson(1.55 * np.exp(0.15 * z - 0.011)).astype(float)
    w = rng.normal(size=n) + 0.2 * called
    chance = leaves(called) + 0.02 * w + 0.01 * z
    data = {"calls": called, "w": w, "z": z, "bucket": np.arange(n) % BUCKETS}
    data["felt"] = (rng.random(n) < np.clip(chance, 0, 1)).astype(float)
    data["calls"][rng.random(n) < unknown] = np.nan
    return data


def from_the_fourth(called: np.ndarray) -> np.ndarray:
    return 0.11 + 0.39 * (called >= 4)


def found(data: Rows, drivers: tuple[Driver, ...] = DRIVERS) -> Shape:
    return shapes_of(data, drivers)["calls"]


@pytest.mark.parametrize(
    ("leaves", "place", "change", "n", "least"),
    [
        (from_the_fourth, 4, 0.39, 1500, 22),
        (lambda called: 0.2 + 0.1 * (called >= 2), 2, 0.1, 6000, 20),
        (lambda called: 0.1 + 0.15 * (called >= 1), 1, 0.15, 6000, 22),
        (lambda called: 0.8 - 0.3 * (called >= 3), 3, -0.3, 3000, 22),
    ],
)
def test_a_planted_step_is_told_and_its_intervals_hold_the_truth(
    leaves: Chance, place: float, change: float, n: int, least: int
) -> None:
    steps = [shape.step for seed in range(24) if (shape := found(calls(seed, n, leaves))).verdict == "step"]
    told = [step for step in steps if step is not None]
    assert len(told) == len(steps) >= least
    assert all(step.place.interval()[0] <= place <= step.place.interval()[1] for step in told)
    held = sum(step.change.interval()[0] <= change <= step.change.interval()[1] for step in told)
    assert held >= len(told) - 4  # of 24 at 95 %, fewer than 20 in 1 of 170
    assert np.mean([step.change.value for step in told]) == pytest.approx(change, abs=0.015)


def test_the_interval_of_the_place_is_as_wide_as_the_place_is_unsure() -> None:
    """Of 1,500 customers a tenth more leave from the third call on: resamples pick other places, too."""
    told = [found(calls(seed, 1500, lambda called: 0.2 + 0.1 * (called >= 3))).step for seed in range(60)]
    places = [step.place for step in told if step is not None]
    assert len(places) >= 8
    assert any(place.value != 3 for place in places) or any(np.ptp(place.replicates) > 0 for place in places)
    held = sum(place.interval()[0] <= 3 <= place.interval()[1] for place in places)
    assert held >= len(places) - 1


@pytest.mark.parametrize(
    "leaves",
    [lambda called: 0.1 + 0.08 * called, lambda called: 0.05 + 0.12 * np.minimum(called, 7),
     lambda called: 0.9 - 0.1 * called, lambda called: 0.1 + 0.12 * np.maximum(called - 2, 0)],
)  # fmt: skip
def test_a_straight_line_and_a_bent_one_are_no_steps(leaves: Chance) -> None:
    verdicts = Counter(found(calls(seed, 6000, leaves)).verdict for seed in range(24))
    assert verdicts["step"] == 0 and max(verdicts, key=verdicts.get) in ("straight", "threshold")  # type: ignore[arg-type]  # a count of each


def test_nothing_is_seldom_a_step() -> None:
    verdicts = Counter(
        found(calls(seed, 3000, lambda called: 0.2 + 0.0 * called)).verdict for seed in range(60)
    )
    assert verdicts["untold"] >= 52 and verdicts["step"] <= 4


def test_heights_are_those_of_statsmodels_also_where_calls_are_not_always_known() -> None:
    data = calls(3, 4000, from_the_fourth, unknown=0.2)
    drivers = (Driver("calls", False, optional=True), DRIVERS[1])
    basis = basis_of(data, drivers)
    shape = {one.driver: one for one in shapes(basis, view_of(data, basis, 20), [FELT], {})}["calls"]
    assert shape.line is not None and shape.counts is not None and shape.counts.starts == (0, 1, 2, 3, 4, 5)
    unknown = np.isnan(data["calls"])
    columns = [data["z"], unknown, data["w"]]
    columns += [np.maximum(data["w"] - knot, 0) for knot in basis.pieces["w"]]
    steps = [
        np.where(unknown, 0.3, data["calls"] >= start) for start in shape.counts.steps
    ]  # the fill must not matter
    x = sm.add_constant(np.column_stack([*columns, *steps]).astype(float))
    parameters = sm.OLS(data["felt"], x).fit().params
    rest = x.mean(axis=0)
    rest[2] = 0.0
    for at, mean in enumerate(shape.counts.means):
        row = rest.copy()
        row[-len(steps) :] = [place < at for place in range(len(steps))]
        assert shape.line.height_at(mean).value == pytest.approx(float(row @ parameters), rel=1e-7)
    known = data["calls"][~unknown]
    assert shape.counts.means[-1] == pytest.approx(known[known >= 5].mean())


def test_a_band_with_too_few_answers_is_pooled_with_those_above() -> None:
    data = calls(3, 4000, from_the_fourth, unknown=0.3)
    basis = basis_of(data, (Driver("calls", False, optional=True), DRIVERS[1]))
    keep = (data["calls"] != 3) | (np.cumsum(data["calls"] == 3) <= 29)
    thin = {name: values[keep] for name, values in data.items()}
    population = view_of(thin, basis, 2).population(("felt",))
    every, kept = basis.steps("calls"), steps_with_enough(population, "calls", basis.steps("calls"))
    assert [*every.values()] == [1, 2, 3, 4, 5]
    assert [*kept.values()] == [1, 2, 3, 5]  # 29 with three calls, told with those of four


def test_the_best_step_of_each_data_set() -> None:
    """By hand: two data sets, of which one jumps by 3 at 1 and the other by −2 at 2."""
    called = np.repeat([0.0, 1.0, 2.0], 4)
    noise = np.tile([0.1, -0.1, 0.1, -0.1], 3)
    made = []
    for outcome in (3 * (called >= 1) + noise, -2 * (called >= 2) + noise):
        rows = np.column_stack([called >= 1, called >= 2, outcome]).astype(float)
        made.append((np.array([len(rows)]), rows.sum(axis=0)[None], (rows.T @ rows)[None]))
    count, sums, products = (np.concatenate(parts) for parts in zip(*made, strict=True))
    best = best_step(
        Moments(("a", "b", "y"), np.zeros(3), count, sums, products), (), {"a": 1.0, "b": 2.0}, "y"
    )
    assert best.place.tolist() == [1.0, 2.0] and best.column(("a", "b")) == "a"
    np.testing.assert_allclose(best.change, [3.0, -2.0], atol=1e-12)
