"""The reference has everything there is: commands, keys, tables, names."""

from __future__ import annotations

import dataclasses
import datetime as dt
import typing

import pytest
import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import lineofsight as los
from lineofsight import errors
from lineofsight.analyses.registry import tables
from lineofsight.cli import app
from lineofsight.project.models import Project
from lineofsight.project.settings import keys_of
from lineofsight.runs.reader import RunTable

from .commands import COMMANDS
from .markdown import DOCS, blocks, code, prose, read, sections, table_rows
from .run_page import PAGE, with_tables

BY_NAME = tables()
TABLES = tuple(tables().values())

REFERENCE = DOCS / "reference"

# --- the command line


def test_every_command_has_a_section_and_no_section_lacks_a_command() -> None:
    found = [name for name in sections(REFERENCE / "command-line.md") if name.startswith("los ")]
    assert found == [f"los {name}" for name in COMMANDS]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_its_default_are_documented(name: str) -> None:
    rows = table_rows(sections(REFERENCE / "command-line.md")[f"los {name}"])
    told = {code(row[0])[0]: row[1].strip("`") for row in rows}
    expected = {}
    for parameter in COMMANDS[name].params:
        flag = parameter.opts[0] if parameter.param_type_name == "option" else parameter.name
        default = getattr(parameter.default, "value", parameter.default)
        expected[flag] = "–" if default is None else str(default)
    assert told == expected


def test_the_options_without_a_command_are_documented() -> None:
    rows = table_rows(sections(REFERENCE / "command-line.md")["los"])
    told = {option for row in rows for option in code(row[0])}
    options = {opt for p in typer.main.get_command(app).params for opt in p.opts}
    assert told == options | {"--help"}


# --- the project file

HEADINGS = {
    "Project": "The whole file",
    "Table": "tables",
    "Episodes": "episodes",
    "Operation": "operations",
    "Assigned": "assigned",
    "Perception": "perceptions",
    "Behaviour": "behaviours",
    "Feature": "segments",
    "Control": "controls",
    "Value": "value",
    "Response": "response",
    "Estimation": "estimation",
    "Insist": "insist",
    "Engine": "engine",
    "DuckDBSettings": "engine limits",
    "Limits": "limits",
    "SparkSettings": "engine cluster",
}


def models_below(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Every model that a model is made of, by name."""
    found = {model.__name__: model}
    for field in model.model_fields.values():
        for part in _types(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel) and part.__name__ not in found:
                found |= models_below(part)
    return found


def _types(annotation: object) -> list[object]:
    return [annotation, *(t for part in typing.get_args(annotation) for t in _types(part))]


MODELS = models_below(Project)


def test_every_model_has_a_section() -> None:
    assert set(MODELS) == set(HEADINGS)


@pytest.mark.parametrize("name", HEADINGS)
def test_every_key_and_its_default_are_documented(name: str) -> None:
    rows = table_rows(sections(REFERENCE / "project-file.md")[HEADINGS[name]])
    told = {code(row[0])[0]: row[2].strip("`") for row in rows}
    assert told == {key: _default(field) for key, field in keys_of(MODELS[name]).items()}


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "*required*"
    if field.default_factory is not None or field.default in (None, "", ()):
        return "–"
    if isinstance(field.default, BaseModel):
        return "–"
    default = field.default
    if isinstance(default, dt.timedelta):
        return f"{default.total_seconds() / 3600:g} hour"
    return f"{default:g}" if isinstance(default, float) else str(default)


@pytest.mark.parametrize("name", [name for name in HEADINGS if not name.endswith("Settings")])
def test_every_section_has_an_example(name: str) -> None:
    text = read(REFERENCE / "project-file.md")
    lines = [text.count("\n", 0, text.index(f"\n{'#' * 2} {heading}\n")) for heading in [HEADINGS[name]]]
    after = [block.line for block in blocks(REFERENCE / "project-file.md", "yaml") if block.line > lines[0]]
    assert after


@pytest.mark.parametrize("name", HEADINGS)
def test_every_key_of_literals_lists_them(name: str) -> None:
    rows = {
        code(row[0])[0]: row for row in table_rows(sections(REFERENCE / "project-file.md")[HEADINGS[name]])
    }
    for key, field in keys_of(MODELS[name]).items():
        allowed = {
            value
            for part in _types(field.annotation)
            if typing.get_origin(part) is typing.Literal
            for value in typing.get_args(part)
        }
        assert allowed <= set(code(rows[key][1])), key


# --- the tables of a run


def test_run_page_has_the_tables_of_the_schema() -> None:
    page = read(PAGE)
    assert page == with_tables(page), "run: python -m tests.docs.run_page"


def test_run_page_names_no_column_that_does_not_exist() -> None:
    for name, section in sections(PAGE).items():
        if name in BY_NAME:
            told = [code(row[0])[0] for row in table_rows(section)]
            assert told == list(BY_NAME[name].names)


def test_every_table_has_a_section_in_the_order_of_the_schema() -> None:
    assert [name for name in sections(PAGE) if name in BY_NAME] == [table.name for table in TABLES]


def test_the_manifest_is_documented(shared_demo: object) -> None:
    told = {key for row in table_rows(sections(PAGE)["The manifest"]) for key in code(row[0])}
    assert told == set(los.latest_run(str(shared_demo)).manifest)


# --- Python


def test_every_public_name_has_a_section() -> None:
    assert set(los.__all__) <= set(sections(REFERENCE / "python.md"))


def test_what_a_check_holds_is_documented() -> None:
    told = {code(row[0])[0] for row in table_rows(sections(REFERENCE / "python.md")["Check"])}
    assert told == {field.name for field in dataclasses.fields(los.Check)}


def test_every_member_of_a_run_and_of_a_table_is_documented() -> None:
    text = sections(REFERENCE / "python.md")["Run"]
    told = {name.split("(")[0] for row in table_rows(text) for name in code(row[0])}
    members = {name for kind in (los.Run, RunTable) for name in vars_of(kind)}
    assert members - set(BY_NAME) <= told


def vars_of(kind: type) -> set[str]:
    names = {name for name in dir(kind) if not name.startswith("_")}
    return names | {field.name for field in dataclasses.fields(kind)}


def test_every_error_is_documented_with_its_place_in_the_tree() -> None:
    text = read(REFERENCE / "errors.md")
    for name in vars(errors):
        kind = getattr(errors, name)
        if isinstance(kind, type) and issubclass(kind, los.LineofsightError):
            assert f"`{name}`" in text
    tree = blocks(REFERENCE / "errors.md", "text")[0].text
    depth = {line.split("──")[-1].split()[0]: line.index(line.split("──")[-1]) for line in tree.splitlines()}
    for name, indent in depth.items():
        for other, less in depth.items():
            if issubclass(getattr(los, name), getattr(los, other)) and name != other:
                assert indent > less


# --- reasons


def test_reasons_in_the_docs_are_those_of_the_code() -> None:
    page = DOCS / "explanation" / "numbers.md"
    words = DOCS.parent / "src" / "lineofsight" / "words" / "reasons"
    source = "".join(path.read_text(encoding="utf-8") for path in words.glob("*.py")).replace("{it} ", "it ")
    told = [code(row[0])[0] for row in table_rows(sections(page)["Why there is no estimate"])]
    assert len(told) >= 8
    for reason in told:
        assert reason in source


def test_no_page_promises_what_is_marked_as_to_do() -> None:
    for page in DOCS.rglob("*.md"):
        assert not {"TODO", "TBD", "FIXME"} & set(prose(page).split()), page
