"""Whatever the events and anchors: the same numbers as a loop over all of them gives."""

from __future__ import annotations

import datetime as dt
import math
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .world import align

START = dt.datetime(2024, 1, 1)
OVER, LANDMARK, WITHIN = dt.timedelta(hours=5), dt.timedelta(hours=2), dt.timedelta(hours=4)
AGGREGATES = ("mean", "median", "p90", "sum", "count", "share", "last")
TEXT = "\n".join(
    [
        "episodes: {each: visits, key: id, customer: who, at: day}",
        "operations:",
        *(
            f"  {agg}: {{table: calls, at: day, agg: {agg}, value: x, over: 5 hours, where: keep, better: lower}}"
            for agg in AGGREGATES
        ),
        "perceptions: {mood: {table: replies, at: day, value: x, take: last, within: 2 hours, measure: score}}",
        "behaviours:",
        "  stayed: {kind: stay, table: calls, at: day, within: 4 hours}",
        "  bought: {kind: buy_more, table: calls, at: day, value: x, where: keep, within: 4 hours}",
    ]
)
COVERS = "calls: {path: calls.parquet, covers: [2023-12-01, 2024-02-01]}"

people = st.sampled_from(["ann", "bob", "cat"])
hours = st.integers(0, 12)
numbers = st.one_of(st.none(), st.sampled_from([0.0, 0.1, -2.5, 1e6, 1 / 3, 7.0]))
events = st.lists(
    st.tuples(people, hours, numbers, st.sampled_from([True, False, None])), min_size=1, max_size=12
)
moments = st.lists(st.tuples(people, hours), min_size=1, max_size=6)


def table(rows: list[tuple[Any, ...]]) -> pa.Table:
    return pa.table(
        {
            "id": pa.array(range(len(rows)), pa.int64()),
            "who": pa.array([row[0] for row in rows], pa.string()),
            "day": pa.array([START + dt.timedelta(hours=row[1]) for row in rows], pa.timestamp("us")),
            "x": pa.array([row[2] if len(row) > 2 else None for row in rows], pa.float64()),
            "keep": pa.array([row[3] if len(row) > 2 else None for row in rows], pa.bool_()),
        }
    )


def aggregated(agg: str, rows: list[tuple[dt.datetime, float]]) -> float | None:
    values = [value for _, value in rows]
    match agg:
        case "sum":
            return math.fsum(values)
        case "count":
            return float(len(values))
    if not values:
        return None
    match agg:
        case "mean":
            return math.fsum(values) / len(values)
        case "share":
            return sum(value != 0 for value in values) / len(values)
        case "last":
            return max(rows)[1]
    return float(np.quantile(values, {"median": 0.5, "p90": 0.9}[agg]))


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(calls=events, visits=moments, replies=events)
def test_any_events_and_moments(calls: list[Any], visits: list[Any], replies: list[Any]) -> None:
    check(calls, visits, replies)


def test_many_events_and_moments() -> None:
    rng = np.random.default_rng(11)

    def drawn(n: int) -> list[tuple[Any, ...]]:
        known = [None, 0.0, 0.1, -2.5, 1e6, 1 / 3, 7.0]
        return [
            (
                ["ann", "bob", "cat", "dan"][rng.integers(4)],
                int(rng.integers(13)),
                known[rng.integers(len(known))],
                [True, True, False, None][rng.integers(4)],
            )
            for _ in range(n)
        ]

    check(drawn(80), [row[:2] for row in drawn(40)], drawn(25))


def check(calls: list[Any], visits: list[Any], replies: list[Any]) -> None:
    """Aligns them, and compares every number of every episode with a loop's."""
    with tempfile.TemporaryDirectory() as folder:
        tables = {"calls": table(calls), "visits": table(visits), "replies": table(replies)}
        found = align(Path(folder), TEXT, COVERS, **tables)
    for row in found.rows:
        at = row["_at"]
        mine = [
            (START + dt.timedelta(hours=h), x, keep) for who, h, x, keep in calls if who == row["_customer"]
        ]
        before = [(t, x) for t, x, keep in mine if keep and x is not None and at - OVER < t <= at]
        for agg in AGGREGATES:
            assert_same(row[agg], aggregated(agg, before), agg)
        follow = [(t, x, keep) for t, x, keep in mine if at + LANDMARK < t <= at + LANDMARK + WITHIN]
        assert row["stayed"] == float(bool(follow))
        assert_same(row["bought"], math.fsum(x for _, x, keep in follow if keep and x is not None), "bought")
        said = [
            (START + dt.timedelta(hours=h), -x)
            for who, h, x, _ in replies
            if who == row["_customer"] and x is not None and 0 <= h - (at - START).seconds / 3600 <= 2
        ]
        assert row["mood"] == (-max(said)[1] if said else None)


def assert_same(found: float | None, expected: float | None, name: str) -> None:
    assert (found is None) == (expected is None), name
    assert found is None or expected is None or math.isclose(found, expected, rel_tol=1e-14, abs_tol=1e-20), (
        name
    )
