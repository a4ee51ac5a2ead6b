"""Every number of the chain beside statsmodels and plain numpy, on the same rows."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.stats.bootstrap import bootstrap_weights
from lineofsight.stats.results import Estimate
from model.world import (
    BUCKETS,
    behaviour,
    by_hand,
    design,
    estimate,
    find,
    outside,
    resampled,
    rows,
)

DATA = rows()
DESIGN = design()
DRIVERS = {driver.name: driver for driver in DESIGN.basis.drivers}
RESULT = estimate(DATA, DESIGN, replicates=400)
PERCEPTIONS = ("csat", "nps")


@pytest.mark.parametrize("change", ["better", "best"])
@pytest.mark.parametrize("driver", [*DRIVERS])
@pytest.mark.parametrize("outcome", ["csat", "nps", "stay", "spend"])
def test_total_is_coefficient_times_mean_change(driver: str, outcome: str, change: str) -> None:
    coefficients, fitted = outside(DATA, DESIGN, outcome)
    effect = find(RESULT, driver, outcome, change=change)
    expected = by_hand(DATA, DRIVERS[driver], change, coefficients)
    assert effect.result.value == pytest.approx(expected, rel=1e-8, abs=1e-12)
    assert effect.n == fitted.nobs
    assert effect.population == ("respondents" if outcome in PERCEPTIONS else "everyone")


@pytest.mark.parametrize("driver", [*DRIVERS])
@pytest.mark.parametrize("outcome", ["stay", "spend"])
def test_direct_and_via(driver: str, outcome: str) -> None:
    onto_b, fitted = outside(DATA, DESIGN, outcome, beside=PERCEPTIONS)
    direct = find(RESULT, driver, outcome, "direct")
    assert direct.result.value == pytest.approx(
        by_hand(DATA, DRIVERS[driver], "better", onto_b), rel=1e-8, abs=1e-12
    )
    assert (direct.n, direct.population, direct.given) == (fitted.nobs, "respondents", PERCEPTIONS)
    for perception in PERCEPTIONS:
        onto_c, _ = outside(DATA, DESIGN, perception, among=(*PERCEPTIONS, outcome))
        expected = onto_b[perception] * by_hand(DATA, DRIVERS[driver], "better", onto_c)
        via = find(RESULT, driver, outcome, f"via {perception}")
        assert via.result.value == pytest.approx(expected, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("perception", PERCEPTIONS)
@pytest.mark.parametrize("outcome", ["stay", "spend"])
def test_a_perceptions_own_effect(perception: str, outcome: str) -> None:
    onto_b, _ = outside(DATA, DESIGN, outcome, beside=PERCEPTIONS)
    effect = find(RESULT, perception, outcome, change="point")
    assert effect.result.value == pytest.approx(onto_b[perception], rel=1e-8)
    assert effect.given == tuple(name for name in PERCEPTIONS if name != perception)


def test_total_among_respondents_is_direct_plus_all_via() -> None:
    """In the estimate and in every replicate; the total is that of a model without the perceptions."""
    for driver in DRIVERS:
        for outcome in ("stay", "spend"):
            paths = [find(RESULT, driver, outcome, path).result for path in ("direct", "via csat", "via nps")]
            total, _ = outside(DATA, DESIGN, outcome, among=PERCEPTIONS)
            added = paths[0] + paths[1] + paths[2]
            assert added.value == pytest.approx(
                by_hand(DATA, DRIVERS[driver], "better", total), rel=1e-10, abs=1e-12
            )


@pytest.mark.parametrize("r", [0, 7, 399])
def test_a_replicate_is_a_refit_on_the_buckets_drawn(r: int) -> None:
    weights = bootstrap_weights(BUCKETS, 400, np.random.default_rng(5))[r]
    again = resampled(DATA, weights)
    for outcome, beside, path in (
        ("csat", (), "total"),
        ("spend", (), "total"),
        ("stay", PERCEPTIONS, "direct"),
    ):
        coefficients, _ = outside(again, DESIGN, outcome, beside=beside)
        for driver in DRIVERS.values():
            expected = by_hand(again, driver, "better", coefficients)
            found = find(RESULT, driver.name, outcome, path).result
            assert found.replicates[r] == pytest.approx(expected, rel=1e-8, abs=1e-12)
    onto_b, _ = outside(again, DESIGN, "stay", beside=PERCEPTIONS)
    onto_c, _ = outside(again, DESIGN, "csat", among=(*PERCEPTIONS, "stay"))
    via = find(RESULT, "wait", "stay", "via csat").result
    expected = onto_b["csat"] * by_hand(again, DRIVERS["wait"], "better", onto_c)
    assert via.replicates[r] == pytest.approx(expected, rel=1e-8)


def test_identity_holds_in_every_replicate() -> None:
    weights = bootstrap_weights(BUCKETS, 400, np.random.default_rng(5))
    added = sum(
        (find(RESULT, "wait", "spend", f"via {c}").result for c in PERCEPTIONS), find(RESULT, "wait", "spend", "direct").result
    )  # fmt: skip
    for r in (3, 200):
        again = resampled(DATA, weights[r])
        total, _ = outside(again, DESIGN, "spend", among=PERCEPTIONS)
        assert added.replicates[r] == pytest.approx(
            by_hand(again, DRIVERS["wait"], "better", total), rel=1e-9
        )


def test_standard_errors_are_those_of_a_cluster_robust_covariance() -> None:
    """400 replicates have a Monte Carlo error of 3.5 % in a standard error; 64 clusters differ by a few per cent more."""
    many = estimate(DATA, DESIGN, replicates=2000)
    for outcome in ("csat", "spend", "stay"):
        coefficients, fitted = outside(DATA, DESIGN, outcome)
        at = 1 + list(coefficients).index("speed")
        slope = find(many, "speed", outcome).result
        # The mean change is a replicate too, but moves by little: here it is held at its value.
        steps = np.abs(many.everyone.average("better:speed").value)
        assert slope.standard_error == pytest.approx(steps * fitted.bse[at], rel=0.10)


def test_effects_do_not_depend_on_batches() -> None:
    """The first batch gives the centre, which stands for what is absent: the estimates must not show it."""
    small = estimate(DATA, DESIGN, replicates=400, batch=617)
    for one, two in zip(RESULT.effects, small.effects, strict=True):
        assert isinstance(one.result, Estimate)
        assert one.result.value == pytest.approx(two.result.value, rel=1e-8, abs=1e-12)
        np.testing.assert_allclose(two.result.replicates, one.result.replicates, rtol=1e-6, atol=1e-9)


def test_segments_are_the_same_questions_on_their_rows() -> None:
    made = design(segments={"segment:region": ("n", "s", "e", "w")})
    data = {**DATA, "segment:region": DATA["region"]}
    result = estimate(data, made, replicates=100)
    south = {name: values[DATA["region"] == "s"] for name, values in DATA.items()}
    alone = design(regions=())
    for outcome, path, beside in (
        ("csat", "total", ()),
        ("spend", "total", ()),
        ("spend", "direct", PERCEPTIONS),
    ):
        coefficients, fitted = outside(south, alone, outcome, beside=beside)
        for driver in DRIVERS.values():
            effect = find(result, driver.name, outcome, path, segment="region = s")
            assert effect.n == fitted.nobs
            assert effect.result.value == pytest.approx(
                by_hand(south, driver, "better", coefficients), rel=1e-7, abs=1e-11
            )


def test_every_replicate_uses_the_same_draw_in_all_effects() -> None:
    """Two outcomes that are one another's double have replicates that are each other's double."""
    made = design(outcomes=(*DESIGN.outcomes, behaviour("twice")))
    result = estimate({**DATA, "twice": DATA["spend"] * 2}, made, replicates=100)
    one, two = (find(result, "wait", name).result for name in ("spend", "twice"))
    assert isinstance(one, Estimate)
    np.testing.assert_allclose(two.replicates, 2 * one.replicates, rtol=1e-9)


def test_effects_are_told_apart() -> None:
    keys = [(e.cause, e.outcome, e.segment, e.path, e.change) for e in RESULT.effects]
    assert len(keys) == len(set(keys))
    direct = [(e.cause, e.outcome) for e in RESULT.effects if e.path == "direct" and e.change == "better"]
    assert sorted(direct) == sorted((driver, outcome) for driver in DRIVERS for outcome in ("stay", "spend"))
