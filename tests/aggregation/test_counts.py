"""Bands of counts, by hand."""

from __future__ import annotations

from lineofsight.aggregation.counts import ENOUGH, MOST_VALUES, CountBands, count_bands

CALLS = [
    (0.0, 697),
    (1.0, 1181),
    (2.0, 759),
    (3.0, 429),
    (4.0, 166),
    (5.0, 66),
    (6.0, 22),
    (7.0, 9),
    (8.0, 2),
    (9.0, 2),
]


def test_each_value_is_a_band_and_the_tail_is_pooled() -> None:
    bands = count_bands(CALLS)
    assert bands is not None
    assert bands.starts == (0, 1, 2, 3, 4, 5, 6) and bands.steps == (1, 2, 3, 4, 5, 6)
    assert bands.sizes == (697, 1181, 759, 429, 166, 66, 35) and bands.highest == 9
    assert bands.means == (0, 1, 2, 3, 4, 5, (22 * 6 + 9 * 7 + 2 * 8 + 2 * 9) / 35)


def test_a_thin_value_is_pooled_with_those_above_it_and_a_band_of_just_enough_stands_alone() -> None:
    bands = count_bands([(0.0, 100), (1.0, 3), (2.0, 40), (3.0, ENOUGH), (7.0, ENOUGH - 1), (8.0, 1)])
    assert bands == CountBands((0, 1, 3, 7), (0, 83 / 43, 3, (7 * 29 + 8) / 30), (100, 43, 30, 30), 8)
    short = count_bands([(0.0, 100), (1.0, 40), (3.0, ENOUGH), (7.0, ENOUGH - 1)])
    assert short is not None and short.sizes == (100, 40, 59)


def test_what_is_measured_is_no_count_and_two_bands_have_no_shape() -> None:
    assert count_bands([(float(value), 50) for value in range(MOST_VALUES)]) is not None
    assert count_bands([(float(value), 50) for value in range(MOST_VALUES + 1)]) is None
    assert count_bands([(float(value), 4) for value in range(60)]) is None  # many values, each thin
    assert count_bands([(0.0, 500), (1.0, 500)]) is None
    assert count_bands([(0.0, 500), (1.0, 20), (2.0, 20)]) is None
    assert count_bands([(0.0, 500), (1.0, 20), (2.0, 20), (3.0, 1)]) is None
    assert count_bands([]) is None


def test_bands_can_be_pooled_further() -> None:
    bands = count_bands(CALLS)
    assert bands is not None
    pooled = bands.pooled([1, 4])
    assert pooled.starts == (0, 1, 4) and pooled.sizes == (697, 2369, 267) and pooled.highest == 9
    assert pooled.means[1] == (1181 + 2 * 759 + 3 * 429) / 2369
    assert bands.pooled(bands.steps) == bands
