"""E-values against published examples, the bounding factor they invert, and populations with a planted confounder."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.stats.evalues import e_value, e_value_interval, risk_ratio


def test_published_examples() -> None:
    """VanderWeele and Ding (2017): infant diet and death by respiratory infection, RR 3.9 (1.8 to 8.7).

    Smoking and lung cancer, RR 10.73 (8.02 to 14.36), is in the vignette of the R package EValue.
    """
    # episensr prints 7.263034 and 3.0; EValue 20.94777 and 15.52336
    np.testing.assert_allclose(e_value([3.9, 10.73]), [7.263034, 20.94777], rtol=0, atol=5e-6)
    np.testing.assert_allclose(
        e_value_interval([1.8, 8.02], [8.7, 14.36]), [3.0, 15.52336], rtol=0, atol=5e-6
    )


def test_at_the_e_value_the_bounding_factor_is_the_risk_ratio() -> None:
    """Ding and VanderWeele (2016): confounding multiplies a ratio by at most `ab / (a + b - 1)`."""
    ratio = np.geomspace(1, 1e4, 50)
    e = e_value(ratio)
    np.testing.assert_allclose(e * e / (2 * e - 1), ratio, rtol=1e-12)
    np.testing.assert_allclose(e_value(1 / ratio), e, rtol=1e-12)
    assert (np.diff(e) > 0).all()


def test_no_planted_confounder_explains_more_than_its_strength() -> None:
    """A binary confounder and no effect at all: the ratio it feigns has an E-value no larger than it is strong."""
    rng = np.random.default_rng(0)
    with_it, without = rng.uniform(0.01, 0.99, size=(2, 5000))  # how many have it, treated and not
    risk, base = rng.uniform(0.01, 0.99, size=(2, 5000))
    treated = with_it * risk + (1 - with_it) * base
    untreated = without * risk + (1 - without) * base
    feigned = risk_ratio(treated - untreated, untreated)
    apart = np.maximum(with_it / without, (1 - with_it) / (1 - without))
    apart = np.maximum(apart, np.maximum(without / with_it, (1 - without) / (1 - with_it)))
    strength = np.maximum(apart, np.maximum(risk / base, base / risk))
    assert (e_value(feigned) <= strength * (1 + 1e-12)).all()
    assert (e_value(feigned) > 0.95 * strength).any()  # and some come near


def test_the_nearer_end_counts() -> None:
    low, high = np.array([0.5, 0.9, 1.0, 1.2, 0.8]), np.array([0.8, 1.1, 1.3, 1.3, 1.0])
    expected = [e_value(0.8), 1.0, 1.0, e_value(1.2), 1.0]
    np.testing.assert_allclose(e_value_interval(low, high), expected, rtol=1e-15)


def test_a_difference_as_a_ratio() -> None:
    np.testing.assert_allclose(risk_ratio([0.1, -0.1, 0.0], 0.2), [1.5, 0.5, 1.0], rtol=1e-15)
    assert risk_ratio(np.zeros((3, 1)), np.full(4, 0.5)).shape == (3, 4)


@pytest.mark.filterwarnings("error")
def test_a_probability_that_leaves_its_range_is_nan_and_leaves_the_others() -> None:
    found = risk_ratio([0.8, -0.2, 0.1, 0.1, 0.1, np.nan, -0.3], [0.2, 0.2, 0.0, 1.0, np.nan, 0.2, 0.6])
    assert np.isnan(found[:6]).all()
    np.testing.assert_allclose(found[6], 0.5)
    assert np.isnan(e_value([np.nan, 2.0])).tolist() == [True, False]


def test_an_interval_without_width_is_its_ratio() -> None:
    np.testing.assert_allclose(e_value_interval([1.3, 0.7, 1.0], [1.3, 0.7, 1.0]), e_value([1.3, 0.7, 1.0]))


@pytest.mark.filterwarnings("error")
def test_an_unknown_end_matters_only_when_it_may_be_the_nearer() -> None:
    found = e_value_interval([1.2, np.nan, 0.9, np.nan, np.nan], [np.nan, 0.8, np.nan, 1.1, np.nan])
    np.testing.assert_allclose(found[:2], [e_value(1.2), e_value(0.8)])
    assert np.isnan(found[2:]).all()


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match=r"above 0, not -0\.5"):
        e_value([1.2, -0.5])
    with pytest.raises(ValueError, match="above 0"):
        e_value_interval(0.0, 0.5)
    with pytest.raises(ValueError, match=r"as in 1\.3 to 1\.2"):
        e_value_interval([1.0, 1.3], [1.1, 1.2])
    with pytest.raises(ValueError, match=r"between 0 and 1, not from 35\.0"):  # per cent
        risk_ratio(2.0, 35.0)
