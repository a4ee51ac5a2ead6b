"""A command that is asked for JSON gives it when it fails, too."""

from __future__ import annotations

import json

import pytest

from .shop import Los, Shop

KEYS = {"code", "message", "file", "line", "where", "hint"}


def test_a_mistake_in_the_project_file(shop: Shop, los: Los) -> None:
    shop.say("measure: csat", "mesure: csat")
    for command in ("run", "check"):
        said = los(command, shop.folder, "--format", "json")
        error = json.loads(said.out)["error"]
        assert set(error) == KEYS
        assert (said.status, error["code"], error["file"]) == (2, "LOS-P020", str(shop.file))
        assert (error["line"], error["where"]) == (shop.line("mesure"), "perceptions.satisfaction")
        assert error["message"] == "unknown key 'mesure': did you mean 'measure'?"
        assert (
            said.err == f"Error LOS-P020: {shop.file}:{error['line']}: {error['where']}: {error['message']}\n"
        )


def test_each_of_several_mistakes_has_its_code(shop: Shop, los: Los) -> None:
    shop.say("measure: csat", "measure: cast").say("better: lower\n    function", "better: low\n    function")
    shop.say("segments: [region]", "segments: [region, paid]")
    shop.say("margin: 20 %", "margin: 120 %")
    error = json.loads(los("run", shop.folder, "--format=json").out)["error"]
    assert error["code"] == "LOS-P019"
    assert [each["code"] for each in error["problems"]] == ["LOS-P023", "LOS-P023", "LOS-P024"]
    assert [each["line"] for each in error["problems"]] == sorted(each["line"] for each in error["problems"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("efects",), "LOS-R008"),
        (("effects",), "LOS-R001"),
        (("effects", "--bogus"), "LOS-U001"),
        (("effects", "--project"), "LOS-U001"),
    ],
)
def test_a_failure_of_show(shop: Shop, los: Los, arguments: tuple[str, ...], code: str) -> None:
    where = () if arguments[-1].startswith("--") else ("--project", shop.folder)
    said = los("show", "--format", "json", *arguments, *where)
    assert said.status == 2
    assert json.loads(said.out)["error"]["code"] == code
    assert f"Error {code}: " in said.err


def test_the_answers_of_commands_that_do_something(shop: Shop, los: Los) -> None:
    checked = json.loads(los("check", shop.folder, "--format", "json").out)
    assert checked["tables"] == {name: len(rows) for name, rows in shop.tables.items()}
    assert checked["capacity"]["recommended"] == "duckdb"
    said = los("run", shop.folder, "--format", "json")
    ran = json.loads(said.out)
    assert said.err == ""
    assert [str(path) for path in shop.runs] == [ran["path"]]
    assert ran["run"] == shop.runs[0].name
    assert [each["rank"] for each in ran["findings"]] == list(range(1, len(ran["findings"]) + 1))


def test_without_json_a_failure_prints_nothing_on_standard_output(shop: Shop, los: Los) -> None:
    said = los("show", "efects", "--project", shop.folder)
    assert (said.status, said.out) == (2, "")
    said = los("run", shop.folder, "--bogus")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("Usage: los run")
    assert said.err.endswith("Error LOS-U001: No such option: --bogus\n  → los run --help\n")


def test_a_command_that_is_not_known_is_logged_as_json_where_that_is_asked_for(los: Los) -> None:
    said = los("--log-format", "json", "bogus")
    assert (said.status, said.out, json.loads(said.err)["code"]) == (2, "", "LOS-U001")
