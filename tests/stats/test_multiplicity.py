"""P-values and q-values: printed tables, statsmodels, and the false discovery rate of simulated families."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest
from statsmodels.stats.multitest import multipletests

from lineofsight.stats.bootstrap import bootstrap_weights
from lineofsight.stats.multiplicity import holm, q_values
from lineofsight.stats.results import Estimate
from lineofsight.stats.wald import bootstrap_p_value, p_value

# Benjamini and Hochberg (1995), section 3.2: 15 comparisons of two treatments of myocardial infarction
INFARCTION = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_p_values_are_those_of_the_normal_table() -> None:
    # Abramowitz and Stegun (1964), table 26.1 and 26.2: twice the upper tail
    score = np.array([0.0, 1.0, 2.0, 3.0, 5.0, 10.0])
    tail = [1.0, 0.3173105078629, 0.0455002638964, 0.0026997960633, 5.7330314375e-7, 1.5239706048e-23]
    np.testing.assert_allclose(p_value(score, 1.0), tail, rtol=1e-10)
    np.testing.assert_allclose(p_value(-3e6 * score, 3e6), tail, rtol=1e-10)
    np.testing.assert_allclose(p_value(1.959963984540054, 1.0), 0.05, rtol=1e-13)


@pytest.mark.filterwarnings("error")
def test_there_is_no_p_value_without_a_standard_error() -> None:
    errors = np.array([1.0, 1e-200, 0.0, -1.0, np.nan, np.inf])
    found = p_value(np.array([[2.0], [1e200], [np.nan], [np.inf]]), errors)
    assert found.shape == (4, 6)
    assert np.isfinite(found[:2, :2]).all()
    assert np.isnan(found[2:]).all()
    assert np.isnan(found[:, 2:]).all()
    assert found[1, 1] == 0


def test_bootstrap_p_values_are_estimates_over_the_spread_of_their_replicates() -> None:
    rng = np.random.default_rng(0)
    replicates = rng.normal(0.3, 0.2, size=(3, 4, 500))
    replicates[0, 0, ::3] = np.nan
    replicates[1, 2, 5] = np.inf
    value = rng.normal(0.3, 0.2, size=(3, 4))
    found = bootstrap_p_value(value, replicates)
    for at in np.ndindex(3, 4):
        expected = p_value(value[at], Estimate(value[at], replicates[at]).standard_error)
        np.testing.assert_allclose(found[at], expected, rtol=1e-11)


def test_bootstrap_p_values_are_uniform_where_there_is_no_effect() -> None:
    rng = np.random.default_rng(1)
    rows = rng.exponential(size=(300, 120)) - 1
    weights = bootstrap_weights(120, 400, rng)
    found = bootstrap_p_value(rows.mean(axis=1), rows @ weights.T / 120)
    assert kstest(found, "uniform").pvalue > 0.01
    shifted = bootstrap_p_value(rows.mean(axis=1) + 0.3, rows @ weights.T / 120 + 0.3)
    assert (shifted < 0.05).mean() > 0.8  # three standard errors


@pytest.mark.filterwarnings("error")
def test_replicates_that_do_not_vary_give_no_p_value() -> None:
    replicates = np.full((5, 6), 0.1)
    replicates[0, :2] += 0.01
    replicates[1] += 1e-17 * np.arange(6)  # rounding
    replicates[2] = np.nan
    replicates[3, 1:] = np.nan
    replicates[4] = 0.0
    found = bootstrap_p_value(np.full(5, 0.1), replicates)
    assert np.isfinite(found).tolist() == [True, False, False, False, False]
    assert np.isnan(bootstrap_p_value(1.0, []))
    for value, drawn in [([1.0, 2.0], np.ones((3, 4))), (1.0, 2.0), (1.0, np.ones((2, 4)))]:
        with pytest.raises(ValueError, match="need replicates of shape"):
            bootstrap_p_value(value, drawn)


def test_benjamini_and_hochbergs_own_example() -> None:
    """The paper calls the first four discoveries at 0.05; their q-values are m p / rank."""
    q = q_values(INFARCTION)
    assert (q <= 0.05).sum() == 4
    np.testing.assert_allclose(q[:4], [0.0015, 0.0030, 0.0095, 0.035625], rtol=1e-12)


@pytest.mark.parametrize("method", ["bh", "by"])
@pytest.mark.parametrize("kind", ["uniform", "ties", "small", "one", "paper", "many"])
def test_q_values_equal_statsmodels(method: str, kind: str) -> None:
    rng = np.random.default_rng(2)
    p = {
        "uniform": rng.uniform(size=50),
        "ties": rng.integers(0, 6, size=60) / 50,
        "small": 10.0 ** -rng.uniform(0, 300, size=40),
        "one": np.array([0.03]),
        "paper": np.array(INFARCTION),
        "many": rng.uniform(size=5000) ** 3,
    }[kind]
    expected = multipletests(p, method=f"fdr_{method}")[1]
    np.testing.assert_allclose(q_values(p, method), expected, rtol=1e-12)  # type: ignore[arg-type]  # the fields asked for


def test_q_values_are_the_smallest_rate_at_which_the_step_up_procedure_rejects() -> None:
    rng = np.random.default_rng(3)
    p = np.round(rng.uniform(size=30) ** 3, 2)
    q = q_values(p)
    for rate in np.linspace(0.013, 0.999, 40):
        under = np.flatnonzero(np.sort(p) <= rate * np.arange(1, 31) / 30)
        rejected = p <= np.sort(p)[under[-1]] if under.size else np.zeros(30, dtype=bool)
        assert ((q <= rate) == rejected).all()
    assert (q >= p).all()
    assert (q <= 1).all()
    assert (np.diff(q[np.argsort(p)]) >= 0).all()


@pytest.mark.filterwarnings("error")
def test_tests_that_could_not_be_made_do_not_count() -> None:
    rng = np.random.default_rng(4)
    p = rng.uniform(size=(4, 5))
    holes = p.copy()
    holes[[0, 1, 3], [2, 2, 4]] = np.nan
    kept = ~np.isnan(holes)
    for method in ("bh", "by"):
        q = q_values(holes, method)  # type: ignore[arg-type]  # the fields asked for
        assert (np.isnan(q) == ~kept).all()
        np.testing.assert_array_equal(q[kept], q_values(holes[kept], method))  # type: ignore[arg-type]  # the fields asked for
        np.testing.assert_array_equal(q_values(p.T, method), q_values(p, method).T)  # type: ignore[arg-type]  # the fields asked for
    assert np.isnan(q_values([np.nan, np.nan])).all()
    assert q_values([]).shape == (0,)
    assert q_values([0.0, 1.0, 1.0]).tolist() == [0.0, 1.0, 1.0]


def false_discoveries(p: np.ndarray, null: np.ndarray, rate: float, method: str) -> np.ndarray:
    """Share of the discoveries that are false, in each row of p."""
    called = np.array([q_values(row, method) <= rate for row in p])  # type: ignore[arg-type]  # the fields asked for
    return np.asarray((called & null).sum(axis=1) / np.maximum(called.sum(axis=1), 1))


def test_the_false_discovery_rate_of_a_mixture_is_the_share_of_nulls_times_the_rate() -> None:
    """Benjamini and Yekutieli (2001): exactly that, for independent tests."""
    rng = np.random.default_rng(5)
    null = np.arange(100) < 80
    score = rng.normal(size=(1500, 100)) + np.where(null, 0, 3.0)
    p = p_value(score, 1.0)
    share = false_discoveries(p, null, 0.1, "bh")
    assert abs(share.mean() - 0.08) < 4 * share.std() / np.sqrt(1500)
    raw = p <= 0.1
    assert ((raw & null).sum(axis=1) / raw.sum(axis=1)).mean() > 0.2  # what it protects from
    assert false_discoveries(p, null, 0.1, "by").mean() < 0.5 * share.mean()


def test_by_holds_the_rate_under_the_worst_dependence_where_bh_does_not() -> None:
    """Guo and Rao (2008): no effects, uniform p-values so dependent that bh is off by 1 + 1/2 + ... + 1/m."""
    rng = np.random.default_rng(6)
    m, rate, families = 20, 0.1, 3000
    harmonic = (1 / np.arange(1, m + 1)).sum()
    chance = np.append(rate / np.arange(1, m + 1), 1 - rate * harmonic)
    group = rng.choice(np.append(np.arange(1, m + 1), 0), size=families, p=chance)
    p = rng.uniform(rate, 1, size=(families, m))
    for family, size in enumerate(group):
        p[family, rng.permutation(m)[:size]] = rng.uniform((size - 1) * rate / m, size * rate / m)
    null = np.ones(m, dtype=bool)
    error = np.sqrt(rate / families)
    bh, by = (false_discoveries(p, null, rate, method).mean() for method in ("bh", "by"))
    assert abs(bh - rate * harmonic) < 4 * np.sqrt(rate * harmonic / families)
    assert by < rate + 3 * error


@pytest.mark.parametrize("wrong", [-0.01, 1.01, np.inf])
def test_p_values_lie_between_0_and_1(wrong: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        q_values([0.5, wrong, np.nan])


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="'bh' or 'by', not 'holm'"):
        q_values([0.5], "holm")  # type: ignore[arg-type]  # the fields asked for


def test_holm_as_statsmodels_has_it() -> None:
    p = np.array([0.001, 0.04, np.nan, 0.03, 0.03, 0.8, 0.0004])
    expected = multipletests(p[np.isfinite(p)], method="holm")[1]
    found = holm(p)
    np.testing.assert_allclose(found[np.isfinite(p)], expected, atol=1e-12)
    assert np.isnan(found[2])
    assert holm(np.array([])).shape == (0,)
