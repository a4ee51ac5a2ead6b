from __future__ import annotations

from pathlib import Path

import pytest

from lineofsight.errors import ProjectError
from lineofsight.project import load_project
from lineofsight.project.document import parse_document
from lineofsight.project.variables import expand, parse_assignments

from .conftest import SMALL, Write


def expanded(
    text: str, given: dict[str, str] | None = None, environment: dict[str, str] | None = None
) -> object:
    document = parse_document(f"a: {text}\n", Path("lineofsight.yml"))
    return expand(document, given or {}, environment or {})[0]["a"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${X}/b", "1/b"),
        ("${Y}", "from environment"),
        ("${X}${X}", "11"),
        ("${Z:-none}", "none"),
        ("${EMPTY:-none}", "none"),
        ("${EMPTY}", ""),
        ("'${Z:-}'", ""),
        ("${X:-none}", "1"),
        ("$${X}", "${X}"),
        ("$X and $ 5", "$X and $ 5"),
        ("[a, '${X}']", ["a", "1"]),
        ("{b: '${X}'}", {"b": "1"}),
        ("5", 5),
    ],
)
def test_variables_are_put_into_texts(text: str, value: object) -> None:
    assert expanded(text, {"X": "1", "EMPTY": ""}, {"X": "2", "Y": "from environment"}) == value


@pytest.mark.parametrize("value", ["x: y", "[a, b]", "a\nb: c", "# no", "${Y}", "*x", "true", "5"])
def test_a_value_never_changes_the_structure(value: str) -> None:
    assert expanded("'${X}'", {"X": value}) == value
    assert expanded("${X}", {"X": value}) == value


def test_the_names_used_are_kept_and_not_the_values() -> None:
    document = parse_document("a: ${B} ${A} ${C:-c}\n", Path("p.yml"))
    assert expand(document, {"A": "1"}, {"B": "2"})[1] == ("A", "B", "C")


def test_an_unknown_variable_names_its_line_and_near_ones(write: Write) -> None:
    file = write(SMALL.replace("orders.csv", '"${DATA_DRI}/orders.csv"'))
    with pytest.raises(ProjectError) as caught:
        load_project(file, {"DATA_DIR": "x"})
    assert str(caught.value) == (
        f"{file}:3: tables.orders.path: the variable 'DATA_DRI' is not set; did you mean 'DATA_DIR'?\n"
        "  → set it or pass --var DATA_DRI=..."
    )


@pytest.mark.parametrize("text", ["${}", "${a b}", "${1A}", "${A", "${A:?x}"])
def test_what_is_no_variable_is_refused(text: str) -> None:
    with pytest.raises(ProjectError, match=r"a variable is written \$\{NAME\} or") as caught:
        expanded(f"'{text}'", {"A": "1"})
    assert caught.value.hint == "write $${ for a literal ${"
    assert caught.value.line == 1


def test_given_variables_come_before_the_environment(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOS_TEST_NAME", "environment")
    file = write(SMALL.replace("name: Small", "name: ${LOS_TEST_NAME}"))
    assert load_project(file).project.name == "environment"
    loaded = load_project(file, {"LOS_TEST_NAME": "given"})
    assert loaded.project.name == "given"
    assert loaded.variables == ("LOS_TEST_NAME",)
    assert "${LOS_TEST_NAME}" in loaded.text


def test_numbers_and_shares_may_come_from_variables(write: Write) -> None:
    file = write(SMALL + "estimation: {replicates: '${N}', change: '${C}'}\n")
    estimation = load_project(file, {"N": "500", "C": "0.2"}).project.estimation
    assert (estimation.replicates, estimation.change) == (500, 0.2)


def test_assignments() -> None:
    assert parse_assignments(["A=1", "B=x=y", "C=", "A=2"]) == {"A": "2", "B": "x=y", "C": ""}


@pytest.mark.parametrize("argument", ["A", "=1", "a b=1", "1A=2", ""])
def test_what_is_no_assignment_is_refused(argument: str) -> None:
    with pytest.raises(ProjectError, match=r"--var: found '.*': a variable is given as NAME=VALUE"):
        parse_assignments([argument])
