"""Discounted years, beside numeric integration."""

from __future__ import annotations

import datetime as dt

import pytest
from scipy.integrate import quad

from lineofsight.analyses.money.unit_values import annuity


@pytest.mark.parametrize("rate", [0.0, 1e-9, 0.08, 0.5])
@pytest.mark.parametrize(("start", "end"), [(0, 365.25), (194, 365.25), (30, 3000)])
def test_the_integral(start: float, end: float, rate: float) -> None:
    expected, _ = quad(lambda t: (1 + rate) ** -t, start / 365.25, end / 365.25)
    found = annuity(dt.timedelta(days=start), dt.timedelta(days=end), rate)
    assert found == pytest.approx(expected, rel=1e-7)


def test_no_time_is_nothing() -> None:
    assert annuity(dt.timedelta(days=90), dt.timedelta(days=30), 0.1) == 0.0
    assert annuity(dt.timedelta(days=90), dt.timedelta(days=90), 0.0) == 0.0
