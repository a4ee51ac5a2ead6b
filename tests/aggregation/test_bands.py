"""Bands beside plain numpy."""

from __future__ import annotations

import numpy as np

from lineofsight.aggregation.bands import BandAggregator

NAN = float("nan")


def test_bands_are_plain_means_of_who_is_in_them() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=500), rng.normal(size=500)
    x[::7], y[::5] = NAN, NAN
    fold = BandAggregator({"x": (-0.5, 0.5)}, ("y",))
    for part in np.array_split(np.arange(500), 3):
        fold.add({"x": x[part]}, {"y": y[part]})
    bands = fold.result()
    assert [(band.low, band.high) for band in bands] == [(None, -0.5), (-0.5, 0.5), (0.5, None)]
    for band in bands:
        low, high = -np.inf if band.low is None else band.low, np.inf if band.high is None else band.high
        inside = (x >= low) & (x < high) & ~np.isnan(y)
        assert band.n == inside.sum()
        np.testing.assert_allclose(band.mean, y[inside].mean())


def test_ends_are_included_below_and_excluded_above() -> None:
    fold = BandAggregator({"x": (1.0, 2.0)}, ("y",))
    fold.add({"x": np.array([0.99, 1.0, 1.99, 2.0])}, {"y": np.array([1.0, 2.0, 4.0, 8.0])})
    assert [(band.low, band.n, band.mean) for band in fold.result()] == [
        (None, 1, 1.0),
        (1.0, 2, 3.0),
        (2.0, 1, 8.0),
    ]


def test_bands_without_an_episode_or_an_outcome_are_not_told() -> None:
    fold = BandAggregator({"x": (1.0, 2.0), "w": ()}, ("y", "z"))
    fold.add(
        {"x": np.array([0.0, 3.0]), "w": np.array([1.0, NAN])},
        {"y": np.array([1.0, NAN]), "z": np.array([NAN, NAN])},
    )
    assert [(band.driver, band.outcome, band.low, band.n) for band in fold.result()] == [
        ("x", "y", None, 1),
        ("w", "y", None, 1),
    ]


def test_no_outcomes() -> None:
    fold = BandAggregator({"x": (1.0,)}, ())
    fold.add({"x": np.array([1.0])}, {})
    assert fold.result() == []
