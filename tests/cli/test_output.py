"""What `los show`, `los report`, `los init` and `los demo` print and write, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
import math
import shutil
from typing import Any

import pyarrow.parquet as pq
import pytest

from lineofsight import __version__
from lineofsight.analyses.registry import tables
from lineofsight.project.load import load_project
from lineofsight.simulate.demo import make_demo

from .shop import Los, Said, Shop

BY_NAME = tables()
TABLES = tuple(tables().values())

# ---- show -----------------------------------------------------------------------------------------------


def told(value: Any) -> Any:
    """A reason or a list as JSON has it: without the parameters that it does not have."""
    if isinstance(value, dict):
        return {name: told(each) for name, each in value.items() if each is not None}
    return [told(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", BY_NAME)
def test_every_table_is_json_and_csv(los: Los, ran: Shop, name: str) -> None:
    arguments = ("show", name, "--project", ran.folder, "--format")
    as_json, as_csv = los(*arguments, "json"), los(*arguments, "csv")
    assert as_json.status == as_csv.status == 0
    rows = json.loads(as_json.out, parse_constant=lambda constant: pytest.fail(f"{constant} is no JSON"))
    head, *lines = csv.reader(io.StringIO(as_csv.out))
    stored = pq.read_table(ran.runs[0] / f"{name}.parquet").to_pylist()
    assert tuple(head) == BY_NAME[name].names
    assert len(rows) == len(lines) == len(stored)
    for row, line, values in zip(rows, lines, stored, strict=True):
        assert tuple(row) == BY_NAME[name].names
        for (column, value), cell in zip(values.items(), line, strict=True):
            if isinstance(value, float):
                assert row[column] == value
                assert float(cell) == value
            elif isinstance(value, dict | list):
                assert row[column] == told(value)
                assert "{" not in cell and "[" not in cell
            else:
                text = value.isoformat() if hasattr(value, "isoformat") else value
                assert row[column] == text
                assert cell == ("" if text is None else str(text))
    assert los("show", name, "--project", ran.folder).status == 0


def test_a_table_to_read_has_what_matters_in_full(los: Los, ran: Shop) -> None:
    said = los("show", "effects", "--project", ran.folder).out
    title, head, _, first = said.splitlines()[:4]
    assert title.strip() == BY_NAME["effects"].doc
    assert [cell.strip() for cell in head.split("┃")][:5] == ["cause", "outcome", "segment", "path", "change"]
    assert [cell.strip() for cell in first.split("│")][:2] == ["delivery_days", "satisfaction"]
    assert "…" not in said
    assert "columns; all with --format csv or json" in said


def test_without_a_table_they_are_listed(los: Los, ran: Shop) -> None:
    said = los("show", "--project", ran.folder).out
    assert [line.split()[0] for line in said.splitlines()] == [table.name for table in TABLES]
    assert [row["table"] for row in json.loads(los("show", "--format", "json").out)] == [
        t.name for t in TABLES
    ]


def test_unknown_tables_runs_and_folders_are_refused(los: Los, ran: Shop, shop: Shop) -> None:
    assert "no table 'effect': did you mean 'effects'?" in los("show", "effect", "--project", ran.folder).err
    said = los("show", "effects", "--project", ran.folder, "--run", "2024")
    assert (said.status, said.out) == (2, "")
    assert f"has no run '2024': one of: {ran.runs[0].name}" in said.err
    for arguments in ([], ["--run", "2024"]):
        said = los("show", "effects", "--project", shop.folder, *arguments)
        assert said.status == 2
        assert f"{shop.folder} has no run yet\n  → make one: los run {shop.folder}" in said.err
    said = los("show", "effects", "--project", ran.folder / "nowhere")
    assert said.status == 2
    assert f"there is no folder '{ran.folder / 'nowhere'}'" in said.err


def test_a_run_is_named_by_its_project_file_too(los: Los, ran: Shop) -> None:
    chosen = los("show", "episodes", "--project", ran.file, "--run", ran.runs[0].name, "--format", "json")
    assert json.loads(chosen.out)[0]["episodes"] == 563


@pytest.mark.parametrize("damage", ["cut", "emptied", "another", "gone"])
def test_a_damaged_table_says_so(los: Los, ran: Shop, damage: str) -> None:
    file = ran.runs[0] / "effects.parquet"
    match damage:
        case "cut":
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        case "emptied":
            file.write_bytes(b"")
        case "another":
            shutil.copy(ran.runs[0] / "money.parquet", file)
        case _:
            file.unlink()
    for command in (("show", "effects", "--project", ran.folder), ("report", ran.folder)):
        said = los(*command)
        assert (said.status, said.out) == (2, "")
        assert str(file) in said.err
        assert "→ run the project again" in said.err
    assert los("show", "money", "--project", ran.folder).status == 0


@pytest.mark.parametrize(
    "text", [b'{"project"', b"{}", b"[]", b"\xff\xfe", b"", b'{"project": {}, "schema_version": 99}']
)
def test_a_damaged_manifest_says_so(los: Los, ran: Shop, text: bytes) -> None:
    (ran.runs[0] / "manifest.json").write_bytes(text)
    said = los("report", ran.folder)
    assert (said.status, said.out) == (2, "")
    assert str(ran.runs[0]) in said.err
    assert "→ run the project again" in said.err


# ---- report ---------------------------------------------------------------------------------------------


def test_the_report_is_written_where_it_is_asked(los: Los, ran: Shop) -> None:
    said = los("report", ran.folder)
    assert said.status == 0
    assert f"The report is {ran.runs[0] / 'report.html'}." in said.out
    assert "Corner shop" in (ran.runs[0] / "report.html").read_text(encoding="utf-8")
    elsewhere = ran.folder / "a/missing/folder/page.html"
    assert los("report", ran.folder, "--out", elsewhere).status == 0
    assert elsewhere.read_bytes() == (ran.runs[0] / "report.html").read_bytes()
    assert not [path for path in elsewhere.parent.iterdir() if path != elsewhere]


def test_a_report_that_cannot_be_written_leaves_nothing(los: Los, ran: Shop) -> None:
    said = los("report", ran.folder, "--out", ran.folder)
    assert (said.status, said.out) == (2, "")
    assert "is a folder\n  → name a file in it: --out " in said.err
    said = los("report", ran.folder, "--out", ran.file / "report.html")
    assert (said.status, said.out) == (2, "")
    assert f"the report could not be written to {ran.file / 'report.html'}" in said.err
    assert not list(ran.folder.rglob("*.html"))


def test_there_is_no_report_before_a_run(los: Los, shop: Shop) -> None:
    said = los("report", shop.folder)
    assert said.status == 2
    assert "has no run yet" in said.err


# ---- init -----------------------------------------------------------------------------------------------


def test_init_writes_an_example_and_says_what_next(los: Los, shop: Shop) -> None:
    folder = shop.folder / "my project"
    said = los("init", folder, "--name", "Mine [bold]")
    assert said.status == 0
    assert f"los check '{folder}'" in said.out
    assert load_project(folder).project.name == "Mine [bold]"
    missing = los("check", folder)
    assert missing.status == 2
    assert "there is no file" in missing.err


def test_init_leaves_what_is_there(los: Los, shop: Shop) -> None:
    said = los("init", shop.folder)
    assert said.status == 2
    assert "the file exists and is left as it is" in said.err
    assert shop.file.read_text() == shop.text
    said = los("init", shop.file)
    assert said.status == 2
    assert "is a file\n  → name a folder" in said.err


# ---- demo -----------------------------------------------------------------------------------------------


def test_the_demo_makes_a_company_and_can_be_made_again(los: Los, shop: Shop) -> None:
    folder = shop.folder / "demo"
    make_demo(folder, 500, 8)
    other = (folder / "data/orders.parquet").read_bytes()
    (folder / "data/stale.csv").write_text("x")
    said = los("demo", folder, "--customers", 500)
    assert (said.status, said.err) == (0, ""), said
    assert "It is not real, and its truth is known." in said.out
    assert "hold the planted truth" in said.out
    assert f"The report is {folder / 'report.html'}." in said.out
    assert sorted(path.name for path in folder.iterdir()) == [
        ".lineofsight",
        "data",
        "lineofsight.yml",
        "report.html",
        "runs",
        "truth.json",
    ]
    assert len(list((folder / "runs").iterdir())) == 1
    assert (folder / "data/orders.parquet").read_bytes() != other
    assert not (folder / "data/stale.csv").exists()


def test_the_demo_leaves_foreign_folders_alone(los: Los, shop: Shop) -> None:
    (shop.folder / "truth.json").write_text("mine")  # not what makes a demo
    before = {path: path.read_bytes() for path in shop.folder.rglob("*") if path.is_file()}
    for target in (shop.folder, shop.file):
        said = los("demo", target, "--customers", 500)
        assert said.status == 2
        assert "→ name a" in said.err
    assert {path: path.read_bytes() for path in shop.folder.rglob("*") if path.is_file()} == before


# ---- texts ----------------------------------------------------------------------------------------------


def test_help_is_whole_and_says_what_to_do_first(los: Los) -> None:
    said = los("--help")
    assert said.status == 0
    assert "..." not in said.out.split("Commands:")[1].split("New here?")[0]
    assert "los demo" in " ".join(said.out.split())
    assert los() == Said(2, "", said.out)
    assert los("--version").out == f"lineofsight {__version__}\n"


@pytest.mark.parametrize("command", ["init", "check", "run", "show", "report", "demo"])
def test_every_command_has_help(los: Los, command: str) -> None:
    said = los(command, "--help")
    assert said.status == 0
    assert f"Usage: los {command}" in said.out


def test_names_in_brackets_are_printed_as_they_are(los: Los, shop: Shop) -> None:
    shop.say("name: Corner shop", "name: 'Corner [red]shop[/red] :smile:'")
    assert "Corner [red]shop[/red] :smile:" in los("run", shop.folder).out
    assert "Corner [red]shop[/red] :smile:: the project file" in los("check", shop.folder).out


def test_numbers_in_json_are_finite(los: Los, ran: Shop) -> None:
    rows = json.loads(los("show", "effects", "--project", ran.folder, "--format", "json").out)
    assert all(math.isfinite(v) for row in rows for v in row.values() if isinstance(v, float))


def test_what_a_killed_report_left_is_removed(los: Los, ran: Shop) -> None:
    left = [
        ran.runs[0] / ".report.html.unfinished-0123456789abcdef",
        ran.folder / ".mine.html.unfinished-0123",
    ]
    for path in left:
        path.write_text("half", encoding="utf-8")
    assert los("report", ran.folder, "--out", ran.folder / "mine.html").status == 0
    assert not any(path.exists() for path in left)
    assert not list(ran.folder.rglob(".owner-*"))
