"""Estimates: replicate by replicate, and honest about those that are missing."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate, NotEstimable

ONE = Estimate(2.0, np.array([1.0, 2.0, 3.0, 4.0]))
TWO = Estimate(4.0, np.array([2.0, 4.0, 0.0, 8.0]))


def test_arithmetic_keeps_replicates_paired() -> None:
    assert (ONE + TWO).value == 6
    assert (ONE + TWO).replicates.tolist() == [3, 6, 3, 12]
    assert (ONE - ONE).standard_error == 0
    assert (ONE * TWO).replicates.tolist() == [2, 8, 0, 32]
    assert (ONE * 10.0).value == 20
    assert (TWO / 2.0).replicates.tolist() == [1, 2, 0, 4]


@pytest.mark.filterwarnings("error")
def test_division_by_nothing_is_not_a_number_and_silent() -> None:
    ratio = ONE / TWO
    assert ratio.value == 0.5
    assert ratio.replicates[2] == np.inf
    assert ratio.standard_error == 0
    assert (ONE / 0.0).value == np.inf


def test_replicates_that_failed_are_left_out() -> None:
    holed = Estimate(2.0, np.array([1.0, np.nan, 2.0, np.inf, 3.0]))
    assert holed.standard_error == 1
    assert holed.interval(0.5) == (1.5, 2.5)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("replicates", [[], [1.0], [np.nan, 1.0]])
def test_without_replicates_there_is_no_interval(replicates: list[float]) -> None:
    lonely = Estimate(1.0, np.array(replicates))
    assert np.isnan(lonely.standard_error)
    assert np.isnan(lonely.interval()).all()


def test_results_are_frozen() -> None:
    with pytest.raises(AttributeError):
        ONE.value = 3.0  # type: ignore[misc]
    with pytest.raises(AttributeError):
        NotEstimable(Reason.NO_EPISODE).reason = Reason.NO_EPISODES()  # type: ignore[misc]


@pytest.mark.parametrize("n", [2, 3, 10, 200, 999, 1000])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_an_interval_is_numpys_quantiles_to_the_bit(n: int, level: float) -> None:
    replicates = np.random.default_rng(n).normal(size=n)
    tail = (1 - level) / 2
    expected = np.quantile(replicates, [tail, 1 - tail])
    assert Estimate(0.0, replicates).interval(level) == tuple(expected.tolist())
