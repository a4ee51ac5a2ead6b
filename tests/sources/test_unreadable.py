"""What cannot be read is said with what was found and what to do."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import duckdb
import pytest

from episodes.world import align, write
from lineofsight.errors import DataError
from lineofsight.project import load_project
from lineofsight.sources import locate_feed

from .test_formats import TEXT, delimited


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("path: nothing.csv", "there is no file .*nothing.csv"),
        ("path: viists.csv", "did you mean 'visits.csv'"),
        ("path: deep/down/x.csv", "the folder '.*deep/down' does not exist; the nearest that does"),
        ('path: "*.tsv"', "no file matches '\\*.tsv'"),
        ("path: sub", "'sub' is a folder"),
        (
            "path: visits.xlsx",
            "Excel file, which is not read\n.*save the sheet as 'CSV UTF-8'.*'path: visits.csv'",
        ),
        ("path: visits.txt", "cannot be told from its name"),
        ("path: visits.zip", "an archive, which is not read\n  → unpack it"),
        (
            "path: book.csv",
            "book.csv: this is a workbook of Excel or an archive, not CSV\n.*'path: book.csv'",
        ),
        ("path: [visits.csv, visits.parquet]", "cannot be told from its name"),
        ('path: ["1.db", "2.db"], table: t', "2 database files match"),
        ("path: 1.db", "is a database: which of its tables"),
        ("path: visits.csv, table: t", "'table' names a table inside a database file"),
        (
            "path: visits.parquet, encoding: latin-1",
            "'encoding' is of CSV files, but 'visits.parquet' is parquet",
        ),
        ("path: 1.db, table: t", "cannot read .*1.db as sqlite: file is not a database"),
        (
            "path: real.db, table: x",
            "visits.table: 'real.db' has no table 'x'\n  → its tables: tickts, v, visits$",
        ),
        (
            "path: real.db, table: tickets",
            "'tickets'\n  → did you mean 'tickts'. Its tables: tickts, v, visits$",
        ),
        (
            "path: real.duckdb, table: x",
            "visits.table: 'real.duckdb' has no table 'x'\n  → its tables: tickts, v, visits$",
        ),
        (
            "path: real.duckdb, table: tickets",
            "'tickets'\n  → did you mean 'tickts'. Its tables: tickts, v, visits$",
        ),
        ("path: 1.db, table: t, format: duckdb", "cannot read .*1.db as duckdb"),
        ("path: visits.csv, format: parquet", "cannot read .*visits.csv as parquet"),
        ("path: visits.csv, format: json", "cannot read .*visits.csv as json"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "visits.csv").write_text(delimited(","), encoding="utf-8")
    (tmp_path / "book.csv").write_bytes(b"PK\x03\x04" + bytes(100))
    for name in ("visits.xlsx", "visits.txt", "visits.zip", "visits.parquet", "1.db", "2.db"):
        (tmp_path / name).write_text("no such thing, in any of the formats " * 100)
    with sqlite3.connect(tmp_path / "real.db") as connection:
        for name in ("tickts", "visits"):
            connection.execute(f"CREATE TABLE {name} (a)")
        connection.execute("CREATE VIEW v AS SELECT * FROM visits")
    with duckdb.connect(tmp_path / "real.duckdb") as database:
        for name in ("tickts", "visits"):
            database.execute(f"CREATE TABLE {name} (a INT)")
        database.execute("CREATE VIEW v AS SELECT * FROM visits")
    with pytest.raises(DataError, match=message):
        align(tmp_path, TEXT, f"visits: {{{table}}}")


LINES = ["id,who,day,minutes,stars", *(f"{n},c{n},2024-03-{n:02},{n},{n % 5 + 1}" for n in range(1, 29))]


def lines(*changed: tuple[int, str]) -> str:
    """A table of which some lines are others."""
    text = dict(enumerate(LINES, 1)) | dict(changed)
    return "".join(f"{line}\n" for line in text.values())


RAGGED = {
    "too many": (
        lines((11, "10,c10,2024-03-10,1,2,3")),
        "line 11: found 6 fields, but line 1 names 5 columns",
    ),
    "too few": (lines((11, "bad")), "line 11: found 1 field, but line 1 names 5 columns"),
    "cut off": (
        lines()[:-12],
        "line 29: found 3 fields, but .*\n.*cut off in its last line: export it again",
    ),
    "two of them": (lines((5, "x"), (9, "y,z")), "line 5: found 1 field, .*; 2 of 28 lines do not fit"),
    "the last": (lines((29, "28,c28,2024-03-28,1,2,3")), "line 29: found 6 fields, but line 1 names 5"),
    "a name too few": (
        lines((1, "id,who,day,minutes")),
        "line 2: found 5 fields, but line 1 names 4 columns",
    ),
    "below a title": ("A, B\n" + lines((11, "bad")), "line 12: found 1 field, but line 2 names 5 columns"),
    "after a value of two lines": (
        lines((3, '2,"c\n2",2024-03-02,2,3'), (9, "bad")),
        "line 10: found 1 field, but line 1 names 5 columns",
    ),
    "an open quote": (
        lines((3, '2,c2,2024-03-02,2,"3'), (2, "1,c1,2024-03-01,1")),
        "line 2: found 4 fields, but line 1 names 5",
    ),
}


@pytest.mark.parametrize("name", RAGGED)
def test_a_line_with_another_number_of_fields(tmp_path: Path, name: str) -> None:
    text, message = RAGGED[name]
    (tmp_path / "visits.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=f"tables.visits.path: .*visits.csv, {message}"):
        align(tmp_path, TEXT, "visits: {path: visits.csv}")


@pytest.mark.parametrize("declared", ['path: "*.csv"', 'path: "*.csv", incremental: false'])
def test_a_ragged_line_in_one_of_many_files(tmp_path: Path, declared: str) -> None:
    (tmp_path / "1.csv").write_text(lines(), encoding="utf-8")
    (tmp_path / "2.csv").write_text(lines((11, "bad")), encoding="utf-8")
    with pytest.raises(DataError, match=r"2\.csv, line 11: found 1 field"):
        align(tmp_path, TEXT, f"visits: {{{declared}}}")


@pytest.mark.parametrize(
    "text",
    [
        lines((11, "")),
        "".join(f"{line},\n" for line in LINES[1:]).join([LINES[0] + "\n", ""]),
        "Exported by Ann, in 2026\n" + lines(),
        "Exported by Ann\n" + lines(),
        lines((3, '2,"c, 2",2024-03-02,2,3')),
    ],
    ids=[
        "an empty line",
        "separators at the ends",
        "a title with a separator",
        "a title",
        "a quoted separator",
    ],
)
def test_lines_that_only_look_ragged(tmp_path: Path, text: str) -> None:
    (tmp_path / "visits.csv").write_text(text, encoding="utf-8")
    assert len(align(tmp_path, TEXT, "visits: {path: visits.csv}").rows) >= 27


LATIN = lines((5, "4,Zoë,2024-03-04,4,5")).encode("latin-1")


@pytest.mark.parametrize("compressed", [False, True])
def test_a_text_that_is_not_utf8(tmp_path: Path, compressed: bool) -> None:
    name = "visits.csv.gz" if compressed else "visits.csv"
    (tmp_path / name).write_bytes(gzip.compress(LATIN) if compressed else LATIN)
    message = (
        f"{name}, line 5: the text is not in UTF-8, in 1 of 29 lines\n"
        ".*'encoding: windows-1252' if 'Zoë' is what is meant .*save the file as UTF-8"
    )
    with pytest.raises(DataError, match=message):
        align(tmp_path, TEXT, f"visits: {{path: {name}}}")
    for encoding in ("latin-1", "windows-1252"):
        aligned = align(tmp_path, TEXT, f"visits: {{path: {name}, encoding: {encoding}}}")
        assert aligned.by_key("_customer")[4] == "Zoë"


def test_another_encoding_than_before_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_bytes("id,who,day,minutes,stars\n1,Zoë,2024-03-01,1,2\n".encode())
    aligned = align(tmp_path, TEXT, 'visits: {path: "*.csv"}')
    assert list(aligned.by_key("_customer").values()) == ["Zoë"]
    with pytest.raises(DataError, match=r"1\.csv: 'latin-1' is declared, and the text is in UTF-8"):
        align(tmp_path, TEXT, 'visits: {path: "*.csv", encoding: latin-1}')


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select * from raw where 1 = 0", "the SQL gives no row"),
        ("select nope from raw", "the SQL fails: .*nope"),
        ("select 1 / 'x' from raw", "the SQL fails"),
    ],
)
def test_sql_that_fails(tmp_path: Path, sql: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as refused:
        align(tmp_path, TEXT, f'visits: {{sql: "{sql}"}}', raw="a | b\n1 | 2")
    assert "tables.visits.sql" in str(refused.value)


def test_a_feed_knows_what_it_depends_on(tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text(delimited(","), encoding="utf-8")
    loaded = load_project(write(tmp_path, TEXT, "visits: {path: visits.csv}"))
    feed = locate_feed(loaded, "visits")
    assert (feed.name, feed.format, feed.files, feed.table) == (
        "visits",
        "csv",
        (tmp_path / "visits.csv",),
        None,
    )
    before = feed.fingerprint
    (tmp_path / "visits.csv").write_text(delimited(",") + "c,cat,2024-03-10,1,1\n", encoding="utf-8")
    assert locate_feed(loaded, "visits").fingerprint != before
