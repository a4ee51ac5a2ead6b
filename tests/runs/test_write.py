"""A run appears whole or not at all, under a name of its own."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lineofsight.analyses.registry import tables
from lineofsight.errors import RunError
from lineofsight.runs import writer as write
from lineofsight.runs.columns import SCHEMA_VERSION
from lineofsight.runs.reader import list_runs
from lineofsight.runs.writer import clean_unfinished, to_arrow, write_run

BY_NAME = tables()
SCHEMAS = [*tables().values()]

MANIFEST = {"project": {"name": "Shop"}, "schema_version": SCHEMA_VERSION}
FINDING = {
    "rank": 1,
    "kind": "caution",
    "subject": None,
    "lead": "Nothing.",
    "sentence": "Nothing.",
    "decides": None,
}


def test_it_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    run = write_run(tmp_path, "2024-01-31T10-00-00", SCHEMAS, {"findings": [FINDING]}, MANIFEST)
    assert run.findings.rows() == [FINDING]
    assert run.manifest == MANIFEST
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [run.id]
    assert {path.stem for path in run.path.glob("*.parquet")} == set(BY_NAME)
    assert len(run.effects) == 0


def test_a_name_that_is_taken_gets_a_count(tmp_path: Path) -> None:
    ids = [write_run(tmp_path, "2024-01-31T10-00-00", SCHEMAS, {}, MANIFEST).id for _ in range(11)]
    assert ids[0] == "2024-01-31T10-00-00"
    assert ids[1:] == [f"2024-01-31T10-00-00-{count}" for count in range(2, 12)]
    write_run(tmp_path, "2024-01-31T10-00-01", SCHEMAS, {}, MANIFEST)
    assert [run.id for run in list_runs(tmp_path)] == [*ids, "2024-01-31T10-00-01"]


def test_a_name_taken_in_the_last_moment_gets_a_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(tmp_path, "a", SCHEMAS, {}, MANIFEST)
    monkeypatch.setattr(write.os.path, "lexists", lambda path: False)
    assert write_run(tmp_path, "a", SCHEMAS, {}, MANIFEST).id == "a-2"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (errno.ENOSPC, "is full; nothing was kept of this run\n  → free some space"),
        (errno.EDQUOT, "is full; nothing was kept of this run\n  → free some space"),
        (errno.EROFS, "Read-only file system\n  → the project's folder must be one that you can write to"),
    ],
)
@pytest.mark.parametrize("after", [0, 5])
def test_what_the_disk_refuses_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, message: str, after: int
) -> None:
    write_run(tmp_path, "a", SCHEMAS, {}, MANIFEST)
    real, calls = pq.write_table, iter(range(100))

    def refuse(table: pa.Table, where: Path) -> None:
        if next(calls) >= after:
            raise OSError(code, os.strerror(code))
        real(table, where)

    monkeypatch.setattr(pq, "write_table", refuse)
    with pytest.raises(RunError) as caught:
        write_run(tmp_path, "b", SCHEMAS, {}, MANIFEST)
    assert message in str(caught.value)
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["a"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_an_interruption_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def stop(*_: Any) -> None:
        raise error

    monkeypatch.setattr(pq, "write_table", stop)
    with pytest.raises(error):
        write_run(tmp_path, "a", SCHEMAS, {}, MANIFEST)
    assert not list((tmp_path / "runs").iterdir())


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**FINDING, "colour": "red"}, "table 'findings' has no column ['colour']"),
        ({**FINDING, "sentence": None}, "column 'sentence' of table 'findings' may not be empty"),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_nothing_is_kept(
    tmp_path: Path, row: dict[str, Any], message: str
) -> None:
    with pytest.raises(RunError) as caught:
        write_run(tmp_path, "a", SCHEMAS, {"findings": [row]}, MANIFEST)
    assert message in str(caught.value)
    assert not list((tmp_path / "runs").iterdir())


def test_what_is_not_a_number_is_stored_as_missing() -> None:
    row = {"table": "orders", "origin": "sql", "rows": 1, "covers_from": None, "covers_until": None}
    assert to_arrow(BY_NAME["tables"], [row]).schema.field("covers_from").type == pa.timestamp("us")
    silent = {"perception": "a", "variable": "b", "kind": "control", "mean_respondents": float("nan")}
    assert to_arrow(BY_NAME["silent"], [silent])["mean_respondents"].to_pylist() == [None]


def test_a_run_being_written_here_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pq.write_table

    def another_begins(table: pa.Table, where: Path) -> None:
        clean_unfinished(tmp_path)
        real(table, where)

    monkeypatch.setattr(pq, "write_table", another_begins)
    assert len(write_run(tmp_path, "a", SCHEMAS, {"findings": [FINDING]}, MANIFEST).findings) == 1
