"""The engine writes into a folder of its own, spills there when memory runs out, and leaves nothing behind."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from episodes.world import ANY_OPERATION, ANY_PERCEPTION, VISITS, write
from lineofsight.engines.base import Field
from lineofsight.engines.duckdb import DuckDBEngine
from lineofsight.errors import DataError, EngineError
from lineofsight.project import load_project

VISIT = "id | who | day | minutes | stars\na | ann | 2024-03-10 | 1 | 4"
TEXT = VISITS + ANY_OPERATION + ANY_PERCEPTION


def test_nothing_is_left_of_the_engines_own_folder(tmp_path: Path) -> None:
    loaded = load_project(write(tmp_path, TEXT, visits=VISIT))
    working = tmp_path / "deep" / "working"
    engine = DuckDBEngine(loaded, working)
    lock, private = sorted(working.iterdir())
    assert private.name.rsplit("-", 1)[-1] in lock.name
    path = working / "kept.parquet"
    engine.store(engine.select("visits", [Field("x", "minutes", "number", ("a",))]).table, path)
    assert engine.fetch(engine.stored(path)) == [{"x": 1.0}]
    engine.close()
    assert list(working.iterdir()) == [path]


def test_a_store_that_fails_leaves_nothing(tmp_path: Path) -> None:
    loaded = load_project(write(tmp_path, TEXT, visits=VISIT))
    with contextlib.closing(DuckDBEngine(loaded, tmp_path / "w")) as engine:
        table = engine.select("visits", [Field("x", "minutes", "number", ("a",))]).table
        with pytest.raises(EngineError, match="the engine failed"):
            engine.store(
                table.mutate(y=(table["x"].cast("string") + "x").cast("int64")), tmp_path / "w/x.parquet"
            )
        assert not (tmp_path / "w/x.parquet").exists()


def test_a_failed_start_leaves_nothing(tmp_path: Path) -> None:
    loaded = load_project(write(tmp_path, TEXT, visits="id | who | day | minutes | stars"))
    with pytest.raises(DataError, match="the table is empty"):
        DuckDBEngine(loaded, tmp_path / "w")
    assert list((tmp_path / "w").iterdir()) == []


SPILLING = """\
engine: {duckdb: {memory: 300MB, threads: 2}}
"""


def test_what_is_larger_than_memory_spills_and_is_cleared(tmp_path: Path) -> None:
    loaded = load_project(write(tmp_path, SPILLING + TEXT, visits=VISIT))
    working = tmp_path / "w"
    with contextlib.closing(DuckDBEngine(loaded, working)) as engine:
        rows = "SELECT hash(i)::varchar || repeat('x', 80) AS a, i FROM range(2_500_000) t(i) ORDER BY a"
        engine._run(f"CREATE TEMP TABLE sorted AS {rows}")
        spilled = sum(path.stat().st_size for path in working.rglob("*.tmp"))
        assert spilled > 50e6
        assert engine._run("SELECT count(*) FROM sorted").fetchall() == [(2_500_000,)]
    assert list(working.iterdir()) == []


def test_want_of_memory_is_said(tmp_path: Path) -> None:
    text = "engine: {duckdb: {memory: 30MB, threads: 1}}\n" + TEXT
    big = "big: {sql: 'select list(i) as x from (select unnest(range(4000000)) as i from visits)'}"
    loaded = load_project(write(tmp_path, text, big, visits=VISIT))
    with pytest.raises(EngineError, match="out of memory"):
        DuckDBEngine(loaded, tmp_path / "w")
    assert list((tmp_path / "w").iterdir()) == []
