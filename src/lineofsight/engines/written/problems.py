"""The errors for texts whose meaning is not clear: what was found, where, and the line of YAML that says it without losing a row."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lineofsight.engines.written.dates import UnclearDates
from lineofsight.engines.written.numbers import UnclearNumbers
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject
from lineofsight.project.tables import Table
from lineofsight.sources.places import place_of

Unclear = UnclearDates | UnclearNumbers

_BARE_KEY = re.compile(r"[^\W\d][\w ]*\w|[^\W\d]")
_WORDS_OF_YAML = ("yes", "no", "true", "false", "null", "on", "off", "y", "n")
_MOST_LISTED = 12
_WITH_ANSWERS = ("perceptions", "operations", "controls")


def column_name(expression: str) -> str | None:
    """The column that an expression is the name of."""
    name = expression.strip()
    if re.fullmatch(r"[^\W\d]\w*", name):
        return name
    quoted = re.fullmatch(r'"((?:[^"]|"")+)"', name)
    return quoted[1].replace('""', '"') if quoted else None


def standing(loaded: LoadedProject, table: str, column: str | None, example: str) -> str:
    """As ' (answers.csv, line 8)'; empty where that is not known."""
    place = None if column is None else place_of(loaded, table, column, example)
    return "" if place is None else f" ({place})"


def unclear(
    loaded: LoadedProject, table: str, expression: str, problem: Unclear, place: Sequence[str | int]
) -> Exception:
    """The error for texts that may mean several things.

    Args:
        loaded: The project.
        table: Where they are.
        expression: The column, or what was made of it.
        problem: What is not clear.
        place: The declaration that uses it.
    """
    column = column_name(expression)
    shown = f"'{problem.example}'{standing(loaded, table, column, problem.example)}"
    subject = f"'{expression}' in table '{table}'"
    counted = f"{problem.count:,} of {problem.of:,} values"
    if isinstance(problem, UnclearDates):
        code, said = {
            "order": (
                DataCode.DAY_OR_MONTH,
                f"{subject} does not tell days from months: no date is after the 12th, as {shown}",
            ),
            "year": (
                DataCode.DAY_OR_MONTH,
                f"{subject} has years of two digits, and does not tell them from days: {counted}, as {shown}",
            ),
            "forms": (
                DataCode.NOT_A_TIME,
                f"{subject} has dates that are written in several ways: {counted} are not as the others, as {shown}",
            ),
            "tail": (
                DataCode.NOT_A_TIME,
                f"{counted} of {subject} are dates or times with a part that is not understood: {shown}",
            ),
        }.get(problem.why, (DataCode.NOT_A_TIME, f"{counted} of {subject} are no dates or times: {shown}"))
        return loaded.error(code, said, *place, hint=date_hint(loaded, table, expression, problem))
    code, said = {
        "thousands": (
            DataCode.NUMBER_UNCLEAR,
            f"{subject} has exactly three digits behind every '{problem.sign}', in {counted}: {shown} may be"
            f" {_read(problem, thousands=True)} or {_read(problem, thousands=False)}",
        ),
        "signs": (
            DataCode.NUMBER_UNCLEAR,
            f"{subject} has numbers whose dots and commas contradict each other: {counted}, as {shown}",
        ),
        "currency": (
            DataCode.NUMBER_UNCLEAR,
            f"{subject} has amounts of several currencies: {counted} have another, as {shown}",
        ),
    }.get(problem.why, (DataCode.NOT_A_NUMBER, f"{counted} of {subject} are no numbers: {shown}"))
    return loaded.error(code, said, *place, hint=number_hint(loaded, table, expression, problem, place, ()))


def _read(problem: UnclearNumbers, *, thousands: bool) -> str:
    text = problem.example.strip()
    return text.replace(problem.sign, "") if thousands else text.replace(",", ".")


def _table(loaded: LoadedProject, table: str) -> Table | None:
    """The declaration, where a column of it can be declared."""
    found = loaded.project.tables.get(table)
    return found if found is not None and found.sql is None else None


def date_hint(loaded: LoadedProject, table: str, expression: str, problem: UnclearDates) -> str:
    """The line of YAML that says how dates are written."""
    column = column_name(expression)
    formats = problem.formats or ("%d.%m.%Y %H:%M",)
    if problem.why == "zones":
        return "write every time of a column with its zone, or every one without"
    if column is None or _table(loaded, table) is None:
        shown = column or expression
        return f"say how it is written: coalesce(try_strptime({shown}, '{formats[0]}'), …)"
    lines = [f"dates: {{{yaml_key(column)}: '{each}'}}" for each in formats]
    which = (
        " or ".join(lines)
        if problem.formats
        else f"{lines[0]} (with the letters of strptime, as the dates are written)"
    )
    hint = f"say in table '{table}' how they are written: {which}"
    if problem.why in ("forms", "strays"):
        hint += (
            f"; of several ways each: columns: {{{yaml_key(column)}: text}} there, and here"
            f" coalesce(try_strptime({column}, '…'), try_strptime({column}, '…'))"
        )
    return hint


def number_hint(
    loaded: LoadedProject,
    table: str,
    expression: str,
    problem: UnclearNumbers,
    place: Sequence[str | int],
    texts: Sequence[str],
) -> str:
    """The line of YAML that says which numbers texts are.

    Args:
        loaded: The project.
        table: Where they are.
        expression: The column, or what was made of it.
        problem: What is not clear.
        place: The declaration that uses it.
        texts: The different texts that are no numbers.
    """
    column, shown = column_name(expression), expression.strip()
    key = str(place[-1]) if place else "value"
    if problem.why in ("thousands", "signs"):
        if column is None or _table(loaded, table) is None:
            return f"write out what it means: {key}: " + _scalar(
                f"cast(replace({shown}, '{problem.sign or ','}', '') as double)"
            )
        name = yaml_key(column)
        sign = problem.sign or "."
        other = "," if sign == "." else "."
        return f"say in table '{table}' what the sign parts: thousands: {{{name}: '{sign}'}} or decimal: {{{name}: '{sign if problem.why == 'thousands' else other}'}}"
    if problem.why == "percent":
        plain = f"cast(replace({shown}, '%', '') as double)"
        return f"say that they are percent: {key}: {_scalar(plain)}, or {_scalar(f'{plain} / 100')}"
    if problem.why == "currency":
        figures = f"cast(regexp_replace({shown}, '[^0-9.-]', '', 'g') as double)"
        return f"bring them to one currency, or keep the figures alone: {key}: {_scalar(figures)}"
    if problem.why in ("fraction", "labels"):
        number = f"cast(regexp_extract({shown}, '[0-9]+') as double)"
        return f"keep the number that they begin with: {key}: {_scalar(number)}" + (
            f"; or say each: {_answers(texts)}" if texts and _takes_answers(place) else ""
        )
    if _takes_answers(place):
        return f"say which number each text stands for (null where it is no answer): {_answers(texts)}"
    return (
        f"mend the data, or say which number each text stands for: {key}: case"
        f" {' '.join(f'when {shown} = {_quoted(text)} then …' for text in texts[:_MOST_LISTED]) or f'when {shown} = … then …'}"
        f" else try_cast({shown} as double) end"
    )


def _takes_answers(place: Sequence[str | int]) -> bool:
    return len(place) > 2 and place[0] in _WITH_ANSWERS and place[-1] == "value"


def _answers(texts: Sequence[str]) -> str:
    listed = [f"{yaml_key(text)}: …" for text in texts[:_MOST_LISTED]]
    if len(texts) > _MOST_LISTED or not texts:
        listed.append("…")
    return f"answers: {{{', '.join(listed)}}}"


def yaml_key(text: str) -> str:
    """A key of YAML, in quotes where it needs them."""
    bare = _BARE_KEY.fullmatch(text) is not None and text.lower() not in _WORDS_OF_YAML
    return text if bare else _quoted(text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _scalar(text: str) -> str:
    """A text of YAML in quotes, which stand in a list or a mapping on one line as well."""
    return _quoted(text) if '"' in text else f'"{text}"'
