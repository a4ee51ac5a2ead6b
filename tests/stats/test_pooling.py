"""Partial pooling: metafor's and the papers' printed results, statsmodels, and segments with a planted truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import helmert
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_normal
from statsmodels.stats.meta_analysis import combine_effects

from lineofsight.reasons import Reason
from lineofsight.stats.pooling import Pooled, pool
from lineofsight.stats.results import NotEstimable


def risk_ratios() -> tuple[np.ndarray, np.ndarray]:
    """Log risk ratios of 13 trials of the BCG vaccine (Colditz et al. 1994; metafor's dat.bcg)."""
    trials = [
        *(
            (4, 119, 11, 128),
            (6, 300, 29, 274),
            (3, 228, 11, 209),
            (62, 13536, 248, 12619),
            (33, 5036, 47, 5761),
        ),
        *((180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232)),
        *((17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825)),
    ]
    ill, well, control_ill, control_well = np.array(trials, dtype=np.float64).T
    treated, control = ill + well, control_ill + control_well
    ratio = np.log(ill / treated) - np.log(control_ill / control)
    return ratio, np.sqrt(1 / ill - 1 / treated + 1 / control_ill - 1 / control)


def odds_ratios() -> tuple[np.ndarray, np.ndarray]:
    """Log odds ratios of 6 trials of low-dose aspirin, CLASP (DerSimonian and Kacker 2007)."""
    treated, control = np.array([[156, 303, 565, 1570, 103, 4659], [74, 303, 477, 1565, 105, 4650]])
    ill, control_ill = np.array([[5, 5, 12, 69, 9, 313], [8, 17, 9, 94, 11, 352]])
    ratio = np.log(ill / (treated - ill)) - np.log(control_ill / (control - control_ill))
    return ratio, np.sqrt(1 / ill + 1 / (treated - ill) + 1 / control_ill + 1 / (control - control_ill))


# Viechtbauer (2005), pages 271 and 272
VIECHTBAUER = (
    (
        np.array([-0.581, 0.530, 0.771, 1.031, 0.553, 0.295, 0.078, 0.573, -0.176, -0.232]),
        np.array([0.023, 0.052, 0.060, 0.115, 0.095, 0.203, 0.200, 0.211, 0.051, 0.040]),
    ),
    (
        np.array(
            [
                *(0.100, -0.162, -0.090, -0.049, -0.046, -0.010, -0.431, -0.261, 0.134),
                *(0.019, 0.175, 0.056, 0.045, 0.103, 0.121, -0.482, 0.290, 0.342),
            ]
        ),
        np.array(
            [
                *(0.016, 0.015, 0.050, 0.050, 0.032, 0.052, 0.036, 0.024, 0.034),
                *(0.033, 0.031, 0.034, 0.039, 0.167, 0.134, 0.096, 0.016, 0.035),
            ]
        ),
    ),
)


def pooled(
    estimates: np.ndarray, errors: np.ndarray, level: float = 0.95, tau2: float | None = None
) -> Pooled:
    found = pool(estimates, errors, level, tau2)
    assert isinstance(found, Pooled)
    return found


def reml(effect: np.ndarray, errors: np.ndarray) -> float:
    """The variance between members that maximises the likelihood of contrasts (Patterson and Thompson 1971).

    What metafor pools by unless it is told otherwise: with it, its means and BLUPs can be held beside ours.
    """
    contrasts = helmert(len(effect))

    def unlikely(tau2: float) -> float:
        covariance = contrasts @ np.diag(errors**2 + tau2) @ contrasts.T
        return -float(multivariate_normal.logpdf(contrasts @ effect, cov=covariance))

    return float(minimize_scalar(unlikely, bounds=(0, 10), method="bounded", options={"xatol": 1e-10}).x)


@pytest.mark.parametrize(
    ("given", "tau2", "mean", "error", "low", "high"),
    [  # metafor's rma on dat.bcg, as its manual and its tests print it: by Paule and Mandel, and by REML
        (None, 0.3181, -0.7150, 0.1809, -1.0695, -0.3604),
        (reml(*risk_ratios()), 0.3132, -0.7145, 0.1798, -1.0669, -0.3622),
    ],
)
def test_bcg_vaccine_equals_metafor(
    given: float | None, tau2: float, mean: float, error: float, low: float, high: float
) -> None:
    found = pooled(*risk_ratios(), tau2=given)
    figures = (found.tau2, found.mean, found.mean_standard_error, found.mean_low, found.mean_high)
    np.testing.assert_allclose(figures, (tau2, mean, error, low, high), atol=5.1e-5)
    np.testing.assert_allclose(found.q, 152.2330, atol=5e-5)
    np.testing.assert_allclose(100 * found.i2, 92.1173, atol=5e-5)  # metafor's with "DL": from Q, as ours
    np.testing.assert_allclose(found.h2, 152.2330 / 12, rtol=1e-6)
    assert found.k == 13
    assert 0 < found.q_p_value < 1e-4


def test_bcg_vaccine_trial_by_trial() -> None:
    """BLUPs by pimeta 1.1.0, a Python port of metafor: `blup(rma(y, v, method="REML"))`; within 2e-6."""
    found = pooled(*risk_ratios(), tau2=reml(*risk_ratios()))
    blup = [
        *(-0.800234, -1.251706, -0.986903, -1.397898, -0.287380, -0.784572, -1.243964),
        *(0.002879, -0.506836, -1.247173, -0.353658, -0.284734, -0.146743),
    ]
    errors = [
        *(0.409930, 0.353227, 0.434832, 0.137568, 0.211312, 0.082290, 0.368592),
        *(0.062587, 0.220391, 0.245712, 0.109481, 0.458301, 0.243440),
    ]
    np.testing.assert_allclose(found.estimates, blup, atol=2e-6)
    np.testing.assert_allclose(found.standard_errors, errors, atol=2e-6)


def test_teacher_expectancy_equals_raudenbush_and_bryk() -> None:
    """Raudenbush and Bryk (1985), text and figure 2, in the digits metafor's tests give them; variances rounded."""
    effect = [
        *(0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80),
        *(0.54, 0.18, -0.02, 0.23, -0.18, -0.06, 0.30, 0.07, -0.07),
    ]
    variance = [
        *(0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.0630),
        *(0.0912, 0.0497, 0.0835, 0.0841, 0.0253, 0.0279, 0.0193, 0.0088, 0.0303),
    ]
    members = np.array(effect), np.sqrt(variance)
    found = pooled(*members, tau2=reml(*members))
    np.testing.assert_allclose(found.tau2, 0.0188, atol=5e-5)
    np.testing.assert_allclose(found.mean, 0.0837, atol=5e-5)
    np.testing.assert_allclose(found.q, 35.8295, atol=5e-3)
    blup = [
        *(0.0543, 0.1006, -0.0064, 0.2144, 0.1051, -0.0082, 0.0174, -0.0293, 0.1604, 0.2485),
        *(0.1618, 0.1102, 0.0646, 0.1105, -0.0288, 0.0258, 0.1905, 0.0744, 0.0248),
    ]
    low = [
        *(-0.1324, -0.1033, -0.2228, -0.0533, -0.1622, -0.1737, -0.1481, -0.2689, -0.0543, 0.0),
        *(-0.0970, -0.1303, -0.1920, -0.1463, -0.2405, -0.1906, -0.0076, -0.0808, -0.1954),
    ]
    np.testing.assert_allclose(found.estimates, blup, atol=2e-4)
    np.testing.assert_allclose(found.estimates - 1.959964 * found.standard_errors, low, atol=2e-4)


def test_clasp_equals_dersimonian_and_kacker() -> None:
    """DerSimonian and Kacker (2007), tables 3 and 4, by Paule and Mandel."""
    found = pooled(*odds_ratios())
    figures = (np.sqrt(found.tau2), found.mean, found.mean_standard_error)
    np.testing.assert_allclose(figures, (0.3681, -0.3811, 0.2060), atol=5.1e-5)


@pytest.mark.parametrize(("example", "tau2"), [(0, 0.192), (1, 0.010)])
def test_viechtbauers_examples(example: int, tau2: float) -> None:
    effect, variance = VIECHTBAUER[example]
    found = pooled(effect, np.sqrt(variance))
    np.testing.assert_allclose(found.tau2, tau2, atol=5.1e-4)
    i2, h2 = ((0.8044, 5.11), (0.2753, 1.38))[example]  # printed for DL: from Q
    np.testing.assert_allclose(found.i2, i2, atol=5.1e-5)
    np.testing.assert_allclose(found.h2, h2, atol=5.1e-3)


@pytest.mark.parametrize("seed", range(4))
def test_paule_and_mandels_moments_equal_statsmodels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    errors = rng.uniform(0.5, 2, size=12)
    effect = 3 + 1.5 * rng.normal(size=12) + errors * rng.normal(size=12)
    expected = combine_effects(effect, errors**2, method_re="iterated", atol=1e-6)
    found = pooled(effect, errors)
    figures = (found.tau2, found.mean, found.mean_standard_error, found.q)
    theirs_figures = (expected.tau2, expected.mean_effect_re, expected.sd_eff_w_re, expected.q)
    np.testing.assert_allclose(figures, theirs_figures, rtol=1e-6)
    np.testing.assert_allclose(found.q_p_value, expected.test_homogeneity().pvalue, rtol=1e-8)
    np.testing.assert_allclose((found.i2, found.h2), (expected.i2, expected.h2), rtol=1e-10)


ALIKE = (np.array([1.0, 1.2, 0.9, 1.1]), np.array([0.5, 0.4, 0.6, 0.5]))


@pytest.mark.parametrize("apart", [0.1, 1.0, 2.0, 5.0, 1e4])
def test_two_members_have_one_answer(apart: float) -> None:
    """With one degree of freedom the estimator is half the excess of the squared difference."""
    errors = np.array([0.6, 0.9])
    expected = max(0.0, (apart**2 - 0.36 - 0.81) / 2)
    found = pooled(np.array([7.0, 7.0 + apart]), errors)
    np.testing.assert_allclose(found.tau2, expected, rtol=1e-9)
    np.testing.assert_allclose(found.q, apart**2 / 1.17, rtol=1e-9)


def test_partial_pooling_covers_and_beats_no_pooling() -> None:
    """At 0.95, over differing numbers of segments and how much they differ; averages of some 2,000 intervals each."""
    rng = np.random.default_rng(0)
    for k in (4, 8, 16):
        for tau in (0.0, 0.5, 1.0, 3.0):
            inside, lost = [], []
            for _ in range(2000 // k):
                errors = rng.uniform(0.5, 2, size=k)
                truth = 2 + tau * rng.normal(size=k)
                raw = truth + errors * rng.normal(size=k)
                found = pooled(raw, errors)
                inside.append(((found.low <= truth) & (truth <= found.high)).mean())
                lost.append([((found.estimates - truth) ** 2).sum(), ((raw - truth) ** 2).sum()])
            assert np.mean(inside) > 0.9
            shares = np.mean(lost, axis=0)
            assert shares[0] < {0.0: 0.35, 0.5: 0.5, 1.0: 0.7, 3.0: 0.97}[tau] * shares[1]


def test_planted_mean_and_variance_are_found() -> None:
    rng = np.random.default_rng(1)
    errors = rng.uniform(0.5, 2, size=3000)
    found = pooled(-4 + 1.5 * rng.normal(size=3000) + errors * rng.normal(size=3000), errors)
    assert abs(found.mean + 4) < 4 * found.mean_standard_error
    assert abs(found.tau2 / 2.25 - 1) < 0.15
    assert found.q_p_value < 1e-12


def test_two_members_by_hand() -> None:
    """y = ±sqrt(2) and v = 1: Paule and Mandel's tau2 is 3, as 2 · 2 / (1 + 3) = k - 1; so B = 3/4, the mean's variance is 2.

    A member's variance is 3/4 · 1 + (1/4)² · 2 = 7/8; what is not known of tau2 adds 2 · (1/4)² / 4 · 2 · 2 / (2/4)² = 1/2.
    """
    found = pool([-(2**0.5), 2**0.5], [1.0, 1.0])
    assert isinstance(found, Pooled)
    assert (found.tau2, found.mean) == pytest.approx((3.0, 0.0), abs=1e-9)
    np.testing.assert_allclose(found.estimates, [-0.75 * 2**0.5, 0.75 * 2**0.5], rtol=1e-9)
    np.testing.assert_allclose(found.standard_errors**2, 7 / 8, rtol=1e-9)
    np.testing.assert_allclose(found.prediction_errors**2, 7 / 8 + 1 / 2, rtol=1e-9)


def test_intervals_hold_what_is_not_known_of_tau2() -> None:
    found = pooled(*ALIKE)
    assert found.tau2 == 0
    assert found.i2 == 0
    assert found.h2 == 1
    np.testing.assert_allclose(found.estimates, found.mean, rtol=1e-12)
    np.testing.assert_allclose(found.standard_errors, found.mean_standard_error, rtol=1e-12)
    assert (found.prediction_errors > 1.2 * found.standard_errors).all()
    precise = pooled(*risk_ratios())
    widened = precise.prediction_errors / precise.standard_errors
    assert (widened > 1).all()
    assert (widened < 1.2).all()  # tau2 is large: little depends on it
    for level, reach in ((0.95, 1.959963985), (0.8, 1.281551566)):
        cut = pooled(*risk_ratios(), level=level)
        np.testing.assert_allclose(cut.high, precise.estimates + reach * precise.prediction_errors, rtol=1e-6)
        np.testing.assert_allclose(
            cut.mean_low, precise.mean - reach * precise.mean_standard_error, rtol=1e-6
        )


def test_units_and_offsets_do_not_matter() -> None:
    effect, errors = risk_ratios()
    found, moved = pooled(effect, errors), pooled(1e-5 * (effect + 1e3), 1e-5 * errors)
    np.testing.assert_allclose(moved.tau2, 1e-10 * found.tau2, rtol=1e-8)
    np.testing.assert_allclose(moved.estimates, 1e-5 * (found.estimates + 1e3), rtol=1e-12)
    np.testing.assert_allclose(moved.prediction_errors, 1e-5 * found.prediction_errors, rtol=1e-8)
    np.testing.assert_allclose(moved.factor, found.factor, rtol=1e-8)


@pytest.mark.filterwarnings("error")
def test_members_that_cannot_be_estimated_are_left_out() -> None:
    effect, errors = risk_ratios()
    whole = pooled(effect, errors)
    effect = np.insert(effect, [0, 5, 5, 13], [np.nan, 1.0, 2.0, np.inf])
    errors = np.insert(errors, [0, 5, 5, 13], [1.0, np.nan, 0.0, 1.0])
    found = pooled(effect, errors)
    gone = [0, 6, 7, 16]
    assert found.k == 13
    assert found.mean == whole.mean
    for name in ("estimates", "standard_errors", "prediction_errors", "low", "high", "factor"):
        assert np.isnan(getattr(found, name)[gone]).all()
        np.testing.assert_array_equal(np.delete(getattr(found, name), gone), getattr(whole, name))


@pytest.mark.filterwarnings("error")
def test_members_that_agree_exactly() -> None:
    found = pooled(np.full(4, 0.1), np.array([1.0, 2.0, 3.0, 1e-8]))
    np.testing.assert_allclose([found.tau2, found.q, found.mean], [0, 0, 0.1], atol=1e-12)
    np.testing.assert_allclose(found.q_p_value, 1)


def test_fewer_than_two_members_are_not_pooled() -> None:
    for effect, errors in ([], []), ([1.0], [1.0]), ([1.0, np.nan, 2.0], [1.0, 1.0, 0.0]):
        found = pool(effect, errors)
        assert isinstance(found, NotEstimable)
        assert found.reason.code == Reason.NOTHING_TO_POOL
    assert (found.reason.n, found.reason.total) == (1, 3)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        pool([1.0], [1.0], level=1.0)
    with pytest.raises(ValueError, match=r"not \(2,\) and \(1,\)"):
        pool([1.0, 2.0], [1.0])
