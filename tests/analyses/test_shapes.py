"""Shapes of lines whose truth is planted, and against statsmodels."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from analyses.shapes import BUCKETS, DRIVERS, FELT, basis_of, hours, kano_of, shapes_of, view_of
from lineofsight.aggregation.features import Driver
from lineofsight.analyses.shape.estimate import classify, shapes
from lineofsight.reasons import Reason


def test_a_threshold_is_found_and_a_straight_line_is_not_called_bent() -> None:
    found = [shapes_of(hours(np.random.default_rng(s), 12_000, (0.0, -0.03, 0.05))) for s in range(8)]
    verdicts = Counter(one["hours"].verdict for one in found)
    assert verdicts["threshold"] >= 5 and verdicts["straight"] == verdicts["untold"] == 0
    places = [one["hours"].threshold.place for one in found if one["hours"].threshold is not None]
    assert np.mean([place.value for place in places]) == pytest.approx(24, abs=2)
    assert sum(place.interval()[0] <= 24 <= place.interval()[1] for place in places) >= len(places) - 1
    assert sum(one["speed"].verdict == "straight" for one in found) >= 6
    assert all(one["count"].verdict in ("untold", "straight") for one in found)


def test_the_test_of_a_straight_line_has_its_size() -> None:
    p = []
    for seed in range(60):
        found = shapes_of(hours(np.random.default_rng(seed), 1500, (-0.01, -0.01, 0.05)), replicates=200)
        p += [shape.p_value for shape in found.values()]
    assert len(p) == 180
    assert 0.01 < np.mean(np.array(p) < 0.05) < 0.11  # 0.064 (standard error 0.012) of 450
    assert np.mean(np.array(p) < 0.5) == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize(
    ("made", "higher", "expected"),
    [(lambda x: 2 * np.log(x), True, "diminishing"), (lambda x: -2 * np.log(x), False, "increasing"),
     (lambda x: 0.01 * x**2, True, "increasing"), (lambda x: -0.01 * x**2, False, "diminishing"),
     (lambda x: -0.05 * (x - 11) ** 2, True, "curved")],
)  # fmt: skip
def test_returns_shrink_or_grow_towards_the_better_end(made: object, higher: bool, expected: str) -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(2, 20, 20_000)
    data = {"x": x, "z": rng.normal(size=len(x)), "bucket": np.arange(len(x)) % BUCKETS}
    data["felt"] = made(x) + rng.normal(size=len(x))  # type: ignore[operator]  # a function of an array
    assert shapes_of(data, [Driver("x", higher)])["x"].verdict == expected


def test_pieces_are_those_of_statsmodels() -> None:
    data = hours(np.random.default_rng(4), 3000, (0.0, -0.02, 0.05))
    basis = replace(basis_of(data), counts={})  # the heights of counts are in test_steps
    found = {s.driver: s for s in shapes(basis, view_of(data, basis, 50), [FELT], {})}
    columns = {"z": data["z"], "hours?": np.isnan(data["hours"])}
    for driver in DRIVERS:
        value = np.where(np.isnan(data[driver.name]), 7.0, data[driver.name])  # the fill must not matter
        columns[driver.name] = value
        columns |= {
            name: np.where(np.isnan(data[driver.name]), 1.0, np.maximum(value - knot, 0))
            for name, knot in zip(basis.bends(driver.name), basis.pieces[driver.name], strict=True)
        }
    x = sm.add_constant(np.column_stack(list(columns.values())).astype(float))
    fitted = sm.OLS(data["felt"], x).fit(cov_type="cluster", cov_kwds={"groups": data["bucket"]})
    at = {name: place + 1 for place, name in enumerate(columns)}
    for driver in DRIVERS:
        line = found[driver.name].line
        assert line is not None
        bends = [at[name] for name in basis.bends(driver.name)]
        steps = fitted.params[[at[driver.name], *bends]]
        np.testing.assert_allclose([slope.value for slope in line.slopes], np.cumsum(steps), rtol=1e-7)
        known = ~np.isnan(data[driver.name])
        level = x[known].copy()  # the outcome where the driver has a value, all else as it is on average
        level[:] = x.mean(axis=0)
        level[:, at["hours?"]] = 0.0 if driver.optional else level[:, at["hours?"]]
        level[:, at[driver.name]] = knot = basis.pieces[driver.name][1]
        for name, k in zip(basis.bends(driver.name), basis.pieces[driver.name], strict=True):
            level[:, at[name]] = max(knot - k, 0)
        there = line.at(knot)
        assert there is not None
        assert there.value == pytest.approx(float((level[0] * fitted.params).sum()), rel=1e-7)
        wald = fitted.wald_test(np.eye(x.shape[1])[bends], use_f=False, scalar=True)
        found_wald = found[driver.name].p_value
        assert (
            0.2 < (found_wald + 0.01) / (float(wald.pvalue) + 0.01) < 5
        )  # 50 replicates against the sandwich


def test_declared_knots_are_the_pieces() -> None:
    data = hours(np.random.default_rng(2), 12_000, (0.0, -0.03, 0.0))
    one = shapes_of(data, (Driver("hours", False, knots=(24.0,), optional=True), DRIVERS[1]))["hours"]
    assert one.line is not None and one.line.knots == (24.0,)
    assert one.verdict == "threshold" and one.threshold is not None
    assert one.threshold.place.value == 24.0 and np.ptp(one.threshold.place.replicates) == 0
    assert one.threshold.change == pytest.approx(-0.03, abs=0.01)


def test_the_change_at_a_knot_is_the_slope_beyond_it_less_the_slope_before_it() -> None:
    data = hours(np.random.default_rng(2), 12_000, (0.02, -0.03, 0.0))
    one = shapes_of(data, (Driver("hours", False, knots=(24.0,), optional=True), DRIVERS[1]))["hours"]
    assert one.threshold is not None
    below, above = one.threshold.below.value, one.threshold.above.value
    assert below == pytest.approx(0.02, abs=0.01) and above == pytest.approx(-0.03, abs=0.01)
    assert one.threshold.change == pytest.approx(above - below, rel=1e-9)


def test_a_line_that_turns_is_not_straight_though_no_bend_is_clear() -> None:
    data = hours(np.random.default_rng(2), 12_000, (0.02, -0.03, 0.0))
    one = shapes_of(data)["hours"]
    assert one.line is not None
    below, above = one.line.bent_once()
    assert below.value > 0 > above.value and below.interval()[0] > 0 > above.interval()[1]
    gains = one.line.gains(higher_is_better=False, more_is_good=True)
    assert classify(one.line, gains, None, curved=False, level=0.95) == "untold"


def test_where_customers_are_few_one_line_bends_at_a_time() -> None:
    data = hours(np.random.default_rng(2), 600, (0.0, -0.2, 0.05))
    data["bucket"] = data["bucket"] % 22  # a model of all bends needs 26
    found = shapes_of(data)
    assert all(shape.reason is None for shape in found.values())
    data["bucket"] %= 12
    assert all(
        shape.reason is not None and shape.reason.code == Reason.TOO_FEW for shape in shapes_of(data).values()
    )


def test_no_shape_has_its_reason() -> None:
    data = hours(np.random.default_rng(2), 1000)
    data["two"] = (data["speed"] > 8).astype(float)
    data["same"] = np.ones(1000)
    drivers = (*DRIVERS, Driver("two", True), Driver("same", True))
    basis = basis_of(data, drivers)
    leaks = {("speed", "felt"): Reason.COPY(name="speed", other="felt")}
    found = {s.driver: s for s in shapes(basis, view_of(data, basis, 50), [FELT], leaks)}
    assert found["two"].reason == found["same"].reason == Reason.FEW_VALUES()
    assert found["speed"].reason == Reason.COPY(name="speed", other="felt")
    assert found["hours"].reason is None and found["hours"].line is not None


def test_a_driver_that_gives_the_outcome_away_is_not_held_equal() -> None:
    """The lines of the others are those of a world without it."""
    data = hours(np.random.default_rng(2), 1000, (0.0, -0.02, 0.05))
    basis, without = basis_of(data), basis_of(data, (DRIVERS[0], DRIVERS[2]))
    leaks = {("speed", "felt"): "'speed' is a copy of 'felt'"}
    found = {s.driver: s.line for s in shapes(basis, view_of(data, basis, 20), [FELT], leaks)}
    expected = {s.driver: s.line for s in shapes(without, view_of(data, without, 20), [FELT], {})}
    for name in ("hours", "count"):
        one, other = found[name], expected[name]
        assert one is not None and other is not None
        slopes = [slope.value for slope in other.slopes]
        np.testing.assert_allclose([slope.value for slope in one.slopes], slopes, rtol=1e-9, atol=1e-12)


def test_many_drivers_have_fewer_knots_then_none() -> None:
    from lineofsight.aggregation.shape_basis import knots_each

    assert [knots_each(n) for n in (1, 11, 12, 26, 27, 80, 81)] == [7, 7, 3, 3, 1, 1, 0]


def test_classes_take_the_good_direction_and_what_cannot_be_told() -> None:
    rng = np.random.default_rng(9)
    n = 6000
    effort = rng.integers(1, 8, n).astype(float)  # 1–7, lower is better
    gadget = rng.integers(1, 6, n).astype(float)
    felt = -1.0 * (effort >= 6) - 0.6 * (gadget >= 4) + rng.normal(size=n)
    data = {
        "effort": effort,
        "gadget": gadget,
        "z": rng.normal(size=n),
        "felt": felt,
        "bucket": np.arange(n) % BUCKETS,
    }
    drivers = (Driver("effort", False), Driver("gadget", True))
    basis = basis_of(data, drivers, {"effort": (1, 7), "gadget": (1, 5)})
    found = {one.attribute: one for one in kano_of(data, basis, [FELT])}
    assert found["effort"].kind == "must-have" and found["gadget"].kind == "reverse"
    assert found["effort"].penalty is not None and found["effort"].penalty.value == pytest.approx(-1, abs=0.1)
    small = {name: values[:150] for name, values in data.items()}
    small["gadget"] = np.where(small["effort"] > 6, 1.0, small["gadget"])
    for one in kano_of(small, basis, [FELT]):
        assert one.kind is not None or one.reason


def test_an_attribute_that_nobody_rates_at_its_best_has_a_penalty_and_no_class() -> None:
    rng = np.random.default_rng(9)
    n = 3000
    rating = rng.integers(1, 4, n).astype(float)  # of 1-5: never 4 or 5
    felt = -1.0 * (rating <= 2) + rng.normal(size=n)
    data = {"rating": rating, "z": rng.normal(size=n), "felt": felt, "bucket": np.arange(n) % BUCKETS}
    basis = basis_of(data, (Driver("rating", True),), {"rating": (1, 5)})
    (one,) = kano_of(data, basis, [FELT])
    assert one.penalty is not None and one.penalty.value == pytest.approx(-1.0, abs=0.15)
    assert (one.reward, one.kind) == (None, None)
    assert one.reason
