from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineofsight.error_codes import DataCode, ProjectCode
from lineofsight.errors import DataError, ProjectError
from lineofsight.project import LoadedProject, load_project

from .conftest import OLIST, SMALL, Write


def refused(file: Path) -> ProjectError:
    with pytest.raises(ProjectError) as caught:
        load_project(file)
    return caught.value


def test_the_example_of_the_design_loads(write: Write) -> None:
    file = write(OLIST)
    loaded = load_project(file.parent)
    project = loaded.project
    assert (project.name, project.currency) == ("Olist", "BRL")
    assert project.perceptions["satisfaction"].on == "order_id"
    assert project.landmark == dt.timedelta(days=14)
    assert project.controls["customer_state"].value == "customer_state"
    assert project.value is not None
    assert project.value.margin == 0.2
    assert loaded.text == OLIST
    assert loaded.file == file
    assert loaded.folder == file.parent.resolve()


def test_lines_and_errors_point_at_declarations(write: Write) -> None:
    file = write(OLIST)
    loaded = load_project(file)
    assert loaded.line("operations", "delivery_days", "unit") == 21
    assert loaded.line("operations", "delivery_days", "limit") == 19
    assert loaded.line("controls", "customer_state", "value") == 36
    assert loaded.line("estimation") == 1
    place = ("perceptions", "satisfaction", "value")
    error = loaded.error(DataCode.COLUMN_NOT_FOUND, "no such column", *place, hint="see its columns")
    assert type(error) is DataError
    assert type(loaded.error(ProjectCode.UNKNOWN_NAME, "no such name", *place)) is ProjectError
    assert str(error) == f"{file}:29: perceptions.satisfaction.value: no such column\n  → see its columns"


def test_the_other_ending_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "lineofsight.yaml").write_text(SMALL, encoding="utf-8")
    assert load_project(str(tmp_path)).file.name == "lineofsight.yaml"


