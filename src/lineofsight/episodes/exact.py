"""Sums that do not depend on the order of the rows.

Adding doubles in parallel gives other last digits in every run. Here a value is first scaled by a power of two to
an integer: one with the largest magnitude in its column keeps all 53 bits, a smaller one is rounded to the same
absolute step. Integers add up the same in any order.
"""

from __future__ import annotations

import math

import ibis
import ibis.expr.types as ir

_MANTISSA_BITS = 53


def scale_of(max_abs: float | None) -> float:
    """The power of two that makes integers of a column whose largest magnitude is `max_abs`."""
    if not max_abs:
        return 1.0
    return 2.0 ** (_MANTISSA_BITS - math.frexp(max_abs)[1])


def exact_sum(value: ir.NumericValue, scale: float, where: ir.BooleanValue | None = None) -> ir.FloatingValue:
    """Sum of a double column, the same for every order of the rows."""
    steps = (value * ibis.literal(scale, "float64")).round().cast("int64")
    return steps.sum(where=where).cast("float64") / ibis.literal(scale, "float64")
