"""Answers of one survey as different tools export them: read as the same numbers, or refused with what mends it."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.sparks import spark_session

import lineofsight as los
from lineofsight.engines.base import Engine
from lineofsight.engines.duckdb import DuckDBEngine
from lineofsight.engines.spark import SparkEngine
from lineofsight.episodes import build_episodes
from lineofsight.errors import DataError, LineofsightError
from lineofsight.project import load_project

FILES = Path(__file__).parent / "exports"
PROJECT = """\
name: Export
currency: EUR
tables:
  orders: {path: orders.csv, covers: [2024-01-01, 2025-03-31]}
  answers: {path: answers.csv}
episodes: {each: orders, key: order_id, customer: customer_id, at: delivered}
operations:
  delivery_days: {value: days, unit: days, better: lower}
perceptions:
  satisfaction: {table: answers, on: order_id, at: answered, value: csat, measure: csat, within: 14 days}
  recommendation: {table: answers, on: order_id, at: answered, value: nps, measure: nps, within: 14 days}
behaviours:
  spend: {kind: buy_more, table: orders, at: ordered, value: paid, within: 90 days}
value: {margin: 30 %, horizon: 12 months}
"""
RIGHT = {"satisfaction": 3.262, "recommendation": -6.37, "spend": 28.386, "delivery_days": 5.0}
ENGINES = ["duckdb", pytest.param("spark", marks=pytest.mark.xdist_group("spark"))]

Answers = list[dict[str, str]]


def answers() -> Answers:
    with (FILES / "answers.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def text_of(rows: Answers, above: str = "", names: dict[str, str] | None = None) -> str:
    """The rows as CSV, with lines above them and other names."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([(names or {}).get(name, name) for name in rows[0]])
    writer.writerows(row.values() for row in rows)
    return above + out.getvalue()


