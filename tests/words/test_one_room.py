"""Prose about results is made in `words`: analyses choose facts, and put no English together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import lineofsight.analyses

ANALYSES = Path(lineofsight.analyses.__file__).parent

PAGE = re.compile(r"(.*_)?section|charts|marks|command")
"""Modules that make a page, a picture or a command's answer: their headings and captions are their own."""

DOCUMENTS = {"TableSchema", "required", "nullable", "unit_columns"}  # what a table's columns mean
TELLS = {"progress", "debug", "info", "warning"}  # what is being done, for whoever waits or reads the log
READS = {"removeprefix", "startswith", "partition"}  # a code such as "via satisfaction"

WORD = r"(?<![\w'{-])[a-z]{2,}(?![\w_])"
SENTENCE = re.compile(rf"{WORD}(?:\W+(?:\w+\W+)*?{WORD}){{2}}")
"""Three words, whatever stands between."""
GLUE = re.compile(rf"\s{WORD}|{WORD}[,;:]?\s")
"""A word set off from what is put before or behind it."""


def prose(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each piece of English that a module puts together.

    That is a text with three words of small letters; one that is filled in (an f-string, or `format`) or begins or ends
    with a space, with one. Docstrings, the documentation of columns, errors and what is told of progress are left out.
    """
    return _prose(ast.parse(source))


def _prose(node: ast.AST) -> Iterator[tuple[int, str]]:
    if _is_left_out(node):
        return
    if isinstance(node, ast.JoinedStr):
        text = "".join(each.value if isinstance(each, ast.Constant) else "{}" for each in node.values)
        if GLUE.search(text):
            yield node.lineno, text
        for each in node.values:
            if isinstance(each, ast.FormattedValue):
                yield from _prose(each.value)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
        glued = text != text.strip() or "{" in text
        if SENTENCE.search(text) or (glued and GLUE.search(text)):
            yield node.lineno, text
    for child in ast.iter_child_nodes(node):
        yield from _prose(child)


def _is_left_out(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Raise() | ast.Assert():
            return True
        case ast.FunctionDef(returns=ast.Name(id=name)) if name.endswith("Error"):
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in DOCUMENTS | TELLS | READS
        case ast.Assign(targets=[ast.Name(id="doing")]):
            return True
        case _:
            return False


MODULES = [path for path in sorted(ANALYSES.rglob("*.py")) if not PAGE.fullmatch(path.stem)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ANALYSES).as_posix())
def test_an_analysis_puts_no_english_together(path: Path) -> None:
    found = [f"line {line}: {text!r}" for line, text in prose(path.read_text(encoding="utf-8"))]
    assert not found, f"move what is said to words/: {'; '.join(found)}"


@pytest.mark.parametrize(
    "source",
    [
        'f"{cause} goes with {outcome}"',
        'f"{share:g} % better"',
        'told + "; in money, over all behaviours"',
        'told = "It may be a must-have"',
        'change.replace(" higher", "")',
        '"below {}".format(high)',
        '" and ".join(names)',
        "f\"{'no effect is clear' if none else told}\"",
        "{'straight': 'straight, as far as can be told'}",
        'def words(): return f"threshold near {place}"',
    ],
)
def test_prose_is_seen(source: str) -> None:
    assert list(prose(source))


@pytest.mark.parametrize(
    "source",
    [
        '"""What was found, as plain sentences."""',
        'required("sentence", "string", "what was seen, and what became of it")',
        'raise DataError(f"no episode has the level {level} of {name}")',
        'def _refused() -> ProjectError: return error(f"the control {name} is a number")',
        'progress(f"estimating effects where {label}")',
        'class Effects: doing = "estimating what goes with what"',
        'f"known:{name}"',
        'row["standardised_difference"]',
        '("path", "no effect")',
    ],
)
def test_what_is_no_prose_about_results_is_left_alone(source: str) -> None:
    assert not list(prose(source))
