"""SQL text to a syntax tree, in DuckDB's dialect or Spark's; what cannot be read is said with its place."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import Any

import sqlglot
from sqlglot import errors as sqlglot_errors
from sqlglot import exp
from sqlglot import tokens as sqlglot_tokens

from lineofsight.error_codes import DataCode, ProjectCode
from lineofsight.project.problems import quote, suggest

DIALECT = "duckdb"
MOST_CHARACTERS = 50_000
_DEEPEST = 100
# On text that is no SQL at all the parser raises more than its own errors.
_STUMBLES = (sqlglot_errors.SqlglotError, RecursionError, ValueError, TypeError, AttributeError, LookupError)
ONE_SELECT = "a table's 'sql' is one SELECT (WITH is allowed)"
_BEGINNINGS = ("SELECT", "WITH", "FROM", "(")
PREFIX = "SELECT ("
_NESTED_COMMENT = re.compile(r"/\*(?:(?!\*/).)*?/\*", re.DOTALL)


class SqlError(ValueError):
    """SQL that is refused: what was found and is allowed, and what to do.

    Args:
        code: The kind of mistake; of the data where it is only Spark that takes it otherwise.
        message: What was found and what is allowed.
        hint: What to write instead.
    """

    def __init__(self, code: ProjectCode | DataCode, message: str, hint: str | None = None) -> None:
        self.code, self.message, self.hint = code, message, hint
        super().__init__(message)


def tokens_of(sql: str, dialect: str = DIALECT) -> list[Any]:
    """The tokens of a text whose every reader sees the same ones.

    Raises:
        SqlError: It is empty or too long, a quote or comment is not closed, a parenthesis is not matched, or it
            holds what readers may take differently: characters that do not show, comments inside comments.
    """
    if len(sql) > MOST_CHARACTERS:
        raise SqlError(
            ProjectCode.SQL_TOO_LARGE,
            f"the SQL has {len(sql):,} characters; at most {MOST_CHARACTERS:,} are allowed",
        )
    for character in sql:
        if character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs"):
            raise SqlError(
                ProjectCode.SQL_UNREADABLE,
                f"the SQL has a character that does not show (U+{ord(character):04X})",
                "remove it",
            )
    if _NESTED_COMMENT.search(sql):
        raise SqlError(
            ProjectCode.SQL_UNREADABLE, "a comment '/*' stands inside a comment", "write comments with '--'"
        )
    try:
        tokens: list[Any] = sqlglot.tokenize(sql, read=dialect)
    except sqlglot_errors.TokenError as error:
        raise SqlError(
            ProjectCode.SQL_UNREADABLE,
            "a quote or a comment is not closed",
            "close it; a quote in a text is written ''",
        ) from error
    if not tokens:
        raise SqlError(ProjectCode.SQL_UNREADABLE, "the SQL is empty")
    _check_parentheses(tokens)
    return tokens


def parse_query(sql: str, dialect: str = DIALECT) -> Any:
    """The one statement of the text.

    Raises:
        SqlError: It cannot be read, is no SELECT, or has more than one statement.
    """
    tokens = tokens_of(sql, dialect)
    first = str(tokens[0].text).split()[0].upper()
    if first not in _BEGINNINGS:
        raise SqlError(
            ProjectCode.SQL_NOT_ONE_SELECT,
            f"found {first}: {ONE_SELECT}",
            suggest(first, _BEGINNINGS[:3]).removeprefix("; ") or None,
        )
    if any(token.token_type == sqlglot_tokens.TokenType.SEMICOLON for token in tokens[:-1]):
        raise SqlError(
            ProjectCode.SQL_NOT_ONE_SELECT,
            "found more than one statement: one SELECT is allowed",
            "make one table per SELECT",
        )
    return _parse(sql, sql, dialect)[0]


def parse_scalar(text: str) -> Any:
    """The tree of one expression.

    Raises:
        SqlError: It cannot be read, or is more than one expression.
    """
    tokens = tokens_of(text)
    if any(token.token_type == sqlglot_tokens.TokenType.SEMICOLON for token in tokens):
        raise SqlError(
            ProjectCode.SQL_NOT_ONE_VALUE, "found ';': an expression gives one value and holds no statements"
        )
    if tokens[0].token_type in (sqlglot_tokens.TokenType.SELECT, sqlglot_tokens.TokenType.WITH):
        raise SqlError(
            ProjectCode.SQL_NOT_ONE_VALUE,
            "found a query: an expression gives one value from one row",
            "declare it as a table with sql:, and name that in 'table:'",
        )
    tree = _parse(f"{PREFIX}{text}\n)", text)[0]
    inner = tree.expressions[0]
    return inner.this if isinstance(inner, exp.Paren) else inner


def _check_parentheses(tokens: list[Any]) -> None:
    kinds = sqlglot_tokens.TokenType
    closes = {kinds.R_PAREN: kinds.L_PAREN, kinds.R_BRACKET: kinds.L_BRACKET, kinds.R_BRACE: kinds.L_BRACE}
    opened: list[Any] = []
    for token, following in itertools.zip_longest(tokens, tokens[1:]):
        if token.text == "{" and following is not None and following.text == "{":
            raise SqlError(
                ProjectCode.SQL_UNREADABLE, "found '{{', which is not SQL", "a variable is written ${NAME}"
            )
        if token.token_type in closes.values():
            opened.append(token)
            if len(opened) > _DEEPEST:
                raise SqlError(
                    ProjectCode.SQL_TOO_LARGE, f"parentheses are nested deeper than {_DEEPEST} levels"
                )
        elif token.token_type in closes and (
            not opened or opened.pop().token_type != closes[token.token_type]
        ):
            raise SqlError(
                ProjectCode.SQL_UNREADABLE, f"'{token.text}' closes nothing ({_place(token.line, token.col)})"
            )
    if opened:
        raise SqlError(
            ProjectCode.SQL_UNREADABLE,
            f"'{opened[-1].text}' is not closed ({_place(opened[-1].line, opened[-1].col)})",
        )


def _parse(sql: str, shown: str, dialect: str = DIALECT) -> list[Any]:
    try:
        trees: list[Any] = sqlglot.parse(sql, read=dialect)
    except sqlglot_errors.ParseError as error:
        raise SqlError(ProjectCode.SQL_UNREADABLE, _where_it_stops(error, sql != shown)) from error
    except _STUMBLES as error:
        raise SqlError(
            ProjectCode.SQL_UNREADABLE, "the SQL cannot be read", "write it more simply"
        ) from error
    return trees


def _where_it_stops(error: sqlglot_errors.ParseError, wrapped: bool) -> str:
    found = error.errors[0] if error.errors else {}
    line, column, text = found.get("line"), found.get("col"), str(found.get("highlight") or "")
    if line is None or column is None or not text:
        return "the SQL cannot be read"
    if wrapped and line == 1:
        column -= len(PREFIX)
    if column < 1 or (wrapped and text == ")" and not str(found.get("end_context") or "").strip()):
        return "the SQL cannot be read: it ends too early"
    return f"the SQL cannot be read at {quote(text)} ({_place(line, column - len(text) + 1)})"


def _place(line: int, column: int) -> str:
    return f"character {column}" if line == 1 else f"line {line}, character {column} of the SQL"
