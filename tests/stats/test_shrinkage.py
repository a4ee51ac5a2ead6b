"""Shrinking against the winner's curse: published estimates, exact Bayes, and families with a planted truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import helmert
from statsmodels.stats.meta_analysis import combine_effects

from lineofsight.stats.shrinkage import FEWEST, normal_quantile, paule_mandel, shrink

# Efron and Morris (1977); Efron (2010), Large-Scale Inference, table 1.1: hits of 18 players in 45 at-bats of
# 1970, and the James-Stein estimates printed there
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
JAMES_STEIN = [
    *(0.294, 0.289, 0.285, 0.280, 0.275, 0.275, 0.270, 0.266, 0.261),
    *(0.261, 0.256, 0.256, 0.256, 0.256, 0.256, 0.252, 0.247, 0.242),
]


def family(rng: np.random.Generator, k: int, sd: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True effects, their estimates and standard errors."""
    truth, errors = sd * rng.normal(size=k), rng.uniform(0.5, 2, size=k)
    return truth, truth + errors * rng.normal(size=k), errors


def test_baseball_players_of_1970() -> None:
    """James-Stein about the players' mean is our shrinking towards 0 of their 17 contrasts; to the digits printed."""
    average = HITS / 45
    middle = average.mean()
    contrasts = helmert(18)
    found = shrink(contrasts @ average, np.full(17, np.sqrt(middle * (1 - middle) / 45)))
    np.testing.assert_allclose(found.factor, 0.212, atol=5e-4)  # Efron and Morris (1977)
    np.testing.assert_allclose(middle + contrasts.T @ found.estimates, JAMES_STEIN, atol=5.1e-4)


@pytest.mark.parametrize("k", [3, 4, 10, 29])
def test_with_equal_errors_it_is_james_and_steins_estimator(k: int) -> None:
    raw = np.random.default_rng(k).normal(0, 3, size=k)
    factor = 1 - (k - 2) * 0.49 / (raw**2).sum()
    assert factor > 2 / k  # else the variance is cut off at 0
    np.testing.assert_allclose(shrink(raw, np.full(k, 0.7)).factor, factor, rtol=1e-10)


@pytest.mark.parametrize(("k", "sd"), [(12, 1.0), (20, 1.0), (20, 2.0), (50, 1.5)])
def test_posterior_is_near_exact_bayes_with_a_flat_prior_on_the_variance(k: int, sd: float) -> None:
    """What Morris' formulas stand for, by quadrature: means within 0.15 standard errors, deviations within 10 %."""
    _, raw, errors = family(np.random.default_rng(8), k, sd)
    variance = np.linspace(0, 60 * raw.var(), 40_001)
    total = errors**2 + variance[:, None]
    log = -0.5 * (np.log(total) + raw**2 / total).sum(axis=1)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    kept = variance[:, None] / total
    mean = weight @ (kept * raw)
    deviation = np.sqrt(weight @ (kept * errors**2 + (kept * raw) ** 2) - mean**2)
    found = shrink(raw, errors)
    np.testing.assert_allclose(found.estimates / errors, mean / errors, atol=0.15)
    np.testing.assert_allclose(found.standard_errors, deviation, rtol=0.1)


@pytest.mark.parametrize("seed", range(4))
def test_paule_mandel_equals_statsmodels_and_solves_its_equation(seed: int) -> None:
    _, raw, errors = family(np.random.default_rng(seed), 15, 1.5)
    # theirs answers 0 where rounding takes its last step past the root, so it is not asked for more digits
    expected = combine_effects(raw + 3, errors**2, method_re="iterated", atol=1e-6).tau2
    np.testing.assert_allclose(paule_mandel(raw + 3, errors**2), expected, rtol=1e-6)
    known = paule_mandel(raw + 3, errors**2, mean=3.0)
    np.testing.assert_allclose((raw**2 / (errors**2 + known)).sum(), 15, rtol=1e-12)


def test_the_winners_curse_is_lifted() -> None:
    """The largest of 40 is too large by more than a standard deviation of the truth; shrunk, by hardly anything."""
    rng = np.random.default_rng(9)
    outward: list[tuple[float, float]] = []
    inside: list[tuple[bool, bool]] = []
    reach = normal_quantile(0.95)
    for _ in range(600):
        truth, raw, errors = family(rng, 40, 1.0)
        found = shrink(raw, errors)
        top = int(np.abs(raw).argmax())
        sign = np.sign(raw[top])
        outward.append((sign * (raw - truth)[top], sign * (found.estimates - truth)[top]))
        inside.append(
            (abs(raw - truth)[top] <= reach * errors[top], found.low[top] <= truth[top] <= found.high[top])
        )
    bias_raw, bias_shrunk = np.mean(outward, axis=0)
    assert bias_raw > 1.5
    assert abs(bias_shrunk) < 0.1 * bias_raw
    covered_raw, covered_shrunk = np.mean(inside, axis=0)
    assert covered_raw < 0.75
    assert 0.91 < covered_shrunk < 0.99  # three standard errors of 600 draws, and one per cent of the method


