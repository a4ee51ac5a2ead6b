"""By how much an operation gets better, as people write it: `20 %`, `5 points`, `2 hours`, `-2`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator

from lineofsight.error_codes import ProjectCode
from lineofsight.project.problems import FieldError, describe

_WRITTEN = re.compile(r"\s*([+\-−]?)\s*([0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*(.*?)\s*")
_POINTS = frozenset({"point", "points", "percentage point", "percentage points", "pp"})


@dataclass(frozen=True, slots=True)
class DeclaredChange:
    """A change of an operation.

    Attributes:
        amount: By how much; a share of itself as 0.2 for `20 %`.
        kind: `share` of itself; `points`, of a share or a rating; an `amount` in the operation's own unit.
        sign: '-' or '+' where it was written; empty where it was not.
        unit: The unit of an amount, as written; empty where there was none.
    """

    amount: float
    kind: Literal["share", "points", "amount"]
    sign: str = ""
    unit: str = ""


def parse_change(value: object) -> object:
    """A change from `20 %`, `5 points`, `2 hours` or `-2`.

    Raises:
        FieldError: It is none of these, or nothing.
    """
    if isinstance(value, DeclaredChange):
        return value
    written = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    found = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise FieldError(
            ProjectCode.WRONG_KIND,
            f"found {describe(value)}: write a change as '20 %', '5 points', '2 hours' or -2",
        )
    sign, amount, unit = found.group(1).replace("−", "-"), float(found.group(2)), found.group(3)
    if not (amount > 0 and math.isfinite(amount)):
        raise FieldError(
            ProjectCode.OUT_OF_RANGE, f"found {describe(value)}: a change of nothing changes nothing"
        )
    if unit == "%":
        return DeclaredChange(amount / 100, "share", sign)
    return DeclaredChange(amount, "points" if unit.lower() in _POINTS else "amount", sign, unit)


Change = Annotated[DeclaredChange, BeforeValidator(parse_change)]
