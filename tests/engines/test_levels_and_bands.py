"""Columns of stored episodes as numbers, codes of levels and bands."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lineofsight.aggregation.bands import BandAggregator
from lineofsight.engines.batches import doubles, level_codes


def test_a_row_on_a_cut_is_in_the_upper_band() -> None:
    bands = BandAggregator({"wait": (1.0,)}, ["mood"])
    bands.add({"wait": np.array([1.0, 0.5, np.nan])}, {"mood": np.array([4.0, 2.0, 9.0])})
    assert [(band.low, band.high, band.n, band.mean) for band in bands.result()] == [
        (None, 1.0, 1, 2.0),
        (1.0, None, 1, 4.0),
    ]


def test_codes_of_levels_and_doubles() -> None:
    column = pa.array(["b", None, "c", "a"])
    assert level_codes(column, ("a", "b")).tolist() == [1, -1, 2, 0]
    assert level_codes(pa.array([None, None], pa.string()), ("a",)).tolist() == [-1, -1]
    np.testing.assert_array_equal(doubles(pa.array([1, None, 3], pa.int8())), [1.0, np.nan, 3.0])
    np.testing.assert_array_equal(doubles(pa.array([0.5, 2.0])), [0.5, 2.0])
