"""The shape of a line in a word, by rules of thumb that are written down in docs/explanation/numbers.md."""

from __future__ import annotations

from typing import Literal

from lineofsight.analyses.shape.bends import Threshold
from lineofsight.analyses.shape.line import Gains, Line

Verdict = Literal["straight", "threshold", "diminishing", "increasing", "curved", "untold"]

FLAT = 1 / 3
"""A bend is a threshold unless its flatter side is clearly steeper than this share of the other."""


def verdict(line: Line, gains: Gains, threshold: Threshold | None, *, curved: bool, level: float) -> Verdict:
    """The shape of a line.

    Args:
        line: The line.
        gains: What one unit better goes with on both sides of its middle knot.
        threshold: The one bend that stands out, if one does.
        curved: Whether the joint test says that it bends.
        level: Confidence of the intervals.

    Returns:
        'straight': no bend is clear, and the line clearly goes the same way on both sides of the middle.
        'threshold': one bend says it all, and one side of it is level or nearly so. 'diminishing': the better the
        driver already is, the less is gained by a unit more. 'increasing': the more. 'curved': it bends, in no such
        way. 'untold': neither a bend nor that there is none can be told.
    """
    if not curved:
        below, above = line.bent_once()
        same = below.value * above.value > 0
        return "straight" if same and below.excludes_zero(level) and above.excludes_zero(level) else "untold"
    if threshold is not None and _flat(threshold, level):
        return "threshold"
    low, high = (gains.better - gains.worse).interval(level)
    worse, better = gains.worse.interval(level), gains.better.interval(level)
    if high < 0 < worse[0] and better[1] > 0:
        return "diminishing"
    if low > 0 and better[0] > 0 and worse[1] > 0:
        return "increasing"
    return "curved"


def _flat(threshold: Threshold, level: float) -> bool:
    flatter, steeper = sorted((threshold.below, threshold.above), key=lambda slope: abs(slope.value))
    if not steeper.excludes_zero(level):
        return False
    low, high = flatter.interval(level)
    level_enough = FLAT * abs(steeper.value)
    return low <= level_enough and high >= -level_enough
