"""Canonical columns that are made of texts: instants and numbers, by what all the texts that are used mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from lineofsight.engines.base import Field
from lineofsight.engines.column import Column
from lineofsight.engines.refusals import mixed_zones
from lineofsight.engines.written.columns import date_format, dates_of, declared_date_sql, number_format
from lineofsight.engines.written.dates import DateReading, UnclearDates, date_sql
from lineofsight.engines.written.numbers import (
    NumberReading,
    UnclearNumbers,
    labelled,
    number_sql,
    read_numbers,
)
from lineofsight.engines.written.problems import Unclear, column_name, unclear
from lineofsight.engines.written.shapes import Dialect, Query, shapes_of
from lineofsight.project.load import LoadedProject
from lineofsight.project.sql_parsing import DIALECT, parse_query, parse_scalar
from lineofsight.project.sql_rules import tables_read

_MOST_LABELS = 200
_MEANT = (
    "order",
    "year",
    "forms",
    "zones",
    "thousands",
    "signs",
    "currency",
)  # what is unclear whatever a single text says

#: What a cast reads of texts that are dates in part: no word may stand behind.
_SAFE = r"^\s*[+-]?([0-9]{4,6}-[0-9]{1,2}-[0-9]{1,2}([T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?( ?([Zz]|UTC|[A-Za-z]+/[A-Za-z_/+-]+)|[+-][0-9]{2}(:?[0-9]{2})?)?|infinity)\s*$"

_OF_TEXT = (
    *(
        exp.StrToTime,
        exp.StrToDate,
        exp.RegexpExtract,
        exp.RegexpReplace,
        exp.RegexpLike,
        exp.Replace,
        exp.Trim,
    ),
    *(
        exp.Lower,
        exp.Upper,
        exp.Length,
        exp.Left,
        exp.Right,
        exp.Substring,
        exp.Is,
        exp.Like,
        exp.DPipe,
        exp.Concat,
    ),
    *(
        exp.Nullif,
        exp.Coalesce,
        exp.Count,
        exp.StartsWith,
        exp.EndsWith,
        exp.Contains,
        exp.Split,
        exp.SplitPart,
    ),
)
_TEXTUAL = (exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT, exp.DataType.Type.CHAR)


@dataclass(frozen=True, slots=True)
class TextColumns:
    """Makes canonical columns of the texts of a table.

    Attributes:
        query: Runs SQL and gives its rows.
        dialect: Of the engine.
        loaded: The project.
        table: The table.
        source: What stands after FROM.
        condition: ' WHERE …' of the rows that are used, or ''.
    """

    query: Query
    dialect: Dialect
    loaded: LoadedProject
    table: str
    source: str
    condition: str

    def instant(
        self, field: Field, raw: str, utc: Callable[[str], str], from_zone: Callable[[str], str]
    ) -> Column:
        """The instant of a text.

        Args:
            field: The expression.
            raw: Its SQL.
            utc: SQL of the UTC of a time without a zone.
            from_zone: SQL of the UTC of a time with one.

        Raises:
            DataError: What the texts mean is not clear, or some have a zone and others none.
        """
        column = column_name(field.sql)
        declared = None if column is None else date_format(self.loaded.project.tables[self.table], column)
        found = dates_of(self.query, self.dialect, raw, self.source, self.condition)
        plain_table = column is not None and not self.loaded.project.tables[self.table].names_dates(column)
        if declared is not None and not (
            plain_table and isinstance(found, DateReading) and found.format is None
        ):
            sql = declared_date_sql(self.dialect, raw, declared)
            parsed = sql if declared.timed else f"CAST({sql} AS {self.dialect.naive})"
            return self._made(field, raw, parsed, declared.zoned, utc, from_zone, local=True)
        if isinstance(found, UnclearDates):
            if found.why == "zones":
                counted = (found.count, found.of, found.example)
                raise mixed_zones(
                    self.loaded, f"'{field.sql}' in table '{self.table}'", counted, *field.where
                )
            if found.why in _MEANT:
                raise unclear(self.loaded, self.table, field.sql, found, field.where)
            made = self._made(field, raw, f"TRY_CAST({raw} AS {self.dialect.naive})", False, utc, from_zone)
            unfit = f"{raw} IS NOT NULL AND ({made.unfit} OR NOT {self.dialect.matches(raw, _SAFE)})"
            return replace(made, unfit=unfit, problem=found)
        if found.format is None:
            type_ = self.dialect.zoned if found.zoned else self.dialect.naive
            return self._made(field, raw, f"TRY_CAST({raw} AS {type_})", found.zoned, utc, from_zone)
        parsed = date_sql(self.dialect, raw, found.format, zoned=found.zoned)
        return self._made(field, raw, parsed, found.zoned, utc, from_zone, local=True)

    def _made(
        self,
        field: Field,
        raw: str,
        parsed: str,
        zoned: bool,
        utc: Callable[[str], str],
        from_zone: Callable[[str], str],
        *,
        local: bool = False,
    ) -> Column:
        sql = from_zone(parsed) if zoned else utc(parsed)
        known = bool(self.query(f"SELECT 1 FROM {self.source} WHERE {raw} IS NOT NULL LIMIT 1"))
        unfit = f"({raw} IS NOT NULL AND ({parsed}) IS NULL)"
        return Column(field, "instant", sql, raw, unfit, zoned if known else None, local=local)

    def number(self, field: Field, raw: str, plain: str) -> Column:
        """The number of a text.

        Args:
            field: The expression.
            raw: Its SQL.
            plain: SQL of the number that a cast makes of it.

        Raises:
            DataError: What the texts mean is not clear.
        """
        answers = field.answers or {}
        key = f"lower(trim({raw}))"
        condition = self.condition
        if answers:
            texts = {name: self.dialect.literal(name.strip().lower()) for name in answers}
            named = ", ".join(texts.values())
            condition = f"{condition} AND " if condition else " WHERE "
            condition += f"({raw} IS NOT NULL AND {key} NOT IN ({named}))"
        column = column_name(field.sql)
        declared = None if column is None else number_format(self.loaded.project.tables[self.table], column)
        found = read_numbers(shapes_of(self.query, self.dialect, raw, self.source, condition), declared)
        if isinstance(found, UnclearNumbers) and found.why == "labels" and _is_answer(self.loaded, field):
            told = self.query(f"SELECT DISTINCT {raw} FROM {self.source}{condition} LIMIT {_MOST_LABELS}")
            if len(told) < _MOST_LABELS and labelled([str(text) for (text,) in told if text is not None]):
                found = NumberReading(labelled=True)
        if isinstance(found, UnclearNumbers) and found.why in _MEANT:
            raise unclear(self.loaded, self.table, field.sql, found, field.where)
        problem = found if isinstance(found, UnclearNumbers) else None
        sql, local = plain, problem is not None
        if isinstance(found, NumberReading) and (found.format is not None or found.labelled):
            sql, local = number_sql(self.dialect, raw, found), True
        unfit = f"({raw} IS NOT NULL AND ({sql}) IS NULL)"
        if answers:
            whens = " ".join(f"WHEN {texts[name]} THEN {_double(value)}" for name, value in answers.items())
            sql = f"CASE {key} {whens} ELSE {sql} END"
            unfit = f"({unfit} AND {key} NOT IN ({named}))"
        return Column(field, "number", sql, raw, unfit, problem=problem, local=local)


def answered_number(field: Field, raw: str, *, boolean: bool) -> str:
    """SQL of a number, or of true and false, that stands for an answer: `answers: {'1': 5}`, `answers: {yes: 1, no: 0}`."""
    whens = []
    for name, value in (field.answers or {}).items():
        key = name.strip().lower()
        if boolean and key in (*_TRUE, *_FALSE):
            whens.append(f"WHEN {raw} = {'TRUE' if key in _TRUE else 'FALSE'} THEN {_double(value)}")
        elif not boolean and _is_number(key):
            whens.append(f"WHEN CAST({raw} AS DOUBLE) = {_double(float(key))} THEN {_double(value)}")
    plain = f"CAST({raw} AS DOUBLE)"
    return f"CASE {' '.join(whens)} ELSE {plain} END" if whens else plain


_TRUE, _FALSE = ("true", "yes", "t", "y", "1"), ("false", "no", "f", "n", "0")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _double(value: float | None) -> str:
    return "CAST(NULL AS DOUBLE)" if value is None else f"CAST('{value!r}' AS DOUBLE)"


def _is_answer(loaded: LoadedProject, field: Field) -> bool:
    """Whether it is what customers answered, where words may stand at numbers: elsewhere they may be units."""
    section, name = field.where[0], str(field.where[1]) if len(field.where) > 1 else ""
    operation = loaded.project.operations.get(name) if section == "operations" else None
    return section == "perceptions" or (operation is not None and operation.rating is not None)


def refuse_unclear(
    loaded: LoadedProject, table: str, field: Field, problems: Mapping[str, Unclear], texts: Sequence[str]
) -> None:
    """Refuses an expression that computes with a column whose values are not clear.

    Args:
        loaded: The project.
        table: The table.
        field: The expression.
        problems: What is not clear of columns, by their names in lower case.
        texts: Which of these are text, in lower case: then functions of texts may take them.

    Raises:
        DataError: It does.
    """
    if not problems:
        return
    alone = column_name(field.sql)
    if alone is not None and (alone.lower() in texts or field.role in ("key", "text")):
        return
    for node in parse_scalar(field.sql).find_all(exp.Column):
        name = node.name.lower()
        if name in problems and not (name in texts and _taken_as_text(node)):
            raise unclear(
                loaded, table, f'"{node.name}"' if alone is None else alone, problems[name], field.where
            )


def _taken_as_text(node: Any) -> bool:
    above = node.parent
    while isinstance(above, exp.Paren):
        above = above.parent
    if isinstance(above, exp.Cast):
        return above.to.this in _TEXTUAL
    if isinstance(above, exp.Anonymous):
        return str(above.this).lower() in ("try_strptime", "strptime")
    return isinstance(above, _OF_TEXT)


def passed_on(
    loaded: LoadedProject, name: str, problems: Mapping[str, Mapping[str, Unclear]]
) -> dict[str, Unclear]:
    """What is not clear of the columns that a table's SQL takes as they are; it may not compute with them.

    Args:
        loaded: The project.
        name: The table that is declared as SQL.
        problems: What is not clear of the columns of each table, by their names in lower case.

    Raises:
        DataError: It computes with one.
    """
    table = loaded.project.tables[name]
    dialect = table.dialect or DIALECT
    read = tables_read(table.sql or "", loaded.project.tables, dialect)
    found = {column: (source, each) for source in read for column, each in problems.get(source, {}).items()}
    if not found:
        return {}
    passed = {column: problem for column, (_, problem) in found.items()}
    for node in parse_query(table.sql or "", dialect).find_all(exp.Column):
        column = node.name.lower()
        if column in found and isinstance(node.parent, exp.Alias):
            passed[node.parent.alias.lower()] = found[column][1]
        if column not in found or isinstance(node.parent, (exp.Select, exp.Alias)) or _taken_as_text(node):
            continue
        source, problem = found[column]
        raise unclear(loaded, source, f'"{node.name}"', problem, ("tables", name, "sql"))
    return passed
