"""Every kind of file gives the same rows, and every way of naming files finds them."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from episodes.world import ANY_PERCEPTION, align, engine_of, write
from lineofsight.errors import DataError

ROWS = [
    {"id": "a", "who": "ann", "day": "2024-03-10 12:00:00", "minutes": 1, "stars": 4},
    {"id": "b", "who": "böb, jr", "day": "2024-03-11 12:00:00", "minutes": None, "stars": 5},
]
NAMES = list(ROWS[0])
TEXT = f"""\
episodes: {{each: visits, key: id, customer: who, at: day}}
operations: {{minutes: {{value: minutes, better: lower}}}}
{ANY_PERCEPTION}"""


def delimited(mark: str, rows: list[dict[str, object]] = ROWS) -> str:
    cells = [
        [f'"{v}"' if isinstance(v, str) and "," in v else "" if v is None else str(v) for v in row.values()]
        for row in rows
    ]
    return "\n".join(mark.join(line) for line in [NAMES, *cells]) + "\n"


def json_lines(rows: list[dict[str, object]] = ROWS) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def expect(folder: Path, table: str) -> None:
    aligned = align(folder, TEXT, f"visits: {{{table}}}")
    assert aligned.by_key("_customer") == {"a": "ann", "b": "böb, jr"}
    assert aligned.by_key("minutes") == {"a": 1.0, "b": None}
    assert aligned.by_key("mood") == {"a": 4.0, "b": 5.0}
    assert [str(at) for at in aligned.by_key("_at").values()] == [row["day"] for row in ROWS]


@pytest.mark.parametrize(
    ("name", "more", "content"),
    [
        ("visits.csv", "", delimited(",")),
        ("visits.csv.gz", "", delimited(",")),
        ("VISITS.CSV", "", delimited(",")),
        ("semicolons.csv", "", delimited(";")),
        ("visits.tsv", "", delimited("\t")),
        ("visits.tsv.gz", "", delimited("\t")),
        ("visits.txt", ", format: csv", delimited("|")),
        ("windows.csv", "", "\ufeff" + delimited(",").replace("\n", "\r\n")),
        ("visits.jsonl", "", json_lines()),
        ("visits.ndjson.gz", "", json_lines()),
        ("visits.json", "", json.dumps(ROWS)),
        ("what is [this]*?.csv", "", delimited(",")),
        ("it's 100% #1.csv", "", delimited(",")),
    ],
    ids=lambda value: value[:24] if "\n" not in value and value else "",
)
def test_text_files(tmp_path: Path, name: str, more: str, content: str) -> None:
    raw = content.encode("utf-8")
    (tmp_path / name).write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    expect(tmp_path, f'path: "{name}"{more}')


def parquet(file: Path, rows: list[dict[str, object]] = ROWS) -> None:
    pq.write_table(pa.Table.from_pylist(rows), file)


@pytest.mark.parametrize("name", ["visits.parquet", "visits.pq", "v[1].parquet"])
def test_parquet(tmp_path: Path, name: str) -> None:
    parquet(tmp_path / name)
    expect(tmp_path, f'path: "{name}"')


def test_a_duckdb_file(tmp_path: Path) -> None:
    parquet(tmp_path / "visits.parquet")
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as database:
        database.execute(f"CREATE TABLE \"the visits\" AS FROM '{tmp_path}/visits.parquet'")
        database.execute('CREATE VIEW seen AS FROM "the visits"')
    for table in ("the visits", "The Visits", "seen"):
        expect(tmp_path, f"path: shop.duckdb, table: {table}")


@pytest.mark.parametrize("name", ["shop.sqlite", "100% #1?.db"])
def test_a_sqlite_file(tmp_path: Path, name: str) -> None:
    connection = sqlite3.connect(tmp_path / name)
    with connection:
        connection.execute('CREATE TABLE "the visits" (id, who, day, minutes, stars)')
        connection.executemany(
            'INSERT INTO "the visits" VALUES (?, ?, ?, ?, ?)', [tuple(row.values()) for row in ROWS]
        )
    connection.close()
    for table in ("the visits", "The Visits"):
        expect(tmp_path, f'path: "{name}", table: {table}')


def test_sqlite_types_go_by_the_values(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute(
            "CREATE TABLE t (whole INTEGER, mixed INTEGER, real REAL, text INTEGER, blob, none)"
        )
        rows = [(1, 1, 0.5, 1, b"x", None), (2, 2.5, 1.5, "two", "y", None), (None,) * 6] * 40_000
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", rows)
    folder = write(tmp_path, TEXT, "visits: {path: s.db, table: t}")
    with engine_of(folder) as engine:
        source = engine.source("visits")
    assert source.rows == 120_000 and source.filled["text"] == 80_000 and source.filled["none"] == 0
    types = {"whole": "BIGINT", "mixed": "DOUBLE", "real": "DOUBLE", "text": "VARCHAR", "blob": "VARCHAR"}
    assert source.types | types == source.types


def test_several_files_of_which_one_lacks_a_column(tmp_path: Path) -> None:
    (tmp_path / "parts" / "deep").mkdir(parents=True)
    lean = [{name: value for name, value in row.items() if name != "minutes"} for row in ROWS[1:]]
    (tmp_path / "parts" / "1.csv").write_text(delimited(",", ROWS[:1]), encoding="utf-8")
    text = 'id,who,day,stars\nb,"böb, jr",2024-03-11 12:00:00,5\n'
    (tmp_path / "parts" / "deep" / "2.csv").write_text(text, encoding="utf-8")
    expect(tmp_path, "path: parts/**/*.csv")
    expect(tmp_path, "path: [parts/1.csv, parts/deep/2.csv, parts/*.csv]")
    parquet(tmp_path / "1.parquet", ROWS[:1])
    parquet(tmp_path / "2.parquet", lean)
    expect(tmp_path, 'path: "?.parquet"')


def test_a_chain_of_sql_over_other_tables(tmp_path: Path) -> None:
    (tmp_path / "raw.csv").write_text(delimited(","), encoding="utf-8")
    more = """\
