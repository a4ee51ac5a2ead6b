"""A run as its report reads it: rows are looked up, and are those that a scan of the whole table would find."""

from __future__ import annotations

import pytest

from lineofsight.report.data import ReportData

from .marketplace import SEGMENTS


@pytest.mark.parametrize(
    ("table", "equal"),
    [
        ("effects", {"cause": "delivery_days", "outcome": "returned", "segment": None}),
        ("effects", {"segment": SEGMENTS[0], "path": "total"}),
        ("effects", {"path": "no such path"}),
        ("money", {"segment": None}),
        ("silent", {}),
    ],
)
def test_rows_are_those_of_a_scan_in_the_same_order(
    data: ReportData, table: str, equal: dict[str, str | None]
) -> None:
    scanned = [
        row for row in data.run.table(table) if all(row[name] == value for name, value in equal.items())
    ]
    assert data.rows(table, **equal) == scanned
    assert data.rows(table, **dict(reversed(equal.items()))) == scanned


def test_whoever_sorts_the_rows_spoils_them_for_nobody(data: ReportData) -> None:
    for equal in ({}, {"path": "total"}):
        before = data.rows("effects", **equal)
        data.rows("effects", **equal).clear()
        assert before and data.rows("effects", **equal) == before
