"""Rows that are read file by file are those of a read of all files, whatever the files hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineofsight.engines.base import Role
from lineofsight.engines.duckdb import DuckDBEngine
from lineofsight.errors import DataError, ProjectError
from lineofsight.project import load_project

from .days import spoil
from .file_by_file import PROJECT, WHOLE, add, folder_of, read, same_as_all

# Per case: a role, the values of x in one file after the other, and whether all files have to be read together.
Cases = dict[str, tuple[Role, list[str | None], bool]]

CSV: Cases = {
    "whole numbers, then broken": ("number", ["1", "2", "2.5"], False),
    "numbers, then a text": ("text", ["1.50", "2", "many"], False),
    "a text, then numbers": ("text", ["many", "2", "1.50"], False),
    "keys that become text": ("key", ["1", "2", "A7"], False),
    "numbers beyond 64 bits": ("number", ["1", "10000000000000000000000", "2.5"], False),
    "nothing, then numbers": ("number", ["", "", "2"], False),
    "no column, then one": ("number", [None, "1", None], False),
    "nothing at all": ("text", ["", "", ""], False),
    "days, then times": ("instant", ["2024-01-01", "2024-01-02", "2024-01-02 10:00:00"], False),
    "days, then a text": ("instant", ["2024-01-01", "2024-01-02", "soon"], False),
    "times with a zone": ("instant", ["2024-01-01 10:00:00Z", "2024-01-01 10:00:00+02:00", "2024-07-01 10:00:00Z"], False),
    "a zone from the second on": ("instant", ["2024-01-01 10:00:00", "2024-01-01 10:00:00Z", ""], True),
    "days before months": ("instant", ["25/01/2024", "26/02/2024", "13/03/2024"], False),
    "days like months": ("instant", ["03/02/2024", "25/01/2024", "01/02/2024"], True),
    "days that are never told": ("instant", ["03/02/2024", "04/01/2024", "01/02/2024"], True),
    "slashes and times": ("instant", ["25/01/2024", "2024-01-02 10:00:00", ""], True),
    "true and false, then numbers": ("number", ["true", "false", "2"], True),
}  # fmt: skip


@pytest.mark.parametrize("name", CSV)
def test_csv_files(tmp_path: Path, name: str) -> None:
    role, values, whole = CSV[name]
    folder, told = folder_of(tmp_path, "csv"), list[str]()
    for number, value in enumerate(values):
        add(folder, number, value)
        told += same_as_all(folder, role)
    assert any(message.startswith(WHOLE) for message in told) is whole


PARQUET: Cases = {
    "whole numbers, then broken": ("number", ["1", "2::BIGINT", "2.5::DOUBLE"], False),
    "decimals": ("number", ["1.25", "2.5::DECIMAL(9, 4)", "7::BIGINT"], False),
    "unsigned and signed": ("key", ["1::UBIGINT", "2::INTEGER", "3::UTINYINT"], False),
    "numbers, then a text": ("text", ["1.5::DOUBLE", "2::DOUBLE", "'many'"], False),
    "NaN": ("number", ["'nan'::DOUBLE", "2::DOUBLE", "'nan'::DOUBLE"], False),
    "no column, then one": ("number", [None, "1", None], False),
    "days, then times": ("instant", ["DATE '2024-01-01'", "TIMESTAMP '2024-01-02 10:00:00'", "NULL::DATE"], False),
    "times, then with a zone": ("instant", ["TIMESTAMP '2024-01-01'", "TIMESTAMPTZ '2024-01-02 10:00:00Z'", None], False),
    "times as text": ("instant", ["'2024-01-01 10:00'", "'2024-01-02'", "NULL::VARCHAR"], False),
    "times as text with a zone": ("instant", ["'2024-01-01 10:00Z'", "'2024-01-02 10:00+02'", "NULL::VARCHAR"], False),
    "texts, of which some have a zone": ("instant", ["'2024-01-01 10:00Z'", "'2024-01-02'", None], True),
    "parts that differ": ("text", ["{'a': 1}", "{'a': 1, 'b': 2}", None], True),
    "a number and a day": ("any", ["1", "DATE '2024-01-01'", None], True),
}  # fmt: skip


@pytest.mark.parametrize("name", PARQUET)
def test_parquet_files(tmp_path: Path, name: str) -> None:
    role, values, whole = PARQUET[name]
    folder, told = folder_of(tmp_path, "parquet"), list[str]()
    for number, value in enumerate(values):
        add(folder, number, value, "parquet")
        told += same_as_all(folder, role)
    assert any(message.startswith(WHOLE) for message in told) is whole


JSON: Cases = {
    "whole numbers, then broken": ("number", ["1", "2.5", "null"], False),
    "keys below 0 and above": ("key", ["-1", "-2", "3"], False),
    "null, then numbers": ("number", ["null", "2", "null"], False),
    "nothing at all": ("text", ["null", "null", None], False),
    "texts": ("text", ['"a"', "null", '"b"'], False),
    "days": ("instant", ['"2024-01-01"', "null", '"2024-02-01"'], False),
    "times with a zone": ("instant", ['"2024-01-01T10:00:00Z"', '"2024-01-01T10:00:00.5Z"', None], True),
    "days, then times": ("instant", ['"2024-01-01"', '"2024-01-01 10:00:00"', None], True),
    "numbers, then a text": ("text", ["1.50", '"many"', "2"], True),
}  # fmt: skip


@pytest.mark.parametrize("name", JSON)
def test_json_files(tmp_path: Path, name: str) -> None:
    role, values, whole = JSON[name]
    folder, told = folder_of(tmp_path, "jsonl"), list[str]()
    for number, value in enumerate(values):
        add(folder, number, value, "jsonl")
        told += same_as_all(folder, role)
    assert any(message.startswith(WHOLE) for message in told) is whole


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_days_told_by_the_names_of_folders(tmp_path: Path, ending: str) -> None:
    folder = folder_of(tmp_path, ending, f"**/*.{ending}")
    for number, day in enumerate(["2024-01-30", "2024-01-31", "2024-02-01"]):
        (folder / f"day={day}").mkdir()
        add(folder / f"day={day}", number, "1" if number else None, ending)
        for sql in ("day", "day + interval 1 day", "date_add(day, interval (id) day)"):
            assert not any(message.startswith(WHOLE) for message in same_as_all(folder, "instant", sql=sql))
    (folder / "day=unknown").mkdir()
    add(folder / "day=unknown", 9, "1", ending)
    assert any(message.startswith(WHOLE) for message in same_as_all(folder, "text", sql="day"))


def test_selections_on_one_table_do_not_mix(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "csv")
    for number in range(4):
        add(folder, number, f"{number}")
        for where in (None, "x > 1", "x <= 1"):
            same_as_all(folder, "number", where)
    kept, said = read(folder, "number", incremental=True, where="x > 1")
    assert (kept[2], said) == (2, [])


def test_an_unchanged_file_is_not_opened(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "csv")
    add(folder, 1, "1")
    before, _ = read(folder, "number", incremental=True)
    spoil(folder / "1.csv")
    assert read(folder, "number", incremental=True) == (before, [])


def test_no_row_in_any_file(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "csv")
    (folder / "1.csv").write_text("id,x\n")
    assert read(folder, "number", incremental=True)[0] is DataError
    with pytest.raises(DataError, match="the table is empty: no row in"):
        DuckDBEngine(load_project(folder), folder / ".lineofsight")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("{path: x.db, table: t, incremental: true}", "a table of a sqlite file is read whole"),
        ("{path: x.duckdb, table: t, incremental: true}", "a table of a duckdb file is read whole"),
        ("{sql: select 1 as id, incremental: true}", "'incremental' goes with 'path'"),
        ('{path: "*.csv", incremental: daily}', "true or false is needed"),
    ],
)
def test_what_cannot_be_incremental(tmp_path: Path, table: str, message: str) -> None:
    folder = folder_of(tmp_path, "csv")
    for name in ("x.db", "x.duckdb", "x.csv"):
        (folder / name).write_text("id,x\n1,1\n")
    text = PROJECT.replace('{path: "PATH", incremental: true}', table)
    (folder / "lineofsight.yml").write_text(text)
    with pytest.raises(ProjectError, match=message):
        DuckDBEngine(load_project(folder), folder / ".lineofsight")


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_files_that_are_known_are_read_again_for_another_expression(tmp_path: Path, ending: str) -> None:
    folder = folder_of(tmp_path, ending, f"**/*.{ending}")
    for number, value in enumerate(["1", "2", None, "4.5"]):
        (folder / f"day=2024-01-0{number + 1}").mkdir()
        add(folder / f"day=2024-01-0{number + 1}", number, value, ending)
    read(folder, "number", incremental=True)
    assert same_as_all(folder, "number", sql="x * 2") == ["reading 4 of 4 files of 'visits' again"]
    assert same_as_all(folder, "number", sql="x * 2") == []