visits: {sql: "select *, twice / 2 as minutes from doubled; "}
doubled: {sql: "with r as (select * from RAW) select * exclude (minutes), 2 * minutes as twice from r -- twice"}
raw: {path: raw.csv}
"""
    aligned = align(tmp_path, TEXT, more)
    assert aligned.by_key("minutes") == {"a": 1.0, "b": None}


def test_odd_names_of_columns(tmp_path: Path) -> None:
    visits = (
        'the key | who | at | order | été | a "quoted" one | ORDER2\na | ann | 2024-03-10 | 7 | 3 | 2 | 5'
    )
    text = """\
episodes: {each: visits, key: '"the key"', customer: WHO, at: '"at"'}
operations:
  wait: {value: '"order" + été', better: lower}
  other: {value: '"a ""quoted"" one" + order2', better: lower}
perceptions: {mood: {value: "visits.\\"été\\"", measure: csat}}
"""
    (tmp_path / "visits.csv").write_text(
        "\n".join(
            ",".join(
                f'"{cell.strip()}"'.replace('a "quoted" one', 'a ""quoted"" one') for cell in line.split("|")
            )
            for line in visits.splitlines()
        ),
        encoding="utf-8",
    )
    row = align(tmp_path, text, "visits: {path: visits.csv}").rows[0]
    assert (row["wait"], row["other"], row["mood"]) == (10.0, 7.0, 3.0)


def test_the_first_line_of_a_csv_names_its_columns(tmp_path: Path) -> None:
    names = "id | who | day | minutes | stars"
    with pytest.raises(DataError, match="the table is empty"):
        align(tmp_path / "a", TEXT, visits=names)
    text = align(tmp_path / "b", TEXT, visits=f"{names}\na | ann | 2024-03-10 | 1 | 1").by_key("_customer")
    assert text == {"a": "ann"}


def test_numbers_with_leading_zeros_are_texts(tmp_path: Path) -> None:
    visits = (
        "id | who | day | minutes | stars\n001 | 007 | 2024-03-10 | 1 | 1\n002 | 008 | 2024-03-10 | 1 | 1"
    )
    assert align(tmp_path, TEXT, visits=visits).by_key("_customer") == {"001": "007", "002": "008"}
