"""A run after files were added, changed or taken away reads these alone, and gives what a full run gives."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cli.shop import Row
from lineofsight.errors import DataError
from lineofsight.reasons import Reason
from lineofsight.runs.reader import Run

from .days import LATEST, TIMES, Days, same, spoil, write_file

ENDINGS = ["parquet", "csv"]
NOTHING_READ = dict.fromkeys(TIMES, 0)


@pytest.fixture(params=ENDINGS)
def days(request: pytest.FixtureRequest, tmp_path: Path) -> Days:
    """A shop of which all months but the latest were read."""
    made = Days(tmp_path / "shop", request.param).write()
    made.run()
    return made


def test_the_first_run_is_a_full_run(days: Days) -> None:
    first = days.run()
    assert first.manifest["files_read"] == NOTHING_READ, "its episodes are stored"
    same(first, days.run_afresh())


def test_a_new_file_alone_is_read(days: Days) -> None:
    days.add_latest()
    afresh = days.run_afresh()
    files = len(list(days.folder.glob(f"orders/*.{days.ending}")))
    for path in days.folder.glob(f"*/*.{days.ending}"):
        if path.stem != LATEST:
            spoil(path)
    run = days.run()
    assert run.manifest["files_read"] == dict.fromkeys(TIMES, 1)
    assert f"reading 1 new file of {files} of 'orders'" in days.said
    same(run, afresh)


def test_a_spoilt_file_would_be_found_out(days: Days) -> None:
    """The proof above rests on it."""
    spoil(days.file("orders", "2024-05"))
    days.file("orders", "2024-05").touch()
    with pytest.raises(
        DataError, match=r"cannot read .*2024-05|2024-05.csv, line 1: the text is not in UTF-8"
    ):
        days.run()


def test_a_changed_a_renamed_and_a_lost_file(days: Days) -> None:
    for row in days.rows["orders"]["2024-05"]:
        row["paid"] = 2 * row["paid"]
    days.add("orders", "2024-05")
    days.file("tickets", "2024-04").rename(days.file("tickets", "2024-04-again"))
    days.file("reviews", "2024-06").unlink()
    run = days.run()
    assert run.manifest["files_read"] == {"orders": 1, "reviews": 0, "tickets": 1}
    same(run, days.run_afresh())


def test_what_is_not_used_any_more_is_forgotten(days: Days) -> None:
    before = days.kept
    days.file("reviews", "2024-06").unlink()
    days.run()
    # What was known of the file, its rows, and those that copies are looked for among.
    assert days.kept < before and len(before - days.kept) == 3
    days.add("reviews", "2024-06")
    days.run()
    assert len(days.kept) == len(before)


def test_files_with_other_columns(days: Days) -> None:
    rows = days.rows["orders"][LATEST]
    turned = [dict(reversed(list(row.items()))) | {"note": "new"} for row in rows]
    write_file(days.file("orders", LATEST), turned)
    lean = [{k: v for k, v in row.items() if k != "hours"} for row in days.rows["tickets"][LATEST]]
    write_file(days.file("tickets", LATEST), lean)
    run = days.run()
    assert run.manifest["files_read"] == {"orders": 1, "reviews": 0, "tickets": 1}
    same(run, days.run_afresh())


def test_a_wider_type_reads_the_others_again(days: Days) -> None:
    rows = [row | {"stars": row["stars"] + 0.5} for row in days.rows["reviews"][LATEST] if row["stars"] < 5]
    write_file(days.file("reviews", LATEST), rows)
    files = len(list(days.folder.glob(f"reviews/*.{days.ending}")))
    run = days.run()
    assert run.manifest["files_read"] == {"orders": 0, "reviews": files, "tickets": 0}
    assert f"reading {files - 1} of {files} files of 'reviews' again" in days.said
    same(run, days.run_afresh())


def test_a_changed_expression_reads_again_where_it_is_used(days: Days) -> None:
    days.declare(lambda text: text.replace("stars > 1", "stars > 2"))
    run = days.run()
    assert {table for table, read in run.manifest["files_read"].items() if read} == {"reviews"}
    same(run, days.run_afresh())
    days.declare(lambda text: text.replace("stars > 1", "stars > 2").replace("margin: 20 %", "margin: 30 %"))
    assert days.run().manifest["files_read"] == NOTHING_READ


def test_a_bad_value_is_named_with_its_file_and_spoils_nothing(days: Days) -> None:
    kept, rows = days.kept, days.rows["orders"][LATEST]
    good = rows[7]["paid"]
    rows[7]["paid"] = "plenty"
    write_file(days.file("orders", LATEST), [row | {"paid": str(row["paid"])} for row in rows])
    with pytest.raises(DataError) as refused:
        days.run()
    message = str(refused.value)
    assert f"1 of {len(rows)} values of 'paid' in table 'orders' are no numbers: 'plenty' (row 8)" in message
    assert f"this is in the file 'orders/{LATEST}.{days.ending}'" in message
    assert kept <= days.kept, "a run that fails takes nothing away"
    assert not [name for name in days.kept if "partial" in name]
    rows[7]["paid"] = good
    days.add("orders")
    run = days.run()
    assert run.manifest["files_read"] == {"orders": 1, "reviews": 0, "tickets": 0}
    same(run, days.run_afresh())


def test_what_a_killed_run_left_is_cleared_and_a_damaged_part_is_made_again(days: Days) -> None:
    rows = days.folder / ".lineofsight" / "rows"
    half = [rows / "0123.parquet.partial-4194305", rows / "0123.json.partial-4194305"]
    for path in half:
        path.write_bytes(b"half")
    parts = sorted(rows.glob("*.parquet"))
    parts[0].write_bytes(parts[0].read_bytes()[:-9])
    facts = sorted(rows.glob("*.json"))
    facts[0].write_text("{")
    days.add_latest()
    run = days.run()
    assert not any(path.exists() for path in half)
    same(run, days.run_afresh())


def test_one_file_is_read_in_pieces_only_when_told_to(tmp_path: Path) -> None:
    days = Days(tmp_path / "shop", "csv").write()
    days.declare(lambda text: text.replace('"tickets/*.csv"', "tickets/2024-04.csv"))
    days.run()
    days.add("orders")
    assert days.run().manifest["files_read"] == {"orders": 1, "reviews": 0, "tickets": 1}
    days.declare(lambda text: text.replace('"tickets/*.csv"', "tickets/2024-04.csv, incremental: true"))
    days.run()
    days.add("reviews")
    assert days.run().manifest["files_read"] == {"orders": 0, "reviews": 1, "tickets": 0}


def test_a_table_that_sql_reads_is_read_whole(tmp_path: Path) -> None:
    days = Days(tmp_path / "shop", "parquet").write()
    sql = "  dear: {sql: select * from tickets}\nepisodes:"
    days.declare(lambda text: text.replace("episodes:", sql))
    days.run()
    days.add_latest()
    files = len(list(days.folder.glob("tickets/*.parquet")))
    run = days.run()
    assert run.manifest["files_read"] == {"orders": 1, "reviews": 1, "tickets": files}
    same(run, days.run_afresh())


KILLED = """
import os, sys
from lineofsight.pipeline.run import run
from lineofsight.engines.duckdb.incremental import RowCache

