"""Which column of a table an expression means: names with blanks or signs, and names that SQL takes for the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp
from sqlglot.dialects import DuckDB

from lineofsight.error_codes import DataCode
from lineofsight.project.problems import enumerate_words, nearest, quote
from lineofsight.project.sql_parsing import PREFIX, SqlError, parse_scalar
from lineofsight.project.sql_rules import check_scalar

_WORD = re.compile(r"[^\W\d]\w*")
_OF_SQL = frozenset[str](DuckDB.Generator.RESERVED_KEYWORDS)
_LONGEST = 300
# What no name has that is written bare: texts, comparisons, comments, statements, calls, quoted names, an open end.
_OF_EXPRESSIONS = re.compile(r"""'[^']*'|["\n;=<>*{}\[\]]|\|\||::|--|/\*|[^\W\d]\w*\(|^\(|[-+*/|&,(]\s*$""")
_SURELY_SQL = re.compile(r"""['"(;]|::|[-+*/|&,]\s*$""")
_BEGINS_SQL = re.compile(r"(select|with|case|not|from|cast)\b.*\s", re.IGNORECASE | re.DOTALL)
IN_QUOTES = "a column whose name holds blanks, dots or signs is written in double quotes, as"


def may_be_name(text: str) -> bool:
    """Whether a text that is no expression may be the bare name of a column, as `How satisfied were you?`.

    Only the table tells: until it is read, such a text is not refused.
    """
    bare = text.strip()
    return 0 < len(bare) <= _LONGEST and _OF_EXPRESSIONS.search(bare) is None and not _BEGINS_SQL.match(bare)


def quotes_hint(text: str) -> str | None:
    """That a column's name is written in double quotes, where a text could be one."""
    may_be = " " in text.strip() and _SURELY_SQL.search(text) is None
    return f"{IN_QUOTES} {quoted_in_yaml('Recorded Date')}" if may_be else None


def quoted_in_yaml(name: str) -> str:
    """A column's name in double quotes, as a value of the project file is written: `'"Recorded Date"'`."""
    inside = name.replace('"', '""').replace("'", "''")
    return f"""'"{inside}"'"""


def with_columns_named(
    expression: str, table: str, columns: Sequence[str], headers: Mapping[str, str]
) -> str:
    """The expression with each column that is meant by the name that SQL knows it by.

    Args:
        expression: As it is declared: SQL, or nothing but the name of a column.
        table: The table's name, for errors.
        columns: The columns of the table in SQL.
        headers: Of those that are called otherwise in the file, what they are called there.

    Returns:
        The expression itself, where nothing has to be changed.

    Raises:
        SqlError: It is no expression and no column is called so, or it names several columns.
    """
    bare = expression.strip()
    if _WORD.fullmatch(bare) is None or bare.lower() in _OF_SQL or _unreadable(expression):
        found = _called(expression, columns, headers)
        if found and not _is_quoted(expression):
            if _WORD.fullmatch(bare) is None and _has_columns(expression, table, columns):
                raise SqlError(
                    DataCode.COLUMN_AMBIGUOUS,
                    f"{quote(expression)} is a column of table '{table}', and can be computed of others of its columns too",
                    f"write {quoted_in_yaml(found[0])} for the column, or put the computation in parentheses",
                )
            if len(found) > 1:
                raise _several(expression.strip(), table, found, headers)
            return _identifier(found[0])
    try:
        check_scalar(expression)
    except SqlError as error:
        near = nearest(expression.strip(), columns)
        example = f" {quoted_in_yaml(near)}" if near is not None else f" {quoted_in_yaml('Recorded Date')}"
        raise SqlError(
            error.code,
            f"in {quote(expression)}: {error.message}; and table '{table}' has no column of this name",
            f"{error.hint}; {IN_QUOTES}{example}" if error.hint else f"{IN_QUOTES}{example}",
        ) from error
    return _renamed(expression, table, columns, headers) if headers else expression


def _unreadable(expression: str) -> bool:
    try:
        check_scalar(expression)
    except SqlError:
        return True
    return False


def _is_quoted(expression: str) -> bool:
    bare = expression.strip()
    return bare.startswith('"') and bare.endswith('"')


def _plain(name: str) -> str:
    """Without blanks around it, and one for several: also those that do not break, and tabs."""
    return " ".join(name.split())


def _called(name: str, columns: Sequence[str], headers: Mapping[str, str]) -> list[str]:
    """The columns of this name: exactly, else but for upper and lower case."""
    names = {column: _plain(headers.get(column, column)) for column in columns}
    exact = [column for column, header in names.items() if header == _plain(name)]
    return exact or [column for column, header in names.items() if header.lower() == _plain(name).lower()]


def _has_columns(expression: str, table: str, columns: Sequence[str]) -> bool:
    """Whether it can be computed of columns of the table."""
    if _unreadable(expression):
        return False
    lowered = {column.lower() for column in columns}
    used = list(parse_scalar(expression).find_all(exp.Column))
    return bool(used) and all(
        each.name.lower() in lowered and (not each.table or each.table.lower() in {table.lower(), *lowered})
        for each in used
    )


def _renamed(expression: str, table: str, columns: Sequence[str], headers: Mapping[str, str]) -> str:
    """Puts the names that SQL knows in the places of those of the file."""
    lowered = {header.lower() for header in headers.values()}
    known = {column.lower() for column in columns} - {column.lower() for column in headers}
    places: dict[tuple[int, int], str] = {}
    for column in parse_scalar(expression).find_all(exp.Column):
        name: Any = column.this
        if _plain(column.name).lower() not in lowered or column.name in headers:
            continue
        found = _called(column.name, list(headers), headers)
        exact = [each for each in found if _plain(headers[each]) == _plain(column.name)]
        if len(exact) != 1 or column.name.lower() in known:
            # Of other files of the table it may be a column that is called so in SQL, too.
            also = [each for each in columns if each.lower() == column.name.lower()]
            raise _several(column.name, table, [*found, *also], headers)
        places[(name.meta["start"], name.meta["end"])] = exact[0]
    for (start, end), column_name in sorted(places.items(), reverse=True):
        first, last = start - len(PREFIX), end - len(PREFIX) + 1
        expression = expression[:first] + _identifier(column_name) + expression[last:]
    return expression


def _several(name: str, table: str, found: Sequence[str], headers: Mapping[str, str]) -> SqlError:
    spelled = list(dict.fromkeys(headers.get(column, column) for column in found))
    if len(spelled) > 1:
        why = f"{enumerate_words(spelled)} differ by upper and lower case only"
    else:
        why = f"{len(found)} columns are called so"
    return SqlError(
        DataCode.COLUMN_AMBIGUOUS,
        f"'{name}' does not say which column of table '{table}' is meant: {why}",
        f"write the name that tells its place: {enumerate_words(found, 'or')}",
    )


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
