"""What would never end is stopped when its time is over, whoever computes it."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path

import duckdb
import pytest

from episodes.world import ANY_OPERATION, ANY_PERCEPTION, VISITS, write
from lineofsight.engines.duckdb import DuckDBEngine
from lineofsight.error_codes import EngineCode, ProjectCode
from lineofsight.errors import EngineError, ProjectError
from lineofsight.project import load_project

VISIT = "id | who | day | minutes | stars\na | ann | 2024-03-10 | 1 | 4"
TEXT = VISITS + ANY_OPERATION + ANY_PERCEPTION + "limits: {sql: 1 second, spill: 1 MB}\n"
ENDLESS = "select count(*) as n from range(10000000) a, range(10000000) b where (a.range * b.range) % 7 = 3"


def stopped(folder: Path, more: str) -> EngineError:
    loaded = load_project(write(folder, TEXT, more, visits=VISIT))
    start = time.monotonic()
    with pytest.raises(EngineError) as caught, contextlib.closing(DuckDBEngine(loaded, folder / "w")):
        pass
    assert time.monotonic() - start < 20
    assert caught.value.code is EngineCode.TIME_LIMIT
    assert "took longer than 1 seconds" in str(caught.value)
    assert not list((folder / "w").iterdir())
    return caught.value


def test_sql_of_a_table(tmp_path: Path) -> None:
    assert "the SQL of table 'slow'" in str(stopped(tmp_path, f'slow: {{sql: "{ENDLESS}"}}'))


def test_a_view_of_a_duckdb_file(tmp_path: Path) -> None:
    with contextlib.closing(duckdb.connect(str(tmp_path / "a.duckdb"))) as made:
        made.execute(f"CREATE VIEW slow AS {ENDLESS}")
    assert "reading the table 'slow'" in str(stopped(tmp_path, "slow: {path: a.duckdb, table: slow}"))


def test_a_view_of_a_sqlite_file(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "a.sqlite")) as made:
        made.execute(
            "CREATE VIEW slow AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
        )
    assert "reading the table 'slow'" in str(stopped(tmp_path, "slow: {path: a.sqlite, table: slow}"))


def test_a_query_and_what_comes_after_it(tmp_path: Path) -> None:
    loaded = load_project(write(tmp_path, TEXT, visits=VISIT))
    with contextlib.closing(DuckDBEngine(loaded, tmp_path / "w")) as engine:
        with pytest.raises(EngineError) as caught:
            engine._run(ENDLESS).fetchall()
        assert caught.value.code is EngineCode.TIME_LIMIT
        assert engine.source("visits").rows == 1  # and it works on


def test_what_is_spilled_has_a_limit(tmp_path: Path) -> None:
    text = TEXT.replace("1 second", "1 minute") + "engine: {duckdb: {memory: 50 MB, threads: 1}}\n"
    many = (
        "big: {sql: 'select hash(range) as h, hash(range + 1)::varchar as t from range(5000000) order by h'}"
    )
    loaded = load_project(write(tmp_path, text, many, visits=VISIT))
    with pytest.raises(EngineError, match=r"limits: \{spill") as caught:
        DuckDBEngine(loaded, tmp_path / "w")
    assert caught.value.code is EngineCode.OUT_OF_MEMORY


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ("{sql: 10}", ProjectCode.WRONG_KIND),
        ("{sql: 10 fortnights}", ProjectCode.WRONG_KIND),
        ("{sql: 0 seconds}", ProjectCode.OUT_OF_RANGE),
        ("{sql: 999999999999 days}", ProjectCode.OUT_OF_RANGE),
        ("{spill: 50}", ProjectCode.WRONG_KIND),
        ("{sqll: 10 minutes}", ProjectCode.UNKNOWN_KEY),
        ("{sql: 10 minutes}\nengine: spark", ProjectCode.KEYS_CONFLICT),
    ],
)
def test_limits_that_cannot_be_meant(tmp_path: Path, limits: str, code: ProjectCode) -> None:
    text = VISITS + ANY_OPERATION + ANY_PERCEPTION + f"limits: {limits}\n"
    with pytest.raises(ProjectError) as caught:
        load_project(write(tmp_path, text, visits=VISIT))
    assert caught.value.code is code


def test_limits_have_defaults(tmp_path: Path) -> None:
    text = VISITS + ANY_OPERATION + ANY_PERCEPTION
    found = load_project(write(tmp_path, text, visits=VISIT)).project.limits
    assert (found.sql.total_seconds(), found.spill) == (3600, None)
    found = load_project(
        write(tmp_path, text + "limits: {sql: 10 minutes, spill: 50 GB}", visits=VISIT)
    ).project.limits
    assert (found.sql.total_seconds(), found.spill) == (600, "50GB")
