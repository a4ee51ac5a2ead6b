"""Every code of an error is used, documented, used for one thing, and what it was before."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import lineofsight as los
from lineofsight.error_codes import Code
from lineofsight.errors import CommandError, LineofsightError

from .error_page import CODES, KEPT, KINDS, PAGE, kept, listed, with_codes
from .markdown import DOCS, read

SOURCE = DOCS.parent / "src" / "lineofsight"
FILES = {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for path in SOURCE.rglob("*.py")
    if path.name not in ("errors.py", "error_codes.py")
}
ERRORS = ("ProjectError", "DataError", "EngineError", "RunError", "CommandError")


def test_the_page_has_the_codes_of_the_catalogue() -> None:
    page = read(PAGE)
    assert page == with_codes(page), "run: python -m tests.docs.error_page"


def test_no_code_has_gone_or_means_something_else() -> None:
    every = listed(CODES, kept())
    assert KEPT.read_text(encoding="utf-8") == "".join(f"{code} {name}\n" for code, name in every.items())


def test_a_code_that_is_renamed_or_gone_is_refused() -> None:
    first, *others = CODES
    with pytest.raises(ValueError, match=str(first)):
        listed(others, kept())
    with pytest.raises(ValueError, match=str(first)):
        listed(CODES, kept() | {str(first): "ANOTHER"})


def test_a_code_is_written_as_its_kind_wants_and_stands_once() -> None:
    letters = {kind: {str(code)[4] for code in kind} for kind in KINDS}
    assert [len(each) for each in letters.values()] == [1] * len(KINDS)
    assert len(set().union(*letters.values())) == len(KINDS)
    assert all(re.fullmatch(r"LOS-[PDERU]\d{3}", str(code)) for code in CODES)
    assert len({str(code) for code in CODES}) == len(CODES)
    assert len({code.happened for code in CODES}) == len(CODES)
    assert all(code.happened.endswith(".") and code.remedy.endswith(".") for code in CODES)


def test_every_code_is_raised_somewhere() -> None:
    used = {
        (node.value.id, node.attr)
        for tree in FILES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    unused = [code.name for code in CODES if (type(code).__name__, code.name) not in used]
    assert not unused


def _constructed() -> list[tuple[Path, ast.Call]]:
    return [
        (path, node)
        for path, tree in FILES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS
    ]


def test_an_error_is_made_with_a_code_of_its_own_kind() -> None:
    """A wrong one would be seen only when the error is raised."""
    made = _constructed()
    assert len(made) > 60
    for path, call in made:
        first = call.args[0]
        if (
            isinstance(first, ast.Attribute)
            and isinstance(first.value, ast.Name)
            and first.value.id.endswith("Code")
        ):
            assert isinstance(call.func, ast.Name)
            assert first.value.id.removesuffix("Code") == call.func.id.removesuffix("Error"), (
                path,
                call.lineno,
            )


def test_every_error_of_the_tree_has_codes_of_its_own() -> None:
    kinds = [los.ProjectError, los.DataError, los.EngineError, los.RunError, CommandError]
    assert [kind.codes for kind in kinds] == KINDS
    assert LineofsightError.codes is Code
