"""Characters in data that steer a terminal, end a renderer or begin a formula: shown, never obeyed."""

from __future__ import annotations

import csv
import html
import io
import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import lineofsight
from lineofsight.commands import csv_cell

from .conftest import LosProcess
from .shop import Los, Shop, tables

#: A level of the segments for each, and what a reader sees of it.
LEVELS = {
    "no\x00rth": r"no\x00rth",
    "so\x01uth": r"so\x01uth",
    "\x1b[31mred\x1b[0m": r"\x1b[31mred\x1b[0m",
    "c1\x9b31m": r"c1\x9b31m",
    "end\ufffe": r"end\ufffe",
    "end\uffff": r"end\uffff",
    "two\nlines": r"two\nlines",
    "over\rwritten": r"over\rwritten",
    "turned\u202egpj": r"turned\u202egpj",
    "isolated\u2066x": r"isolated\u2066x",
    '=HYPERLINK("http://x")': '=HYPERLINK("http://x")',
    "+cmd": "+cmd",
    "-cmd": "-cmd",
    "@cmd": "@cmd",
    " =late": " =late",
    "-5": "-5",
}
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop that has run, with such levels as regions."""
    shop = Shop(tmp_path_factory.mktemp("odd") / "shop", tables=tables(600))
    levels = list(LEVELS)
    for row in shop.tables["orders"]:
        row["region"] = levels[int(row["customer_id"][1:]) % len(levels)]
    shop.text = shop.text.replace("data/orders.csv", "data/orders.parquet")
    shop.write()
    pq.write_table(pa.Table.from_pylist(shop.tables["orders"]), shop.folder / "data/orders.parquet")
    lineofsight.run(shop.folder)
    return shop


def test_a_report_is_drawn_and_shows_what_cannot_be_seen(odd: Shop, los_process: LosProcess) -> None:
    said = los_process("report", odd.folder)
    assert said.returncode == 0, said.stderr.decode()
    page = (odd.runs[-1] / "report.html").read_text(encoding="utf-8")
    assert not RAW.search(page)
    for seen in LEVELS.values():
        assert seen in html.unescape(page), seen


@pytest.mark.parametrize("table", ["effects", "segments", "findings", "populations"])
def test_a_terminal_obeys_nothing(odd: Shop, los: Los, table: str) -> None:
    for form in ("table", "csv", "json"):
        said = los("show", table, "--project", odd.folder, "--format", form)
        assert said.status == 0
        assert not RAW.search(said.out.replace("\r\n", "\n") + said.err)


def test_text_is_no_formula_and_numbers_are_numbers(odd: Shop, los: Los) -> None:
    rows = list(
        csv.DictReader(io.StringIO(los("show", "effects", "--project", odd.folder, "--format", "csv").out))
    )
    stored = pq.read_table(odd.runs[-1] / "effects.parquet").to_pylist()
    assert [row["estimate"] and float(row["estimate"]) for row in rows] == [
        "" if row["estimate"] is None else row["estimate"] for row in stored
    ]
    for row in rows:
        for cell in filter(None, row.values()):
            assert not cell.lstrip().startswith(("=", "+", "-", "@")) or float(cell) is not None, cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1 more", "'+1 more"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", r"'\t=1"),
        ("\r=1", r"'\r=1"),
        ("\t1", r"'\t1"),
        ("\uff1d1", "'\uff1d1"),
        ("-5", "-5"),
        ("+0.5e-3", "+0.5e-3"),
        ("-5 to 6", "'-5 to 6"),
        ("north", "north"),
        (-5, -5),
        (-0.25, -0.25),
        (None, None),
    ],
)
def test_cells_of_csv(value: object, cell: object) -> None:
    assert csv_cell(value) == cell


def test_json_and_parquet_hold_the_values_as_they_are(odd: Shop, los: Los) -> None:
    said = los("show", "effects", "--project", odd.folder, "--format", "json")
    seen = {row["segment"] for row in json.loads(said.out)}
    assert {f"region = {level}" for level in LEVELS} <= seen
    stored = pq.read_table(odd.runs[-1] / "effects.parquet")["segment"].to_pylist()
    assert seen == set(stored)


def test_an_error_that_quotes_data_steers_nothing(shop: Shop, los: Los) -> None:
    shop.change(
        "orders", "delivery_days", lambda n, row: "\x1b[2J\u202eoops" if n == 3 else row["delivery_days"]
    )
    for form in ("text", "json"):
        said = los("check", shop.folder, "--format", form)
        assert said.status == 2
        assert "oops" in said.out + said.err
        assert not RAW.search(said.out + said.err)


@pytest.mark.parametrize(
    "escape", [r"\x01", r"\0", r"\e", r"\x7f", r"\x9b", r"\u202e", r"\u2067", r"\ufffe", r"\uffff", r"\n"]
)
@pytest.mark.parametrize("key", ["label", "unit"])
def test_a_label_of_a_project_has_none(shop: Shop, los: Los, key: str, escape: str) -> None:
    new = f'    unit: "se{escape}c"\n' if key == "unit" else f'    unit: seconds\n    label: "wa{escape}it"\n'
    shop.say("    unit: seconds\n", new)
    said = los("check", shop.folder)
    assert said.status == 2
    assert "LOS-P" in said.err
    assert f"operations.page_seconds.{key}: the text has a character that cannot be shown (U+" in said.err
    assert not RAW.search(said.err)


@pytest.mark.parametrize(
    "entry", ['{paid: {value: paid, label: "a\\nb"}}', '[{paid: {value: paid, label: "a\\nb"}}]']
)
def test_a_label_of_a_control_has_none(shop: Shop, los: Los, entry: str) -> None:
    shop.say("controls: [paid]", f"controls: {entry}")
    said = los("check", shop.folder)
    assert said.status == 2
    assert "paid.label: the text has a character that cannot be shown (U+000A)" in said.err


def test_a_variable_brings_none_in(shop: Shop, los: Los) -> None:
    shop.say("name: Corner shop", "name: ${SHOP}")
    said = los("check", shop.folder, "--var", "SHOP=a\x1b[31mb")
    assert said.status == 2
    assert "U+001B" in said.err
    assert "\x1b" not in said.err


def test_sql_keeps_its_lines(shop: Shop, los: Los) -> None:
    shop.say("value: delivery_days", 'value: "delivery_days\\n\\t+ 0"')
    assert los("check", shop.folder).status == 0
