"""What `los -v` says of a run, to people and to programs; and that it says nothing of anybody."""

from __future__ import annotations

import json
import logging
import os
import pty
import subprocess
import sys
from itertools import pairwise

import pytest

import lineofsight
from lineofsight.logs import logs_are_shown

from .conftest import LosProcess
from .shop import Los, Shop

#: Strings of people that are nowhere else: in ids, levels and words.
OF_PEOPLE = ("Xaverine", "Quirrelbach", "Zollstockweg", "Ypsilanti")
DONE = ("align", "profile", "fold", "estimate", "write")


@pytest.fixture
def people(shop: Shop) -> Shop:
    """The shop's customers with names, addresses and words."""
    for table in ("orders", "tickets"):
        shop.change(table, "customer_id", lambda _, row: f"Xaverine {row['customer_id']}")
    shop.change("orders", "region", lambda n, row: ("Zollstockweg 1", "Zollstockweg 2")[n % 2])
    shop.change("reviews", "words", lambda n, row: f"Ypsilanti was late, said Quirrelbach {n}")
    return shop


def nobody_in(text: str) -> None:
    assert text
    for words in OF_PEOPLE:
        assert words not in text


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_log_of_everything_has_nothing_of_people(people: Shop, los_process: LosProcess, form: str) -> None:
    for command in ("check", "run", "run"):
        done = los_process("-vv", "--log-format", form, command, people.folder)
        assert done.returncode == 0, done.stderr
        nobody_in(done.stderr.decode())
    assert "Zollstockweg" in people.folder.joinpath("data", "orders.csv").read_text()


@pytest.mark.parametrize(
    ("table", "column", "value", "code"),
    [
        ("orders", "paid", "Quirrelbach", "LOS-D022"),
        ("orders", "order_id", "Xaverine", "LOS-D030"),
        ("orders", "delivered_at", "Ypsilanti", "LOS-D023"),
        ("reviews", "stars", "77", "LOS-D033"),
    ],
)
def test_a_json_log_of_a_failure_tells_its_kind_and_place_and_no_value(
    people: Shop, los_process: LosProcess, table: str, column: str, value: str, code: str
) -> None:
    people.change(table, column, lambda n, row: value if n % 40 == 3 else row[column])
    done = los_process("-vv", "--log-format", "json", "run", people.folder, "--format", "json")
    assert done.returncode == 2
    error = json.loads(done.stdout)["error"]
    assert error["code"] == code
    assert value in error["message"]  # the answer to whoever asked may quote the data; the log may not
    nobody_in(done.stderr.decode())
    last = [json.loads(line) for line in done.stderr.decode().splitlines()][-1]
    assert (last["level"], last["code"], last["where"]) == ("ERROR", code, error["where"])
    assert (last["file"], last["line"]) == (error["file"], error["line"])
    assert "message" in last
    assert value not in last["message"]


def test_a_json_log_tells_stages_rows_answers_and_refusals(shop: Shop, los: Los) -> None:
    def logged() -> list[dict[str, object]]:
        said = los("-v", "--log-format", "json", "run", shop.folder)
        assert said.status == 0
        return [json.loads(line) for line in said.err.splitlines()]

    first, second = logged(), logged()
    for records in (first, second):
        assert {"time", "level", "logger", "message"} <= set(records[0])
        assert all(earlier["time"] <= later["time"] for earlier, later in pairwise(records))
        assert tuple(each["stage"] for each in records if "stage" in each) == DONE
        assert {each["table"]: each["rows"] for each in records if "table" in each} == {
            name: len(rows) for name, rows in shop.tables.items()
        }
    found = [{key: value for each in records for key, value in each.items()} for records in (first, second)]
    assert [each["reused"] for each in found] == [False, True]
    assert (found[0]["cache_hits"], found[1]["cache_misses"]) == (0, 0)
    assert found[0]["cache_misses"] == found[1]["cache_hits"] > 0
    assert [sum(each.get("files_read", 0) for each in records) for records in (first, second)] == [3, 0]
    run = lineofsight.latest_run(shop.folder)
    assert found[1]["run"] == run.id
    assert found[1]["effects"] >= len(run.effects)
    assert 0 <= found[1]["refused"] < found[1]["effects"]


def test_steps_are_logged_at_the_second_v_only(shop: Shop, los: Los) -> None:
    one, two = (los(flag, "run", shop.folder).err for flag in ("-v", "-vv"))
    assert " INFO lineofsight.pipeline.run: stage align took " in one
    assert " DEBUG " not in one
    assert " DEBUG lineofsight.pipeline.run: stage align begins" in two
    assert not logs_are_shown()


def test_without_the_option_there_is_no_log(shop: Shop, los: Los) -> None:
    assert los("run", shop.folder).err == ""
    assert los("--log-format", "json", "run", shop.folder).err == ""


@pytest.mark.parametrize("options", [(), ("-v",)])
def test_a_terminal_shows_either_the_bar_or_the_log(shop: Shop, options: tuple[str, ...]) -> None:
    """Neither is written amid the other."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "lineofsight", *options, "run", str(shop.folder)]
    done = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    parts = []
    try:
        while part := os.read(ours, 4096):
            parts.append(part)
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(ours)
    assert done.wait() == 0
    shown = b"".join(parts)
    assert (b"\x1b[" in shown) == (not options)
    assert (b" INFO " in shown) == bool(options)


def test_a_library_is_quiet_and_logs_to_who_listens(
    people: Shop, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    lineofsight.run(people.folder)
    assert capfd.readouterr() == ("", "")
    with caplog.at_level(logging.DEBUG, "lineofsight"):
        lineofsight.run(people.folder).report(people.folder / "report.html")
    names = {record.name for record in caplog.records if record.name.startswith("lineofsight")}
    assert {"lineofsight.pipeline.run", "lineofsight.runs.writer", "lineofsight.report.html"} <= names
    nobody_in("\n".join(str(vars(record)) for record in caplog.records if record.name in names))
