"""Sums that do not depend on the order of the rows.

Adding doubles in parallel gives other last digits in every run. Here a value is split, without loss, at two powers of
two into a coarse and a fine whole number; whole numbers add up the same in any order. What is lost of a value is less
than 2^-105 of the largest magnitude in its column.
"""

from __future__ import annotations

import math

import ibis
import ibis.expr.types as ir

_COARSE_BITS = 53
_FINE_BITS = 52
_LARGEST_EXPONENT = 1023


def scale_of(max_abs: float | None) -> float:
    """The power of two that makes whole numbers below 2^53 of a column whose largest magnitude is `max_abs`."""
    if not max_abs:
        return 1.0
    exponent = _COARSE_BITS - math.frexp(max_abs)[1]
    return math.ldexp(1.0, min(exponent, _LARGEST_EXPONENT - _FINE_BITS))


def exact_sum(value: ir.NumericValue, scale: float, where: ir.BooleanValue | None = None) -> ir.FloatingValue:
    """Sum of a double column, the same for every order of the rows."""
    step = ibis.literal(scale, "float64")
    finer = ibis.literal(math.ldexp(1.0, _FINE_BITS), "float64")
    coarse = (value * step).round()
    fine = ((value * step - coarse) * finer).round()
    sums = [part.cast("int64").sum(where=where).cast("float64") for part in (coarse, fine)]
    return (sums[0] + sums[1] / finer) / step
