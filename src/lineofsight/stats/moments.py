"""Counts, sums and cross-products per bucket: all an estimator needs to know about the rows.

Moments of two sets of rows add up to the moments of both, so they can be made batch by batch, on any engine
and in any order (Chan, Golub and LeVeque 1983). Sums are taken about a provisional centre, the shift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lineofsight.errors import did_you_mean
from lineofsight.stats.results import Array

_ROUNDING = 1e-13  # a variance below this share of the second moment about the shift is only rounding


def means_about(shift: Array, offset: Array) -> Array:
    """Means from a shift and the means less the shift.

    One that rounding alone could have made of the shift is exactly zero, so that nothing is divided by it.
    """
    means = np.asarray(shift + offset)
    return np.where(np.abs(means) <= _ROUNDING * np.abs(shift), 0.0, means)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """First and second moments of `p` columns in each of `B` buckets.

    Attributes:
        columns: Names of the columns, length `p`.
        shift: `(p,)` provisional centre, subtracted before summing. The nearer it is to the mean, the fewer digits
            cancel; the mean of a first batch is near enough.
        count: `(B,)` rows per bucket, or their total weight after resampling.
        sums: `(B, p)` sums of `x - shift`.
        products: `(B, p, p)` sums of the outer products of `x - shift`. After resampling the resamples lie side by side in
            memory: what is done for all of them at once runs along these.
    """

    columns: tuple[str, ...]
    shift: Array
    count: Array
    sums: Array
    products: Array

    def __post_init__(self) -> None:
        p, buckets = len(self.columns), len(self.count)
        shapes = (self.shift.shape, self.count.shape, self.sums.shape, self.products.shape)
        expected = ((p,), (buckets,), (buckets, p), (buckets, p, p))
        if shapes != expected:
            raise ValueError(f"shift, count, sums and products have shapes {shapes}, not {expected}")

    def __add__(self, other: Moments) -> Moments:
        """Moments of both sets of rows, about the left shift (the right one if the left has no rows).

        Raises:
            ValueError: If the columns or the number of buckets differ.
        """
        if self.columns != other.columns or len(self.count) != len(other.count):
            mine, theirs = (f"{list(m.columns)} in {len(m.count)} buckets" for m in (self, other))
            raise ValueError(f"only moments of the same columns and buckets add up, not {mine} and {theirs}")
        shift = self.shift if self.count.any() else other.shift
        left, right = self.recentre(shift), other.recentre(shift)
        return Moments(
            self.columns,
            shift,
            left.count + right.count,
            left.sums + right.sums,
            left.products + right.products,
        )

    def recentre(self, shift: Array) -> Moments:
        """The same moments, taken about another shift of shape `(p,)`."""
        step = self.shift - shift
        if not step.any():
            return self
        cross = self.sums[:, :, None] * step
        products = self.products + (cross + cross.transpose(0, 2, 1))
        products += self.count[:, None, None] * np.outer(step, step)
        return Moments(self.columns, shift, self.count, self.sums + self.count[:, None] * step, products)

    def total(self) -> Moments:
        """All buckets as one."""
        count, sums, products = (part.sum(axis=0)[None] for part in (self.count, self.sums, self.products))
        return Moments(self.columns, self.shift, count, sums, products)

    def resample(self, weights: Array) -> Moments:
        """Moments of `R` resamples, one in the place of each bucket.

        Args:
            weights: `(R, B)` how often each bucket is drawn in each resample.
        """
        p = len(self.columns)
        row, column = np.triu_indices(p)
        upper = self.products[:, row, column].T @ weights.T
        products = np.empty((p, p, len(weights)))
        products[row, column] = products[column, row] = upper
        return Moments(
            self.columns, self.shift, weights @ self.count, weights @ self.sums, products.transpose(2, 0, 1)
        )

    def index(self, column: str) -> int:
        """Where a column stands.

        Raises:
            ValueError: If there is no such column; the message names the near ones.
        """
        if column not in self.columns:
            raise ValueError(f"there is no column '{column}': {did_you_mean(column, self.columns)}")
        return self.columns.index(column)

    def select(self, columns: Sequence[str]) -> Moments:
        """Moments of some of the columns, in the order asked for; raises as `index` does."""
        at = np.array([self.index(column) for column in columns], dtype=np.intp)
        products = self.products.transpose(1, 2, 0)[at[:, None], at].transpose(2, 0, 1)
        return Moments(tuple(columns), self.shift[at], self.count, self.sums[:, at], products)

    def mean(self) -> Array:
        """`(B, p)` means, in each column's own unit; NaN in a bucket without rows."""
        return means_about(self.shift, self._offset())

    def mean_of(self, column: str) -> Array:
        """`(B,)` means of one column; raises as `index` does."""
        return self.select([column]).mean()[:, 0]

    def covariance(self) -> Array:
        """`(B, p, p)` covariances with divisor `n`; NaN in a bucket without rows.

        A variance that rounding alone could have made is exactly zero, and so are its covariances: a column
        that happens to be constant in a bucket or a resample is seen to be constant.
        """
        offset = self._offset()
        count = np.where(self.count > 0, self.count, np.nan)
        covariance = self.products / count[:, None, None]
        square = np.einsum("bii->bi", covariance).copy()
        along = np.ascontiguousarray(offset.T)
        covariance.transpose(1, 2, 0)[...] -= along[:, None] * along
        unit = np.finfo(np.float64).eps * np.abs(self.shift + offset)
        constant = np.einsum("bii->bi", covariance) <= np.maximum(_ROUNDING * square, 16 * unit**2)
        if constant.any():
            covariance[constant[:, :, None] | constant[:, None, :]] = 0.0
        return covariance

    def _offset(self) -> Array:
        """`(B, p)` means less the shift."""
        count = np.where(self.count > 0, self.count, np.nan)
        return np.asarray(self.sums / count[:, None])
