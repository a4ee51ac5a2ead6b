"""What each column of a table holds, counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lineofsight.engines.duckdb.rows import TEXTS
from lineofsight.engines.written.columns import written_columns
from lineofsight.engines.written.dates import UnclearDates
from lineofsight.engines.written.numbers import NumberReading, is_number_like, number_sql, read_numbers
from lineofsight.engines.written.shapes import shapes_of
from lineofsight.look.facts import Column
from lineofsight.look.reading import Opened
from lineofsight.project.tables import Table

_AT_ONCE = 60
_TOP = 12
_MOST_COLUMNS = 3000
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip


def quoted(name: str) -> str:
    """A column in SQL."""
    return '"' + name.replace('"', '""') + '"'


def numeric(type_: str) -> bool:
    """Whether a type is one of numbers."""
    return type_.split("(")[0] in _NUMBERS


def columns_of(table: Opened) -> list[Column]:
    """Counts what the columns hold, up to the first 3,000."""
    engine, headers = table.engine, table.engine.headers(table.name)
    types = dict(list(engine.columns(table.name).items())[:_MOST_COLUMNS])
    unclear = engine.unclear(table.name)
    texts = [name for name, type_ in types.items() if type_ == "VARCHAR"]
    sqls, signs = _numbers_in_texts(table, texts)
    for name, type_ in types.items():
        if numeric(type_):
            sqls[name] = f"CAST({quoted(name)} AS DOUBLE)"
    found: list[Column] = []
    names = list(types)
    for start in range(0, len(names), _AT_ONCE):
        found += _counted(table, {n: types[n] for n in names[start : start + _AT_ONCE]}, sqls)
    result = []
    for column in found:
        problem = unclear.get(column.name.lower())
        forms = problem.formats if isinstance(problem, UnclearDates) else ()
        result.append(
            replace(
                column,
                header=headers.get(column.name, column.name),
                forms=tuple(forms),
                signs=signs.get(column.name),
            )
        )
    return result


def _numbers_in_texts(table: Opened, texts: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """SQL of texts that are numbers with signs of their own, and of which it is not clear what the signs mean."""
    sqls: dict[str, str] = {}
    signs: dict[str, str] = {}
    if not texts:
        return sqls, signs
    listed = ", ".join(f"min({quoted(n)}), max({quoted(n)})" for n in texts)
    ends = table.engine.rows(f"SELECT {listed} FROM {table.source}")[0]
    for name, least, largest in zip(texts, ends[::2], ends[1::2], strict=True):
        if least is None:
            continue
        if not (is_number_like(str(least)) and is_number_like(str(largest))):
            if _nearly_numbers(table, name):
                sqls[name], signs[name] = f"TRY_CAST({quoted(name)} AS DOUBLE)", "strays"
            continue
        reading = read_numbers(shapes_of(table.engine.rows, TEXTS, quoted(name), table.source))
        if isinstance(reading, NumberReading):
            plain = f"TRY_CAST({quoted(name)} AS DOUBLE)"
            sqls[name] = plain if reading.format is None else number_sql(TEXTS, quoted(name), reading)
        else:
            signs[name] = reading.why
    return sqls, signs


def _nearly_numbers(table: Opened, name: str) -> bool:
    """Whether nine of ten texts are plain numbers, the rest being blanks or words."""
    asked = f"SELECT count({quoted(name)}), count(TRY_CAST({quoted(name)} AS DOUBLE)) FROM {table.source}"
    filled, numbers = table.engine.rows(asked)[0]
    return bool(filled) and int(numbers) >= 0.9 * int(filled)


def _counted(table: Opened, types: Mapping[str, str], sqls: Mapping[str, str]) -> list[Column]:
    measures: list[str] = []
    for name, type_ in types.items():
        column, number = quoted(name), sqls.get(name)
        text = f"CAST({column} AS VARCHAR)"
        measures += [
            *(f"count({column})", f"count(DISTINCT {column})", f"CAST(min({number or column}) AS VARCHAR)"),
            f"CAST(max({number or column}) AS VARCHAR)",
            f"avg({number})" if number else "NULL",
            f"count(*) FILTER ({number} < 0)" if number else "0",
            f"bool_and({number} = floor({number}))" if number else "NULL",
            f"avg(length({text}))" if type_ == "VARCHAR" else "NULL",
        ]
    row = table.engine.rows(f"SELECT count(*), {', '.join(measures)} FROM {table.source}")[0]
    rows, values = int(row[0]), row[1:]
    found = []
    for place, (name, type_) in enumerate(types.items()):
        filled, distinct, least, largest, mean, negative, whole, length = values[8 * place : 8 * place + 8]
        found.append(
            Column(
                name=name,
                header=name,
                type=type_,
                rows=rows,
                filled=int(filled),
                distinct=int(distinct),
                least=least,
                largest=largest,
                mean=None if mean is None else float(mean),
                negative=int(negative),
                whole=bool(whole),
                top=_top(table, name) if filled and distinct < max(filled, 2) else (),
                length=None if length is None else float(length),
                numbers=name in sqls,
            )
        )
    return found


def _top(table: Opened, name: str) -> tuple[tuple[str, int], ...]:
    text = f"CAST({quoted(name)} AS VARCHAR)"
    asked = f"SELECT {text} AS v, count(*) AS n FROM {table.source} WHERE {quoted(name)} IS NOT NULL"
    rows = table.engine.rows(f"{asked} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_TOP + 1}")
    return tuple((str(value), int(n)) for value, n in rows)


def date_keys(table: Opened, columns: Sequence[Column]) -> dict[str, str]:
    """Forms in which the texts of columns are dates, where they can be read in one way only once it is declared."""
    texts = [c.name for c in columns if c.forms]
    found: dict[str, str] = {}
    for name in texts:
        column = next(c for c in columns if c.name == name)
        for form in column.forms:
            declared = Table.model_validate({"path": "x", "dates": {name: form}})
            written = written_columns(
                table.engine.rows, TEXTS, table.source, [name], declared, {name: quoted(name)}
            )
            if name in written.converted:
                found[name] = form
                break
    return found
