"""What an operation's `change` and `to` say: `20 %`, `5 points`, `2 hours`, `-2`; `24`, `24 hours`."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Annotated

from pydantic import BeforeValidator

from lineofsight.changes import DeclaredChange
from lineofsight.error_codes import ProjectCode
from lineofsight.project.problems import FieldError, describe

_WRITTEN = re.compile(r"\s*([+\-−]?[0-9]*\.?[0-9]+)\s*(%|[^\W\d].*?)?\s*")
_POINTS = ("point", "points", "percentage point", "percentage points", "pp")
_SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0}


def parse_change(value: object) -> object:
    """How much better, from `20 %`, `5 points`, `2 hours` or `-2`; a sign stays until the direction is known.

    Raises:
        FieldError: It is none of these, 0, or over 100 %.
    """
    if isinstance(value, DeclaredChange):
        return value
    size, unit = _written(value, "'20 %', '5 points', '2 hours' or -2")
    if size == 0:
        raise FieldError(ProjectCode.OUT_OF_RANGE, f"found {describe(value)}: a change is not 0")
    if unit != "%":
        return DeclaredChange("points" if unit.lower() in _POINTS else "amount", size, unit)
    if abs(size) > 100:
        raise FieldError(ProjectCode.OUT_OF_RANGE, f"found {describe(value)}: a change is at most 100 %")
    return DeclaredChange("share", size / 100, unit)


def parse_target(value: object) -> object:
    """Where everyone goes who is worse, from `24`, `24 hours` or, of a share, `95 %`.

    Raises:
        FieldError: It is none of these.
    """
    if isinstance(value, DeclaredChange):
        return value
    return DeclaredChange("target", *_written(value, "24, '24 hours' or, of a share, '95 %'"))


def checked_change(
    change: DeclaredChange | None,
    target: DeclaredChange | None,
    unit: str,
    better: str,
    limit: float | None,
    rating: tuple[float, float] | None,
) -> DeclaredChange | None:
    """The change of an operation in its unit and the good direction; None where none is declared.

    Raises:
        FieldError: Both are declared, the unit is another, it goes the bad way, or beyond what is possible.
    """
    if change is not None and target is not None:
        raise FieldError(
            ProjectCode.KEYS_CONFLICT,
            "found 'change' and 'to': write by how much it changes, or to what everyone goes, not both",
        )
    if target is not None:
        return _possible(_in_unit("to", target, unit), unit, better, limit, rating)
    if change is None:
        return None
    if change.size < 0 and better == "higher":
        raise FieldError(
            ProjectCode.KEYS_CONFLICT,
            f"'change' makes it better, and with 'better: higher' that is more of it: found {change.size:g}, write"
            f" {-change.size:g}",
        )
    return _in_unit("change", replace(change, size=abs(change.size)), unit)


def _written(value: object, allowed: str) -> tuple[float, str]:
    found = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
    if found is not None:
        return float(found.group(1).replace("−", "-")), found.group(2) or ""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise FieldError(ProjectCode.WRONG_KIND, f"found {describe(value)}: write {allowed}")
    return float(value), ""


def _in_unit(key: str, change: DeclaredChange, unit: str) -> DeclaredChange:
    """The same in the operation's unit."""
    if change.kind in ("share", "points") or not change.unit or _same(change.unit, unit):
        return change
    if change.unit == "%" and unit == "share":
        return replace(change, size=change.size / 100)
    ours, theirs = (_SECONDS.get(each.lower().rstrip("s")) for each in (unit, change.unit))
    if ours is None or theirs is None:
        measured = f"measured in '{unit}'" if unit else "without a 'unit'"
        raise FieldError(
            ProjectCode.KEYS_CONFLICT,
            f"found '{key}: {change.size:g} {change.unit}', and the operation is {measured}: write '{key}:"
            f" {change.size:g}', in its own unit",
        )
    return replace(change, size=change.size * theirs / ours)


def _same(one: str, other: str) -> bool:
    return one.lower().rstrip("s") == other.lower().rstrip("s")


def _possible(
    target: DeclaredChange,
    unit: str,
    better: str,
    limit: float | None,
    rating: tuple[float, float] | None,
) -> DeclaredChange:
    """The target, if it is one there can be."""
    low, high = rating or ((0.0, 1.0) if unit == "share" else (-math.inf, math.inf))
    if limit is not None:
        low, high = (low, min(high, limit)) if better == "higher" else (max(low, limit), high)
    if not low <= target.size <= high:
        between = f"at most {high:g}" if low == -math.inf else f"at least {low:g}"
        if math.isfinite(low) and math.isfinite(high):
            between = f"from {low:g} to {high:g}"
        raise FieldError(
            ProjectCode.OUT_OF_RANGE, f"found 'to: {target.size:g}': what is possible here is {between}"
        )
    return target


TypedChange = Annotated[DeclaredChange, BeforeValidator(parse_change)]
TypedTarget = Annotated[DeclaredChange, BeforeValidator(parse_target)]