def test_two_files_or_none_are_refused(tmp_path: Path) -> None:
    error = refused(tmp_path)
    assert error.message == "the folder has no lineofsight.yml"
    assert error.hint == "`los init` writes an example"
    for name in ("lineofsight.yml", "lineofsight.yaml"):
        (tmp_path / name).write_text(SMALL, encoding="utf-8")
    assert refused(tmp_path).message == "the folder has both lineofsight.yml and lineofsight.yaml"
    assert refused(tmp_path / "nowhere").message == "there is no such folder or file"


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "message"),
    [
        ("operations:", "oprations:", 5, None, "unknown key 'oprations': did you mean 'operations'?"),
        (
            "better: lower",
            "beter: lower",
            6,
            "operations.wait",
            "unknown key 'beter': did you mean 'better'?",
        ),
        (
            "better: lower",
            "better: loower",
            6,
            "operations.wait.better",
            "found 'loower': allowed are 'lower' and 'higher'; did you mean 'lower'?",
        ),
        ("better: lower", "better: 5", 6, "operations.wait.better", "found the number 5: allowed are"),
        (", better: lower", "", 6, "operations.wait", "needs 'better'"),
        ("better: lower", "better: ", 6, "operations.wait", "needs 'better'"),
        ("better: lower", "better: lower, limit: yes", 6, "operations.wait.limit", "found 'yes': a number"),
        ("better: lower", "better: lower, limit: true", 6, "operations.wait.limit", "found true: a number"),
        (
            "better: lower",
            "better: lower, limit: .nan",
            6,
            "operations.wait.limit",
            "found the number nan: a number",
        ),
        (
            "better: lower",
            "better: lower, rating: [5, 1]",
            6,
            "operations.wait",
            "'rating' goes from the lowest answer to the highest",
        ),
        (
            "better: lower",
            "better: lower, knots: 3",
            6,
            "operations.wait.knots",
            "found the number 3: a list",
        ),
        (
            "better: lower",
            "better: lower, knots: [2, x]",
            6,
            "operations.wait.knots[2]",
            "found 'x': a number",
        ),
        ("better: lower", "better: lower, knots: [2, 1]", 6, "operations.wait", "'knots' must rise"),
        ("better: lower", "better: lower, over: 3", 6, "operations.wait.over", "write a length of time as"),
        (
            "better: lower",
            "better: lower, over: 999999999999 years",
            6,
            "operations.wait.over",
            "found '999999999999 years': a length of time is at most 100 years",
        ),
        (
            "value: minutes",
            "value: 2024-01-31",
            6,
            "operations.wait.value",
            "found the date 2024-01-31: a text",
        ),
        ("name: Small", "name: 2024", 1, "name", "found the number 2024: a text is needed"),
        ("name: Small", "name: ''", 1, "name", "found an empty text: a project has a name"),
        (
            "measure: csat",
            "measure: csat, scale: [1]",
            8,
            "perceptions.mood.scale",
            "found 1 entry: two are needed",
        ),
        ("measure: csat", "measure: csat, scale: [1, 2, 3]", 8, "perceptions.mood.scale", "2 are allowed"),
        ("measure: csat", "measure: csat, scale: [0, 9]", 8, "perceptions.mood", "use 'measure: score' for"),
        ("{path: orders.csv}", "orders.csv", 3, "tables.orders", "found 'orders.csv': a section is needed"),
        ("{path: orders.csv}", "{path: 5}", 3, "tables.orders.path", "found the number 5: write a path"),
        ("{path: orders.csv}", "{path: [a, 5]}", 3, "tables.orders.path", "write a path, or a list of paths"),
        (
            "{path: orders.csv}",
            "{}",
            3,
            "tables.orders",
            "found none of them: a table has one of 'path', 'sql' and 'catalog'",
        ),
        (
            "{path: orders.csv}",
            "{path: a, format: xls}",
            3,
            "tables.orders.format",
            "found 'xls': allowed are 'csv'",
        ),
        ("path: orders.csv", "path: a, covers: [1, 2024-02-30]", 3, "tables.orders.covers", "2 problems"),
        (
            "path: orders.csv",
            "path: a, covers: [2024-02-01, 2024-01-01]",
            3,
            "tables.orders",
            "other way round",
        ),
        ("each: orders", "each: orders, every: month", 4, "episodes", "episodes are anchored either on rows"),
        ("each: orders, ", "", 4, "episodes", "episodes are anchored either on rows"),
        ("key: id, ", "", 4, "episodes", "need 'key', the column that names a row"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    write: Write, old: str, new: str, line: int, where: str | None, message: str
) -> None:
    assert old in SMALL
    file = write(SMALL.replace(old, new, 1))
    error = refused(file)
    assert error.line == line
    assert message in error.message
    if "problems" not in message:
        assert error.where == where or where is None
    assert str(error).startswith(f"{file}:{line}: ")


@pytest.mark.parametrize(
    ("section", "where", "message"),
    [
        (
            "estimation: {replicates: 5}",
            "estimation.replicates",
            "found the number 5: at least 100 is allowed",
        ),
        ("estimation: {confidence: 1}", "estimation.confidence", "less than 1.0 is allowed"),
        (
            "estimation: {confidence: 95}",
            "estimation.confidence",
            "found the number 95: a share lies between",
        ),
        (
            "estimation: {change: 20 pct}",
            "estimation.change",
            "found '20 pct': write a share as '20 %' or 0.2",
        ),
        ("estimation: {seed: true}", "estimation.seed", "found true: a number is needed"),
        ("estimation: {seed: 1.5}", "estimation.seed", "found the number 1.5: a whole number is needed"),
        ("engine: sparks", "engine", "found 'sparks': a section is needed"),
        (
            'engine: {duckdb: {memory: "1GB\'; x"}}',
            "engine.duckdb.memory",
            "write an amount of memory as '4 GB'",
        ),
        ("controls: [a, 5]", "controls", "found the number 5 in the list: write a column's name"),
        ("controls: [a, {a: b}]", "controls", "'a' is listed twice"),
        ("controls: [a, {b: {table: orders}}]", "controls.b", "needs 'agg': mean, median"),
        ("controls: 5", "controls", "found the number 5: a section is needed"),
        ("value: {margin: 20 %}", "value", "needs 'horizon'"),
        ("behaviours: {back: {kind: stay}}", "behaviours.back", "needs 'table' (whose rows"),
    ],
)
def test_sections_are_checked(write: Write, section: str, where: str, message: str) -> None:
    error = refused(write(SMALL + section + "\n"))
    assert (error.where, error.line) == (where, 9)
    assert message in error.message


def test_a_missing_space_below_a_section_is_noticed(write: Write) -> None:
    error = refused(
        write(SMALL.replace("  wait: {value: minutes, better: lower}", "  wait:\n    better:lower"))
    )
    assert error.line == 6
    assert error.hint == "is a space missing after the colon?"


def test_all_problems_are_in_one_error(write: Write) -> None:
    text = SMALL.replace("better: lower", "better: loower").replace("measure: csat", "mesure: csat")
    file = write(text + "controls: {x: 5}\n")
    assert str(refused(file)) == (
        f"{file}:6: 3 problems\n"
        "  line 6: operations.wait.better: found 'loower': allowed are 'lower' and 'higher'; did you mean 'lower'?\n"
        "  line 8: perceptions.mood: unknown key 'mesure': did you mean 'measure'?\n"
        "  line 9: controls.x: found the number 5: a section is needed: indented 'key: value' lines"
    )


def test_ten_problems_are_shown(write: Write) -> None:
    text = SMALL + "controls:\n" + "".join(f"  c{i}: {i}\n" for i in range(14))
    rows = str(refused(write(text))).splitlines()
    assert rows[0].endswith(":10: 14 problems")
    assert len(rows) == 12
    assert rows[-1] == "  … and 4 more"


def test_no_words_of_the_machinery_are_shown(write: Write) -> None:
    values = ("5", "x", "[1]", "{a: b}", "true", "2024-01-01", "[]", "''", ".inf", "-1")
    keys = (
        "tables",
        "episodes",
        "operations",
        "perceptions",
        "controls",
        "value",
        "estimation",
        "engine",
        "timezone",
    )
    for key in keys:
        for value in values:
            try:
                load_project(write(f"{key}: {value}\nname: {value}\nsegments: {value}\n"))
            except ProjectError as error:
                text = str(error)
            assert not any(
                word in text for word in ("Input should", "pydantic", "type=", "instance of", "_type")
            )


def test_an_empty_section_is_as_if_absent(write: Write) -> None:
    project = load_project(write(SMALL + "behaviours:\n# returned: ...\ncontrols:\nestimation:\n")).project
    assert project.behaviours == {}
    assert project.estimation.replicates == 1000


def test_controls_may_mix_names_and_sections(write: Write) -> None:
    mixed = "controls:\n  - paid\n  - {size: log(paid)}\n  - months:\n      value: 5 + paid\n      missing: drop\n"
    loaded = load_project(write(SMALL + mixed))
    controls = loaded.project.controls
    assert {name: control.value for name, control in controls.items()} == {
        "paid": "paid",
        "size": "log(paid)",
        "months": "5 + paid",
    }
    assert [loaded.line("controls", name) for name in controls] == [10, 11, 12]
    assert loaded.line("controls", "months", "missing") == 14


SNIPPETS = st.sampled_from(
    [*SMALL.splitlines(keepends=True), "name: x\n", "tables:\n", "  ", "- ", "{", "}", "[", "]", ": ", "&a ", "*a", "${", "}", "sql: select 1", "\t", "'", '"', "!", "|\n", ">\n", "1", "null\n", "%", "é", "controls: "]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=200), st.lists(SNIPPETS, max_size=25).map("".join)))
def test_any_text_loads_or_is_refused(write: Write, text: str) -> None:
    file = write("")
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        assert isinstance(load_project(file), LoadedProject)
    except ProjectError as error:
        assert str(error)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sql=st.text(max_size=80), value=st.text(max_size=40))
def test_any_sql_loads_or_is_refused(write: Write, sql: str, value: str) -> None:
    file = write(SMALL.replace("value: minutes", "value: '${VALUE}'") + "\n")
    file.write_text(
        file.read_text("utf-8").replace("tables:\n", "tables:\n  made: {sql: '${SQL}'}\n"), "utf-8"
    )
    try:
        load_project(file, {"SQL": "select " + sql, "VALUE": value})
    except ProjectError as error:
        assert str(error)
