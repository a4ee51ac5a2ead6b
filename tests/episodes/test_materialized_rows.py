"""Rows of windows are held while columns are made of them where they are few; the numbers do not show it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import ibis.expr.types as ir
import pytest
from tests.cli.shop import Shop

import lineofsight as los
from lineofsight.analyses.registry import tables
from lineofsight.engines.base import MaterializedRows
from lineofsight.engines.duckdb import DuckDBEngine
from lineofsight.engines.duckdb import engine as duckdb_engine

BY_NAME = tables()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Per group of windows, how many rows were expected and how many there were."""
    found: list[tuple[int, int]] = []
    real = DuckDBEngine.materialized

    @contextlib.contextmanager
    def materialized(self: DuckDBEngine, expression: ir.Table, expected: int) -> Iterator[MaterializedRows]:
        there = self.fetch(expression.aggregate(n=expression.count()))[0]["n"]
        found.append((expected, there))
        with real(self, expression, expected) as rows:
            yield rows

    monkeypatch.setattr(DuckDBEngine, "materialized", materialized)
    return found


def test_held_or_not_the_numbers_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = los.run(Shop(tmp_path / "held").write().folder)
    monkeypatch.setattr(duckdb_engine, "_MOST_MATERIALIZED", 0)
    not_held = los.run(Shop(tmp_path / "not").write().folder)
    for name in set(BY_NAME) - {"tables"}:  # which has the paths
        one, other = (run.path / f"{name}.parquet" for run in (held, not_held))
        assert one.read_bytes() == other.read_bytes(), name


def test_about_as_many_are_expected_as_there_are(tmp_path: Path, counted: list[tuple[int, int]]) -> None:
    los.run(Shop(tmp_path / "shop").write().folder)
    assert len(counted) == 2  # tickets before an order, orders after it and before
    for expected, there in counted:
        assert there > 100
        assert there / 4 < expected < there * 2  # tickets come soon before orders, more often than by chance


def test_next_to_none_are_expected_of_a_table_of_one_row(
    tmp_path: Path, counted: list[tuple[int, int]]
) -> None:
    shop = Shop(tmp_path / "shop").write()
    shop.tables["tickets"] = shop.tables["tickets"][:1]
    los.run(shop.write().folder)
    assert counted[0][0] < 5
