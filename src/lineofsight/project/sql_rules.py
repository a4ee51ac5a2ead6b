"""What SQL of a project file may do: compute from declared tables, and nothing else.

This is the first lock; the engine that runs the SQL is locked down as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlglot import exp

from lineofsight.error_codes import ProjectCode
from lineofsight.project import sql_functions
from lineofsight.project.problems import nearest, quote, suggest
from lineofsight.project.sql_parsing import DIALECT, ONE_SELECT, SqlError, parse_query, parse_scalar

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOOKS_LIKE_FILE = re.compile(r"[./\\*:~]")
_READS_FILES = re.compile(r"read_|sniff_|parquet_|glob$|.*_scan(_|$)|.*csv|.*json_file")
_DECLARE = "declare the file under tables: with path:"

_AGAIN = "a run must give the same numbers again"
_CLOCK = ("now", "today", "yesterday", "tomorrow")

_CALLABLE = sql_functions.SCALAR | sql_functions.AGGREGATE | sql_functions.WINDOW | sql_functions.TABLE
_FORBIDDEN = (
    *(exp.Command, exp.DDL, exp.DML, exp.Drop, exp.Alter, exp.Describe, exp.Summarize, exp.Show, exp.Pragma),
    *(exp.Set, exp.Attach, exp.Detach, exp.Use, exp.Into, exp.Lock, exp.HistoricalData, exp.Transaction),
)
_TEMPORAL = (*exp.DataType.TEMPORAL_TYPES,)
_UNREADABLE = (exp.ByteString, exp.RawString, exp.Placeholder, exp.Parameter, exp.SessionParameter)
_TABLE_LIKE = (exp.Query, exp.Values, exp.Table, exp.Pivot)


def tables_read(sql: str, declared: Iterable[str], dialect: str = DIALECT) -> tuple[str, ...]:
    """The declared tables that a table's `sql` reads, in the order they appear.

    Args:
        sql: The query.
        declared: The names of the tables that are declared.
        dialect: Whose SQL it is, `duckdb` or `spark`.

    Raises:
        SqlError: It is not exactly one SELECT, reads what is not declared, or calls a function that does more
            than compute.
    """
    tree = parse_query(sql, dialect)
    if not isinstance(tree, exp.Query):
        raise SqlError(ProjectCode.SQL_NOT_ONE_SELECT, f"found {type(tree).__name__.upper()}: {ONE_SELECT}")
    names = {name.lower(): name for name in declared}
    read: dict[str, None] = {}
    for node in tree.walk(bfs=False):
        _check_query_node(node, _CALLABLE if dialect == DIALECT else _CALLABLE | sql_functions.SPARK)
        if isinstance(node, exp.Table) and not isinstance(node.this, exp.Func):
            name = _declared_name(node, names)
            if name is not None:
                read[name] = None
    return tuple(read)


def check_scalar(text: str) -> None:
    """Checks that a text is one expression that computes a value from the row it stands on.

    Raises:
        SqlError: It cannot be read, holds a subquery, window or aggregate, or calls what does more than compute.
    """
    tree = parse_scalar(text)
    for node in tree.walk(bfs=False):
        _check_scalar_node(node)
        _check_function(node, sql_functions.SCALAR)


def referenced_columns(expression: str) -> tuple[str, ...]:
    """The names of the columns an expression uses, in order, each once; of `a.b` it is `b`.

    Raises:
        SqlError: The expression cannot be read.
    """
    return tuple(dict.fromkeys(column.name for column in _columns(parse_scalar(expression))))


def _columns(tree: Any) -> Iterator[Any]:
    for node in tree.walk(bfs=False):
        if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
            around = node.find_ancestor(exp.Comprehension)
            if around is None or node.name != around.this.name:
                yield node


def _check_query_node(node: Any, callable_: frozenset[str]) -> None:
    if isinstance(node, _FORBIDDEN):
        raise SqlError(ProjectCode.SQL_NOT_ONE_SELECT, f"found {type(node).__name__.upper()}: {ONE_SELECT}")
    if isinstance(node, (exp.CTE, exp.Subquery)) and not isinstance(node.this, _TABLE_LIKE):
        raise SqlError(
            ProjectCode.SQL_NOT_ONE_SELECT,
            f"found {type(node.this).__name__.upper()} inside the query: {ONE_SELECT}",
        )
    if isinstance(node, exp.CTE) and _WORD.fullmatch(node.alias) is None:
        raise SqlError(
            ProjectCode.NAME_NOT_ALLOWED,
            f"found WITH {quote(node.alias)}: name it with letters, digits and underscores",
        )
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Func):
        _check_table_function(node)
    if isinstance(node, exp.TableSample):
        raise SqlError(
            ProjectCode.NOT_REPEATABLE,
            "found a sample, which draws other rows each time",
            f"{_AGAIN}; the same share of rows is had by a condition, as in 'where hash(order_id) % 10 = 0'",
        )
    _check_literal(node)
    _check_function(node, callable_)


def _check_table_function(table: Any) -> None:
    name = _names_of(table.this)[0]
    if isinstance(table.this, exp.GenerateSeries) and not table.db:
        return
    if name not in sql_functions.TABLE or table.db:
        raise _refused_function(name, sql_functions.TABLE)


def _declared_name(table: Any, names: dict[str, str]) -> str | None:
    """The declared table that is meant; None when a WITH names it. Files and catalogues are refused."""
    full = ".".join(part.name for part in table.parts)
    if _WORD.fullmatch(full) is None and _LOOKS_LIKE_FILE.search(full) and not table.db:
        raise SqlError(ProjectCode.SQL_READS_FILES, f"found the file {quote(full)} in SQL", _DECLARE)
    if not table.db and _is_named_by_with(table):
        return None
    if table.db or full.lower() not in names:
        raise SqlError(
            ProjectCode.UNKNOWN_TABLE,
            f"found the table {quote(full)}, which is not declared{suggest(full, names.values())}",
            f"tables that are declared: {', '.join(names.values())}"
            if nearest(full, names.values()) is None
            else None,
        )
    return names[full.lower()]


def _is_named_by_with(table: Any) -> bool:
    """Whether the name is that of a WITH which is visible here: an earlier one, or its own when recursive."""
    name, came, inside = table.name.lower(), table, None
    node = table.parent
    while node is not None:
        visible: list[Any] = []
        if isinstance(node, exp.CTE):
            inside = node
        elif isinstance(node, exp.With):
            position = next(i for i, cte in enumerate(node.expressions) if cte is inside)
            visible = node.expressions[: position + bool(node.args.get("recursive"))]
        elif isinstance(node, exp.Query) and not isinstance(came, exp.With):
            visible = node.ctes
        if any(cte.alias.lower() == name for cte in visible):
            return True
        came, node = node, node.parent
    return False


def _check_scalar_node(node: Any) -> None:
    if isinstance(node, (exp.Query, exp.Exists, exp.Table, exp.Values)):
        raise SqlError(
            ProjectCode.SQL_NOT_ONE_VALUE,
            "found a subquery: an expression gives one value from one row",
            "declare it as a table with sql:, and name that in 'table:'",
        )
    if isinstance(node, exp.Window) or _calls(node, sql_functions.WINDOW):
        raise SqlError(
            ProjectCode.SQL_NOT_ONE_VALUE,
            "found a window function: an expression sees one row",
            "declare a table with sql: and compute it there",
        )
    if isinstance(node, exp.AggFunc) or _calls(node, sql_functions.AGGREGATE):
        raise SqlError(
            ProjectCode.SQL_NOT_ONE_VALUE,
            f"found {_names_of(node)[0]}(), which puts rows together: an expression sees one row",
            "name the rows in 'table:' and how they are put together in 'agg:'",
        )
    if isinstance(node, (exp.Star, exp.Columns, exp.Tuple, exp.Alias, exp.Unnest, exp.Explode)):
        in_list = isinstance(node, exp.Tuple) and isinstance(node.parent, (exp.In, exp.EQ, exp.Tuple))
        if not in_list:
            raise SqlError(
                ProjectCode.SQL_NOT_ONE_VALUE,
                "an expression gives one value: no '*', no list of values, no 'as', no unnest()",
            )
    if isinstance(node, (*_FORBIDDEN, exp.PositionalColumn)):
        raise SqlError(
            ProjectCode.SQL_NOT_ONE_VALUE,
            "an expression gives one value from the columns of one row, by name",
        )
    _check_literal(node)


def _check_literal(node: Any) -> None:
    if isinstance(node, _UNREADABLE):
        raise SqlError(
            ProjectCode.SQL_UNREADABLE,
            "found a parameter (?, $1) or a text in another form than 'text'",
            "write texts in single quotes, and variables as ${NAME}",
        )


def _names_of(node: Any) -> list[str]:
    if isinstance(node, exp.Anonymous):
        return [str(node.this if isinstance(node.this, str) else node.name).lower()]
    if isinstance(node, exp.Filter):
        return _names_of(node.this)
    return [str(name).lower() for name in node.sql_names()] if isinstance(node, exp.Func) else [""]


def _calls(node: Any, names: frozenset[str]) -> bool:
    return isinstance(node, exp.Func) and not names.isdisjoint(_names_of(node))


def _check_function(node: Any, allowed: frozenset[str]) -> None:
    """Refuses what is not a function that only computes. One the parser models is known to be, unless it reads."""
    if not isinstance(node, exp.Func):
        return
    _check_clock(node)
    for name in _names_of(node):
        if name in sql_functions.UNREPEATABLE:
            raise SqlError(
                ProjectCode.NOT_REPEATABLE, f"found {name}(), which answers differently each time", _AGAIN
            )
        if (isinstance(node, exp.Anonymous) and name not in allowed) or name.startswith("read_"):
            raise _refused_function(name, allowed)


def _check_clock(node: Any) -> None:
    """Refuses what only looks at the clock in this form: `age` of one instant, and Spark's `timestamp 'now'`."""
    given = len(node.expressions) + isinstance(node.parent, exp.Dot)  # a.age(b) is age(a, b)
    if "age" in _names_of(node) and given < 2:
        raise SqlError(
            ProjectCode.NOT_REPEATABLE,
            "found age() of one instant, which counts up to today and so answers differently each time",
            "say until when: age(ended_at, started_at), or date_diff('day', started_at, ended_at)",
        )
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and node.to.is_type(*_TEMPORAL):
        text = node.this.name.strip().lower()
        if text in _CLOCK:
            raise SqlError(
                ProjectCode.NOT_REPEATABLE, f"found '{text}' as a time, which is another each time", _AGAIN
            )


def _refused_function(name: str, allowed: frozenset[str]) -> SqlError:
    if _READS_FILES.match(name):
        return SqlError(ProjectCode.SQL_READS_FILES, f"found {name}(), which reads files", _DECLARE)
    return SqlError(
        ProjectCode.FUNCTION_NOT_ALLOWED,
        f"found the function {name}(), which is not allowed{suggest(name, allowed)}",
        "SQL may call functions that compute on values, and none that reach outside",
    )
