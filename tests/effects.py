"""Two runs of the same project on different engines."""

from __future__ import annotations

import math
from typing import Any

import lineofsight as los

_RELATIVE = 1e-9
#: Counted, so the same to the last one.
_COUNTED = ("drops", "tables", "answers", "bands", "perceptions", "silent", "populations", "effects")
#: Without a row where all answered.
_WEIGHTED = ("weighting", "weighted_effects")


def assert_same_effects(left: los.Run, right: los.Run, *, but: tuple[str, ...] = ()) -> None:
    """Effects agree to 1e-9 relative, counts exactly; not compared are the columns `but`."""
    for name in (*_COUNTED, *_WEIGHTED):
        ours, theirs = left.table(name).rows(), right.table(name).rows()
        assert len(ours) == len(theirs), name
        assert ours or name in ("drops", "silent", *_WEIGHTED), name
        for mine, other in zip(ours, theirs, strict=True):
            assert mine.keys() == other.keys()
            for column, value in mine.items():
                assert column in but or _same(value, other[column]), (name, column, mine, other)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=_RELATIVE, abs_tol=1e-11) or (
            math.isnan(left) and math.isnan(right)
        )
    return bool(left == right)
