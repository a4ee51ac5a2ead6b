"""`change` and `to` of an operation: what is written, in its unit and the good direction; what is refused and how."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from lineofsight.changes import DeclaredChange
from lineofsight.project.models import Operation


@pytest.mark.parametrize(
    ("keys", "kind", "size"),
    [
        ({"change": "20 %"}, "share", 0.2),
        ({"change": "5 points"}, "points", 5),
        ({"change": "5 percentage points"}, "points", 5),
        ({"change": -2}, "amount", 2),
        ({"change": 2}, "amount", 2),
        ({"change": "2"}, "amount", 2),
        ({"change": "-1.5 hours"}, "amount", 1.5),
        ({"change": "−1.5 hours"}, "amount", 1.5),
        ({"change": "90 minutes"}, "amount", 1.5),
        ({"change": "1 day"}, "amount", 24),
        ({"to": 24}, "target", 24),
        ({"to": "1 day"}, "target", 24),
        ({"to": "24 Hours"}, "target", 24),
    ],
)
def test_a_change_is_read_in_the_unit_of_the_operation(
    keys: dict[str, object], kind: str, size: float
) -> None:
    asked = Operation(value="x", unit="hours", better="lower", **keys).asked  # type: ignore[arg-type]
    assert asked is not None
    assert (asked.kind, asked.size) == (kind, pytest.approx(size))


def test_a_share_may_be_brought_to_a_per_cent_and_nothing_is_declared_by_default() -> None:
    asked = Operation(value="x", unit="share", better="higher", to="95 %").asked  # type: ignore[arg-type]
    assert asked == DeclaredChange("target", 0.95, "%")
    assert Operation(value="x", better="higher").asked is None


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"change": "a lot"}, "write '20 %', '5 points', '2 hours' or -2"),
        ({"change": True}, "write '20 %'"),
        ({"change": 0}, "is not 0"),
        ({"change": "150 %"}, "at most 100 %"),
        ({"change": "2 parcels"}, "write 'change: 2', in its own unit"),
        ({"to": "2 parcels"}, "write 'to: 2', in its own unit"),
        ({"change": 2, "to": 3}, "not both"),
        ({"change": -2, "better": "higher"}, "write 2"),
        ({"to": 1.2, "unit": "share", "better": "higher"}, "from 0 to 1"),
        ({"to": 6, "rating": (1, 5), "better": "higher"}, "from 1 to 5"),
        ({"to": 1, "limit": 2}, "at least 2"),
        ({"to": float("nan")}, "write 24"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_is_allowed(keys: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Operation(**({"value": "x", "unit": "hours", "better": "lower"} | keys))  # type: ignore[arg-type]
    assert told in str(refused.value)
