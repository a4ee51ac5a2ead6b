"""Two runs of the same project on different engines."""

from __future__ import annotations

import math
from typing import Any

import lineofsight as los
from lineofsight.words.reasons import in_words

_RELATIVE = 1e-9
#: Counted, so the same to the last one.
_COUNTED = (
    "drops", "tables", "answers", "bands", "perceptions", "silent", "populations", "effects", "comparisons"
)  # fmt: skip
#: Without a row where all answered.
_WEIGHTED = ("weighting", "weighted_effects")


def assert_same_effects(left: los.Run, right: los.Run, *, but: tuple[str, ...] = ()) -> None:
    """Effects agree to 1e-9 relative, counts exactly; not compared are the columns `but`."""
    _assert_same(left, right, (*_COUNTED, *_WEIGHTED), but)


def assert_same_shapes(left: los.Run, right: los.Run, beside: str = "kano") -> None:
    """Shapes and classes, or bands, agree to 1e-9 relative, words exactly."""
    _assert_same(left, right, ("shape", beside, "drivers", "findings"), ())


def assert_same_paths(left: los.Run, right: los.Run) -> None:
    """Paths, shares and interactions agree to 1e-9 relative, words exactly."""
    _assert_same(left, right, ("effects", "mediation", "interactions", "natural_effects", "findings"), ())


def _assert_same(left: los.Run, right: los.Run, tables: tuple[str, ...], but: tuple[str, ...]) -> None:
    for name in tables:
        ours, theirs = left.table(name).rows(), right.table(name).rows()
        assert len(ours) == len(theirs), name
        assert ours or name in ("drops", "silent", "comparisons", *_WEIGHTED), name
        for mine, other in zip(ours, theirs, strict=True):
            assert mine.keys() == other.keys()
            for column, value in mine.items():
                assert column in but or _same(value, other[column]), (name, column, mine, other)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=_RELATIVE, abs_tol=1e-11) or (
            math.isnan(left) and math.isnan(right)
        )
    return bool(in_words(left) == in_words(right))
