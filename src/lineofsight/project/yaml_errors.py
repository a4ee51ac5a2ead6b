"""What a YAML parser complains about, said in plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

_NO_SPACE = re.compile(r"^\s*(?:- )?[\w.-]+:[^\s/\\:]")
_SECOND_COLON = re.compile(r"^\s*(?:- )?[^\s:#'\"{\[][^:]*:\s+[^'\"{\[|>#].*?:(?:\s|$)")
_AFTER_QUOTE = re.compile(r":\s+(?:'[^']*'|\"[^\"]*\")\s*[^\s#,}\]]")
_QUOTED = "put the text in quotes: 'like this'"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a YAML text.

    Attributes:
        message: What was found.
        line: Where, counted from 1.
        column: Where in the line, counted from 1; None where it is the line as a whole.
        hint: What to do.
    """

    message: str
    line: int
    column: int | None
    hint: str | None


def explain(error: yaml.YAMLError, text: str) -> Complaint:
    """The parser's error in plain words; usual mistakes are named with their remedy."""
    problem = str(getattr(error, "problem", None) or "")
    mark = getattr(error, "problem_mark", None)
    opened = getattr(error, "context_mark", None)
    rows = text.splitlines() or [""]
    line = min(mark.line + 1, len(rows)) if mark is not None else 1
    column = mark.column + 1 if mark is not None and mark.line + 1 == line else None
    message, hint, at = _in_words(problem, rows, line, column, opened.line + 1 if opened else line)
    return Complaint(message, at, column if at == line else None, hint)


def _in_words(
    problem: str, rows: list[str], line: int, column: int | None, opened: int
) -> tuple[str, str | None, int]:
    row = rows[line - 1]
    rest = row[column - 1 :] if column else ""
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return "the line is indented with a tab", "indent with spaces", line
    if "{{" in row:
        return (
            "'{{' opens a mapping inside a mapping",
            "put the text in quotes; a variable is written ${NAME}",
            line,
        )
    if "cannot start any token" in problem:
        return f"a value cannot start with '{rest[:1]}'", _QUOTED, line
    if "alias" in problem or "alphabetic or numeric" in problem:
        return "a value that starts with '*' or '&' refers to another place of the file", _QUOTED, line
    if "mapping values" in problem:
        return _stray_colon(rows, line)
    if "end of stream" in problem:
        return f"the quote that is opened on line {opened} is never closed", "close it", opened
    if "expected ',' or" in problem:
        if "${" in row:
            return "a variable inside { } or [ ] stands without quotes", 'write "${NAME}", in quotes', line
        bracket = "]" if "]" in problem else "}"
        return (
            f"the list or mapping opened on line {opened} lacks a ',' or its '{bracket}'",
            "close it, or write one entry per line",
            line,
        )
    if "escape" in problem:
        return "a backslash in double quotes has a meaning of its own", "use single quotes", line
    if problem == "second occurrence":
        return "the same anchor (&name) is there twice", "put the text in quotes, or rename the anchor", line
    if "comment or line break" in problem or "comment or a line break" in problem:
        return "there is text after '|' or '>'", "begin the text on the next line, indented", line
    if "another document" in problem:
        return "the file holds more than one document ('---')", "keep one project per file", line
    if _AFTER_QUOTE.search(row):
        return (
            "there is text after the closing quote",
            "write a quote inside single quotes twice: 'it''s'",
            line,
        )
    if (
        "expected key" in problem
        or "block end" in problem
        or "'-' indicator" in problem
        or "start" in problem
    ):
        return (
            "the line does not fit the indentation of the lines above",
            "indent all keys of a section alike, with spaces",
            line,
        )
    return f"this is not YAML: {problem or 'it cannot be read'}", None, line


def _stray_colon(rows: list[str], line: int) -> tuple[str, str | None, int]:
    before = next((n for n in range(line - 1, 0, -1) if rows[n - 1].strip()), line)
    for number in (line, before):
        if _NO_SPACE.match(rows[number - 1]):
            return "a space is missing after the colon", "write 'key: value'", number
    if _SECOND_COLON.match(rows[line - 1]):
        return "there is a second ': ' in the value", _QUOTED, line
    return (
        "a key stands where none can be: the key above already has a value, or the indentation differs",
        "indent all keys of a section alike, with spaces",
        line,
    )