@pytest.mark.parametrize(("k", "sd"), [(4, 1.0), (10, 0.0), (10, 1.0), (30, 0.5), (30, 3.0)])
def test_intervals_cover_and_errors_shrink(k: int, sd: float) -> None:
    rng = np.random.default_rng(10)
    inside, lost = [], []
    for _ in range(250):
        truth, raw, errors = family(rng, k, sd)
        found = shrink(raw, errors)
        inside.append(((found.low <= truth) & (truth <= found.high)).mean())
        lost.append([((found.estimates - truth) ** 2).sum(), ((raw - truth) ** 2).sum()])
    assert np.mean(inside) > 0.935
    shrunk, unshrunk = np.mean(lost, axis=0)
    assert shrunk < {0.0: 0.4, 0.5: 0.3, 1.0: 0.8, 3.0: 0.97}[sd] * unshrunk


def test_the_spread_of_true_effects_is_found() -> None:
    rng = np.random.default_rng(11)
    for sd in (0.5, 1.0, 4.0):
        _, raw, errors = family(rng, 4000, sd)
        assert abs(shrink(raw, errors).prior_sd / sd - 1) < 0.12
    _, raw, errors = family(rng, 4000, 0.0)
    assert shrink(raw, errors).prior_sd < 0.25


def test_noisier_estimates_are_shrunk_more_and_signs_stay() -> None:
    _, raw, errors = family(np.random.default_rng(12), 25, 1.0)
    found = shrink(raw, errors)
    assert (np.diff(found.factor[np.argsort(errors)]) < 0).all()
    assert (found.factor > 0).all()
    assert (found.factor < 1).all()
    np.testing.assert_allclose(found.estimates, found.factor * raw, rtol=1e-12)
    scaled = shrink(-1e6 * raw, 1e6 * errors)
    np.testing.assert_allclose(scaled.estimates, -1e6 * found.estimates, rtol=1e-9)
    np.testing.assert_allclose(scaled.high, -1e6 * found.low, rtol=1e-9)
    np.testing.assert_allclose(scaled.prior_sd, 1e6 * found.prior_sd, rtol=1e-9)
    wide = shrink(raw, errors, level=0.99)
    np.testing.assert_allclose(
        (wide.high - wide.low) / (found.high - found.low), 2.5758293 / 1.9599640, rtol=1e-7
    )


@pytest.mark.filterwarnings("error")
def test_a_family_of_pure_chance_is_shrunk_nearly_to_0_with_some_width_left() -> None:
    errors = np.ones(20)
    found = shrink(0.5 * (-1.0) ** np.arange(20), errors)
    assert found.prior_sd == 0
    np.testing.assert_allclose(found.factor, 0.1)
    assert (found.standard_errors > 0.3).all()
    none = shrink(np.zeros(5), np.ones(5))
    assert none.estimates.tolist() == [0.0] * 5


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("usable", range(FEWEST))
def test_a_family_too_small_is_left_as_it_is(usable: int) -> None:
    raw, errors = np.array([1.0, -2.0, 3.0, 4.0, np.nan]), np.array([0.5, 0.5, np.nan, 0.0, 1.0])
    raw[usable:2] = np.nan
    found = shrink(raw, errors)
    assert np.isnan(found.prior_sd)
    np.testing.assert_array_equal(found.estimates[:usable], raw[:usable])
    np.testing.assert_array_equal(found.factor[:usable], 1.0)
    np.testing.assert_allclose(found.high[:usable], raw[:usable] + 0.9799820, rtol=1e-6)
    for part in (found.estimates, found.standard_errors, found.low, found.high, found.factor):
        assert np.isnan(part[usable:]).all()
    assert shrink([], []).estimates.shape == (0,)


def test_members_without_an_estimate_do_not_count() -> None:
    _, raw, errors = family(np.random.default_rng(13), 12, 1.0)
    whole = shrink(raw[:10], errors[:10])
    raw[10], errors[11] = np.nan, 0.0
    found = shrink(raw, errors)
    np.testing.assert_array_equal(found.estimates[:10], whole.estimates)
    assert np.isnan(found.estimates[10:]).all()
    assert found.prior_sd == whole.prior_sd


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match=r"not \(2,\) and \(3,\)"):
        shrink([1.0, 2.0], [1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="one standard error for each"):
        shrink(1.0, 1.0)
    with pytest.raises(ValueError, match="between 0 and 1, not at 95"):
        shrink([1.0, 2.0], [1.0, 1.0], level=95)
