"""Both engines find the same that would fool a reader."""

from __future__ import annotations

import pytest
from tests.sparks import spark_session

import lineofsight

from .shop import Los, Shop
from .test_fooled import closing, flagged
from .test_fooled_copies import doubled, same_event_twice
from .test_no_estimate import run_of


@pytest.mark.xdist_group("spark")
def test_both_engines_warn_alike(los: Los, shop: Shop) -> None:
    spark_session()
    flagged(shop)
    doubled(shop)
    same_event_twice(shop)
    shop.change(
        "orders", "page_at", lambda n, row: "2025-06-01 00:00:00" if n % 5 == 0 else row["ordered_at"]
    )
    shop.change("orders", "closed_at", lambda n, row: closing(row, 9))
    shop.change("orders", "twice", lambda n, row: 2 * row["delivery_days"] + n % 10 / 50)
    shop.say(
        "  tickets_open:",
        "  twice: {value: twice, at: page_at, better: lower, missing: indicator}\n"
        "  closing: {value: \"date_diff('hour', ordered_at, closed_at)\", better: lower}\n"
        "  tickets_open:",
    )
    shop.say("2024-12-31]}\n  reviews", "2025-01-31]}\n  reviews")
    ours = run_of(shop, los).table("warnings").rows()
    shop.text += "engine: spark\n"
    shop.write_file()
    theirs = lineofsight.run(shop.folder).table("warnings").rows()
    assert {row["kind"] for row in ours} == {"near_leak", "duplicate", "time", "function"}
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.pop("share") == pytest.approx(other.pop("share"), rel=1e-9)
        assert mine == other