keep, kept = RowCache.keep_part, []

def keep_three(self, key):
    if len(kept) == 3:
        os._exit(9)  # the part is written, and not yet kept
    kept.append(key)
    keep(self, key)

RowCache.keep_part = keep_three
run(sys.argv[1])
"""


def test_a_run_that_is_killed_leaves_whole_parts_alone(tmp_path: Path) -> None:
    days = Days(tmp_path / "shop", "parquet").write()
    ended = subprocess.run([sys.executable, "-c", KILLED, str(days.folder)], check=False, timeout=120)
    assert ended.returncode == 9
    assert len([name for name in days.kept if name.endswith(".parquet")]) == 3
    run = days.run()
    assert [path.name for path in (days.folder / ".lineofsight").glob("spill-*")] == []
    same(run, days.run_afresh())


def with_ids(month: str, rows: list[Row]) -> list[Row]:
    """Tickets with an id each, and their times as instants, also in Parquet."""
    return [
        {"ticket": f"T{month}-{n}", **row, "opened_at": dt.datetime.fromisoformat(row["opened_at"])}
        for n, row in enumerate(rows)
    ]


def copied_into(days: Days, month: str) -> int:
    """Every fifth ticket of the other months once more in the file of this one, under ids of their own."""
    others = [row for each, rows in sorted(days.rows["tickets"].items()) if each != month for row in rows]
    again = others[::5]
    write_file(days.file("tickets", month), with_ids(month, [*days.rows["tickets"][month], *again]))
    return len(again)


def numbered(days: Days) -> None:
    """Tickets of all months but the latest get ids."""
    for month, rows in days.rows["tickets"].items():
        if month < LATEST:
            write_file(days.file("tickets", month), with_ids(month, rows))


def duplicates(run: Run) -> list[tuple[str, int, tuple[str, ...]]]:
    found = [row for row in run.warnings.rows(kind="duplicate") if row["reason"].code == Reason.COPIED_ROWS]
    return [(row["reason"].name, row["n"], row["reason"].names) for row in found]


def test_copies_are_looked_for_over_all_files_and_only_new_files_are_read_for_it(days: Days) -> None:
    numbered(days)
    assert duplicates(days.run()) == []
    again = copied_into(days, LATEST)
    for path in days.folder.glob(f"*/*.{days.ending}"):
        if path.stem != LATEST:
            spoil(path)
    run = days.run()
    assert run.manifest["files_read"] == {"orders": 0, "reviews": 0, "tickets": 1}
    assert duplicates(run) == [("tickets", again, ("ticket",))]


def test_copies_in_files_with_other_columns_are_those_of_a_read_of_all(days: Days) -> None:
    """What a file lacks is empty there."""
    numbered(days)
    copied_into(days, LATEST)
    month = sorted(days.rows["tickets"])[0]
    lean = [
        {"TICKET": row.pop("ticket"), **row, "note": "", "told": "by phone"}
        for row in with_ids(month, days.rows["tickets"][month])
    ]
    write_file(days.file("tickets", month), lean)
    run = days.run()
    assert len(duplicates(run)) == 1
    same(run, days.run_afresh())


def test_of_many_rows_over_all_files_those_of_some_instants_are_compared(
    days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Just those that are compared where all files are read together."""
    numbered(days)
    every = copied_into(days, LATEST)
    rows = sum(map(len, days.rows["tickets"].values()))
    monkeypatch.setattr("lineofsight.engines.duplicates.MOST_COMPARED", rows // 2)
    run = days.run()
    ((_, some, ids),) = duplicates(run)
    assert 0 < some < every and ids == ("ticket",)
    same(run, days.run_afresh())


def test_what_copies_are_looked_for_among_names_nobody(days: Days) -> None:
    """Texts of columns that the project does not use are kept as hashes."""
    for month, rows in days.rows["tickets"].items():
        named = [{"agent": f"Jane Roe {n}", **row} for n, row in enumerate(with_ids(month, rows))]
        write_file(days.file("tickets", month), named)
    days.run()
    kept = [pq.read_table(path) for path in (days.folder / ".lineofsight/rows").glob("*.parquet")]
    assert any("agent" in table.column_names for table in kept)
    assert not any("Jane" in str(table.to_pylist()) for table in kept)
