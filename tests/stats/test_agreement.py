"""Agreement beyond chance, against outside references and what its names promise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import multivariate_normal
from statsmodels.stats.inter_rater import cohens_kappa

from lineofsight.stats.agreement import Fourfold


def table(both: int, sign: int, thing: int, neither: int) -> Fourfold:
    return Fourfold(both, sign, thing, neither)


@pytest.mark.parametrize("counts", [(40, 9, 6, 45), (3, 0, 90, 900), (1, 50, 60, 2), (98, 2, 0, 1900)])
def test_kappa_is_cohens(counts: tuple[int, int, int, int]) -> None:
    both, sign, thing, neither = counts
    expected = cohens_kappa(np.array([[both, sign], [thing, neither]])).kappa
    assert table(*counts).kappa == pytest.approx(expected, abs=1e-12)


def test_cohens_own_example_of_chance() -> None:
    """Fleiss, Levin and Paik (2003), section 18.1: 0.95 agreement is no more than chance where all is one kind."""
    assert table(0, 0, 0, 100).agreement == 1 and np.isnan(table(0, 0, 0, 100).kappa)
    assert table(25, 25, 25, 25).kappa == 0


@pytest.mark.parametrize("counts", [(40, 9, 6, 45), (30, 0, 60, 900), (98, 2, 0, 1900)])
def test_the_one_sided_forms_multiply_to_the_squared_correlation(counts: tuple[int, int, int, int]) -> None:
    both, sign, thing, neither = counts
    x = np.repeat([1, 1, 0, 0], counts)
    y = np.repeat([1, 0, 1, 0], counts)
    found = table(*counts)
    assert found.phi2 == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2, rel=1e-12)
    rate = y.mean()
    assert found.kappa_sure == pytest.approx((y[x == 1].mean() - rate) / (1 - rate))
    assert found.kappa_all == pytest.approx((x[y == 1].mean() - x.mean()) / (1 - x.mean()))
    assert (found.with_sign, found.without_sign) == pytest.approx((y[x == 1].mean(), y[x == 0].mean()))
    assert both + sign + thing + neither == found.n


def test_a_sign_that_speaks_against_is_turned() -> None:
    against = table(2, 90, 95, 3)
    assert against.kappa < 0 and against.oriented.kappa > 0.9
    assert against.oriented.phi2 == pytest.approx(
        np.corrcoef(np.repeat([1, 1, 0, 0], (2, 90, 95, 3)), np.repeat([1, 0, 1, 0], (2, 90, 95, 3)))[0, 1]
        ** 2
    )


def test_almost_perfect_is_what_a_correlation_of_095_gives_at_halves() -> None:
    """Why the thresholds of a yes-or-no outcome and of a continuous one are the same demand."""

    def kappa(r: float) -> float:
        return 4 * float(multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([0, 0])) - 1

    assert brentq(lambda r: kappa(r) - 0.8, 0.5, 0.999) == pytest.approx(0.951, abs=0.001)
