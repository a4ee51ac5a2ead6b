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


def test_a_value_that_rounding_alone_keeps_from_a_cut_has_reached_it() -> None:
    for cut in (0.3, -0.3, 3e9):
        fold = BandAggregator({"x": (cut,)}, ("y",))
        near = np.array([cut, cut - 1e-14 * abs(cut), cut - 1e-6 * abs(cut)])
        fold.add({"x": near}, {"y": np.array([1.0, 2.0, 4.0])})
        assert [(band.low, band.n, band.mean) for band in fold.result()] == [(None, 1, 4.0), (cut, 2, 1.5)]


def test_merged_bands_are_those_of_all_rows() -> None:
    rng = np.random.default_rng(1)
    x, w, y, z = rng.normal(size=(4, 300))
    y[::5], z[::3] = NAN, NAN
    cuts = {"x": (-0.5, 0.5), "w": (0.0,)}

    def folded(part: np.ndarray) -> BandAggregator:
        fold = BandAggregator(cuts, ("y", "z"))
        fold.add({"x": x[part], "w": w[part]}, {"y": y[part], "z": z[part]})
        return fold

    whole, first = folded(np.arange(300)), folded(np.arange(100))
    first.merge(folded(np.arange(100, 300)).sums())
    assert len(first.sums()) == 2 * 2 * (3 + 2)
    assert [(b.driver, b.outcome, b.low, b.high, b.n) for b in first.result()] == [
        (b.driver, b.outcome, b.low, b.high, b.n) for b in whole.result()
    ]
    for one, other in zip(first.result(), whole.result(), strict=True):
        assert one.mean == other.mean or abs(one.mean / other.mean - 1) < 1e-12
    assert first.outcomes == ("y", "z") and {name: tuple(ends) for name, ends in first.cuts.items()} == cuts
    assert len(BandAggregator({}, ("y",)).sums()) == 0