def project(folder: Path, content: str | bytes, *said: tuple[str, str]) -> Path:
    """A project whose answers have this content; of the project file some texts are others."""
    folder.mkdir(exist_ok=True)
    shutil.copy(FILES / "orders.csv", folder)
    (folder / "answers.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    text = PROJECT
    for old, new in said:
        assert old in text
        text = text.replace(old, new)
    (folder / "lineofsight.yml").write_text(text, encoding="utf-8")
    return folder


def found(folder: Path, kind: str) -> dict[str, float]:
    """Means, NPS and median of what was aligned."""
    if kind == "spark":
        file = folder / "lineofsight.yml"
        file.write_text(file.read_text(encoding="utf-8") + "engine: spark\n", encoding="utf-8")
    loaded = load_project(folder)
    working = folder / ".lineofsight"
    engine: Engine = (
        SparkEngine(loaded, working, session=spark_session())
        if kind == "spark"
        else DuckDBEngine(loaded, working)
    )
    try:
        build_episodes(loaded, engine, working / "episodes.parquet", lambda message: None)
    finally:
        engine.close()
    table = pq.read_table(working / "episodes.parquet").to_pydict()
    known = {
        name: np.array([v for v in table[name] if v is not None], dtype=float)
        for name in ("satisfaction", "recommendation", "spend", "delivery_days")
    }
    nps = known["recommendation"]
    return {
        "satisfaction": round(known["satisfaction"].mean(), 3),
        "recommendation": round(100 * float((nps >= 9).mean() - (nps <= 6).mean()), 2),
        "spend": round(known["spend"].mean(), 3),
        "delivery_days": float(np.median(known["delivery_days"])),
    }


def qualtrics(rows: Answers) -> str:
    names = {"answered": "RecordedDate", "csat": "Q1", "nps": "Q2"}
    told = [{"answered": row["answered"], "ResponseId": f"R_{n}", **row} for n, row in enumerate(rows)]
    first, *rest = text_of(told, names=names).splitlines(keepends=True)
    questions = {"answered": "Recorded\nDate", "csat": "How satisfied, all in all?", "nps": "How likely?"}
    second = io.StringIO()
    csv.writer(second, lineterminator="\n").writerows(
        [[questions.get(name, name) for name in told[0]], [f'{{"ImportId":"{name}"}}' for name in told[0]]]
    )
    return first + second.getvalue() + "".join(rest)


def with_twin(rows: Answers) -> str:
    return text_of([{**row, "CSAT": str(6 - int(row["csat"]))} for row in rows])


def two_lines(rows: Answers) -> str:
    first, rest = text_of(rows).split("\n", 1)
    return f"{first}\nRespondent,,Response,0 to 10,1 to 5\n{rest}"


ONLY_QUALTRICS = "value: Q1, where: \"starts_with(ResponseId, 'R_')\""
READ: dict[str, tuple[Callable[[Answers], str | bytes], list[tuple[str, str]]]] = {
    "as it should be": (text_of, []),
    "columns with blanks": (
        lambda rows: text_of(rows, names={"answered": "Recorded Date", "csat": "How satisfied were you?"}),
        [("at: answered", "at: Recorded Date"), ("value: csat", "value: How satisfied were you?")],
    ),
    "columns with signs": (
        lambda rows: text_of(rows, names={"answered": "answered.at", "csat": "C-SAT (1-5)", "nps": "2. NPS"}),
        [
            ("at: answered", "at: Answered.At"),
            ("value: csat", "value: C-SAT (1-5)"),
            ("value: nps", "value: 2. NPS"),
        ],
    ),
    "columns with words of SQL": (
        lambda rows: text_of(rows, names={"answered": "as of", "csat": "order", "nps": "1st"}),
        [("at: answered", "at: as of"), ("value: csat", "value: '\"order\"'"), ("value: nps", "value: 1st")],
    ),
    "columns with words of SQL, bare": (
        lambda rows: text_of(rows, names={"answered": "at", "csat": "Order", "nps": "current_date"}),
        [("at: answered", "at: at"), ("value: csat", "value: order"), ("value: nps", "value: current_date")],
    ),
    "qualtrics": (
        qualtrics,
        [("at: answered", "at: RecordedDate"), ("value: csat", ONLY_QUALTRICS), ("value: nps", "value: Q2")],
    ),
    "qualtrics, declared": (
        qualtrics,
        [
            ("at: answered", "at: RecordedDate"),
            ("value: csat", "value: Q1"),
            ("value: nps", "value: Q2"),
            ("path: answers.csv", "path: answers.csv, header: 3"),
        ],
    ),
    "notes above": (lambda rows: text_of(rows, "Survey of 2024\n\nby Ann, Sales\n"), []),
    "notes above, filled up": (lambda rows: text_of(rows, '"Survey, of 2024",,,,\n,,,,\n'), []),
    "notes above, skipped": (
        lambda rows: text_of(rows, "a,b,c,d,e\nf,g,h,i,j\n"),
        [("path: answers.csv", "path: answers.csv, skip: 2")],
    ),
    "groups above, declared": (
        lambda rows: text_of(rows, ",,Time,Survey,\n"),
        [("path: answers.csv", "path: answers.csv, header: 2")],
    ),
    "a second line of names": (two_lines, [("path: answers.csv", "path: answers.csv, header: 2")]),
    "utf-16": (lambda rows: text_of(rows).encode("utf-16"), []),
    "utf-16 without a mark": (lambda rows: text_of(rows).encode("utf-16-be"), []),
    "utf-16 and tabs, declared": (
        lambda rows: text_of(rows).replace(",", "\t").encode("utf-16-le"),
        [("path: answers.csv", "path: answers.csv, encoding: UTF-16LE")],
    ),
    "windows-1252": (
        lambda rows: text_of([{**row, "word": "très bien, 12 €"} for row in rows]).encode("cp1252"),
        [("path: answers.csv", "path: answers.csv, encoding: windows-1252")],
    ),
}


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize("name", READ)
def test_the_same_answers_are_read(tmp_path: Path, name: str, kind: str) -> None:
    content, said = READ[name]
    assert found(project(tmp_path, content(answers()), *said), kind) == RIGHT


@pytest.mark.parametrize("kind", ENGINES)
def test_a_name_that_differs_by_case_only_is_the_column_that_is_written_so(tmp_path: Path, kind: str) -> None:
    turned = found(project(tmp_path / "1", with_twin(answers()), ("value: csat", "value: CSAT")), kind)
    assert turned == {**RIGHT, "satisfaction": 2.738}
    assert found(project(tmp_path / "2", with_twin(answers())), kind) == RIGHT
    inside = ("value: csat", "value: '6 - coalesce(CSAT, 3)'")
    assert found(project(tmp_path / "3", with_twin(answers()), inside), kind) == RIGHT


UNCLOSED = text_of([{**row, "word": "fine"} for row in answers()]).replace(",fine\n10005", ',"bad\n10005', 1)
REFUSED: dict[str, tuple[str | bytes, list[tuple[str, str]], list[str]]] = {
    "neither of two": (
        with_twin(answers()),
        [("value: csat", "value: Csat")],
        ["LOS-D051", "satisfaction.value", "'csat' and 'CSAT' differ", "'csat_column5' or 'CSAT_column6'"],
    ),
    "twice": (
        text_of(answers(), names={"nps": "csat"}),
        [("value: nps", "value: csat")],
        ["LOS-D051", "2 columns are called so", "'csat_column4' or 'csat_column5'"],
    ),
    "no such column": (
        text_of(answers(), names={"answered": "Recorded Date"}),
        [("at: answered", "at: Recorded Dates")],
        ["satisfaction.at", "no column of this name", "in double quotes, as '\"Recorded Date\"'"],
    ),
    "column or computation": (
        text_of([{"c": "1", "sat": "2", **row} for row in answers()], names={"csat": "c-sat"}),
        [("value: csat", "value: c-sat")],
        ["LOS-D051", "can be computed of others of its columns too", "'\"c-sat\"'"],
    ),
    "a second line of names": (
        two_lines(answers()),
        [],
        ["LOS-D050", "answers.csv, line 2: 'Respondent', 'Response'", "'header: 2'", "'header: 1'"],
    ),
    "names further down": (
        text_of(answers(), "Who,Whose,Time,Survey,Survey\n"),
        [("path: answers.csv", "path: answers.csv, header: 1")],
        ["LOS-D018", "no column 'csat', which stands in line 2", "'skip: 1' under 'tables: answers:'"],
    ),
    "a header that is too long": (
        "order_id,customer_id,answered,nps,csat\n10001,82,2024-03-09,3,2\n",
        [("path: answers.csv", "path: answers.csv, header: 2, skip: 1")],
        ["LOS-D050", "declared to end in line 3, and the file has 2 lines"],
    ),
    "cp1252 as latin-1": (
        text_of([{**row, "word": "12 €"} for row in answers()]).encode("cp1252"),
        [("path: answers.csv", "path: answers.csv, encoding: latin-1")],
        ["LOS-D005", "answers.csv, line 2: ", "in 267 of 268 lines", "as in '€'", "'encoding: windows-1252'"],
    ),
    "cp1252 as nothing": (
        text_of([{**row, "word": "très"} for row in answers()]).encode("cp1252"),
        [],
        ["LOS-D005", "line 2: the text is not in UTF-8, in 267 of 268", "'encoding: windows-1252' if 'très'"],
    ),
    "utf-8 as cp1252": (
        text_of([{**row, "word": "très"} for row in answers()]),
        [("path: answers.csv", "path: answers.csv, encoding: windows-1252")],
        ["LOS-D005", "the text is in UTF-8", "take 'encoding' out"],
    ),
    "no letter of cp1252": (
        text_of([{**row, "word": "x"} for row in answers()]).encode().replace(b",x\n10003", b",\x81\n10003"),
        [("path: answers.csv", "path: answers.csv, encoding: windows-1252")],
        ["LOS-D005", "line 3: the byte 0x81 is no letter in 'windows-1252'; 1 of 268 lines"],
    ),
    "utf-16 as cp1252": (
        text_of(answers()).encode("utf-16"),
        [("path: answers.csv", "path: answers.csv, encoding: cp1252")],
        ["LOS-D005", "the text is in UTF-16", "'encoding: utf-16'"],
    ),
    "a quote that is not closed": (
        UNCLOSED,
        [],
        ["LOS-D004", "answers.csv, line 4: a double quote that is opened there is not closed", "'10003,56"],
    ),
    "a quote in UTF-16 that is not closed": (
        UNCLOSED.encode("utf-16"),
        [],
        ["LOS-D004", "answers.csv, line 4: a double quote that is opened there is not closed"],
    ),
    "a line too short below notes": (
        text_of(answers(), "Survey\n\n").replace("10005,52,", "10005\n52,"),
        [],
        ["LOS-D004", "answers.csv, line 7: found 1 field, but line 3 names 5 columns"],
    ),
    "a workbook that is called CSV": (
        b"PK\x03\x04" + bytes(200),
        [],
        ["LOS-D052", "answers.csv: this is a workbook of Excel", "save the sheet as 'CSV UTF-8'"],
    ),
}


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_one_reading_is_refused_with_what_mends_it(tmp_path: Path, name: str, kind: str) -> None:
    content, said, told = REFUSED[name]
    with pytest.raises(LineofsightError) as refused:
        found(project(tmp_path, content, *said), kind)
    text = f"{refused.value.code} {refused.value}"
    assert all(part in text for part in told), text


def test_excel_files_are_refused_by_their_name(tmp_path: Path) -> None:
    folder = project(tmp_path, "", ("path: answers.csv", "path: answers.xlsx"))
    (folder / "answers.csv").rename(folder / "answers.xlsx")
    with pytest.raises(
        DataError, match=r"(?s)'answers.xlsx' is an Excel file, .* 'CSV UTF-8'.*'path: answers.csv'"
    ):
        los.check(folder)


@pytest.mark.parametrize("header", ["path: 'answers*.csv'", "path: 'answers*.csv', incremental: false"])
def test_each_of_several_files_has_a_header_of_its_own(tmp_path: Path, header: str) -> None:
    rows = answers()
    folder = project(tmp_path, text_of(rows[:100], "Survey\n"), ("path: answers.csv", header))
    (folder / "answers2.csv").write_text(text_of(rows[100:200]), encoding="utf-16")
    (folder / "answers3.csv").write_text(text_of(rows[200:]), encoding="utf-8")
    assert found(folder, "duckdb") == RIGHT


def test_columns_alike_but_for_case_have_their_place_in_sql(tmp_path: Path) -> None:
    sql = "path: raw.csv}\n  answers: {sql: select order_id, answered, nps, 6 - {} as csat from raw"
    said = (
        "answers: {path: answers.csv",
        "raw: {" + sql.replace("{}", "CSAT_column6").replace("{sql", "{sql", 1),
    )
    folder = project(tmp_path, with_twin(answers()), said)
    (folder / "answers.csv").rename(folder / "raw.csv")
    text = (folder / "lineofsight.yml").read_text(encoding="utf-8").replace("{sql: select", '{sql: "select')
    text = text.replace("from raw}", 'from raw"}')
    (folder / "lineofsight.yml").write_text(text, encoding="utf-8")
    assert found(folder, "duckdb") == RIGHT
    (folder / "lineofsight.yml").write_text(text.replace("CSAT_column6", "CSAT"), encoding="utf-8")
    with pytest.raises(DataError, match="have their place: 'csat' is csat_column5, 'CSAT' is CSAT_column6"):
        found(folder, "duckdb")


def test_check_tells_copies_as_the_run_does(tmp_path: Path) -> None:
    said = (
        "behaviours:\n",
        "behaviours:\n  contacts: {kind: cost_to_serve, table: tickets, at: created, within: 90 days, unit: contacts}\n",
    )
    folder = project(
        tmp_path, text_of(answers()), said, ("tables:\n", "tables:\n  tickets: {path: tickets.csv}\n")
    )
    shutil.copy(FILES / "tickets.csv", folder)
    notes = [note for note in los.check(folder).warnings if "repeat another" in note]
    assert len(notes) == 1 and notes[0].startswith(
        "75 (33\u00a0%) rows of table 'tickets' repeat another in every column"
    )


def test_ids_that_differ_by_case_are_told_with_an_example(tmp_path: Path) -> None:
    rows = [
        {**row, "customer_id": f"{'C' if n % 2 else 'c'}{row['customer_id']}@example.org"}
        for n, row in enumerate(answers())
    ]
    folder = project(tmp_path, text_of(rows), ("answers, on: order_id", "answers"))
    lines = (folder / "orders.csv").read_text(encoding="utf-8").splitlines()
    cells = [line.split(",") for line in lines]
    for row in cells[1:]:
        row[1] = f"c{row[1]}@example.org"
    (folder / "orders.csv").write_text("".join(",".join(row) + "\n" for row in cells), encoding="utf-8")
    (note,) = (note for note in los.check(folder).warnings if "written alike" in note)
    assert (
        note.startswith("133 (50\u00a0%) of the 267 rows of table 'answers'")
        and "@example.org' for 'c" in note
    )
