"""Sums that do not depend on the order of the rows.

Adding doubles in parallel gives other last digits in every run. Here a value becomes a whole number of steps, a power
of two so small that the largest magnitude of its column keeps all its 53 bits; whole numbers add up the same in any
order. Where the smallest magnitude that was seen would keep fewer than 33 bits, what the steps leave of each value is
added up in finer ones, so that less than 2^-105 of the largest magnitude is lost.
"""

from __future__ import annotations

import math

import ibis
import ibis.expr.types as ir

_COARSE_BITS = 53
_FINE_BITS = 52
_SPREAD_BITS = 20
_LARGEST_EXPONENT = 1023


def scale_of(max_abs: float | None) -> float:
    """The power of two that makes whole numbers below 2^53 of a column whose largest magnitude is `max_abs`."""
    if not max_abs:
        return 1.0
    exponent = _COARSE_BITS - math.frexp(max_abs)[1]
    return math.ldexp(1.0, min(exponent, _LARGEST_EXPONENT - _FINE_BITS))


def needs_finer(min_abs: float | None, max_abs: float | None) -> bool:
    """Whether magnitudes differ so much, or may, that the steps of the largest would leave too little of the smallest."""
    if not max_abs:
        return False
    if not min_abs:
        return True
    capped = _COARSE_BITS - math.frexp(max_abs)[1] > _LARGEST_EXPONENT - _FINE_BITS
    return capped or min_abs < max_abs * 2.0**-_SPREAD_BITS


def exact_sum(
    value: ir.NumericValue, scale: float, where: ir.BooleanValue | None = None, *, finer: bool = True
) -> ir.FloatingValue:
    """Sum of a double column, the same for every order of the rows; `finer` adds what the steps leave."""
    step = ibis.literal(scale, "float64")
    coarse = (value * step).round()
    total = coarse.cast("int64").sum(where=where).cast("float64")
    if finer:
        parts = ibis.literal(math.ldexp(1.0, _FINE_BITS), "float64")
        fine = ((value * step - coarse) * parts).round()
        total = total + fine.cast("int64").sum(where=where).cast("float64") / parts
    return total / step
