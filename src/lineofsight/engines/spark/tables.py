"""Declared tables become views of the Spark session."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lineofsight.engines.refusals import refuse_columns_not_there
from lineofsight.engines.spark.failures import as_data_error
from lineofsight.engines.spark.portable import spark_query
from lineofsight.engines.spark.texts import TEXTS, rows_of
from lineofsight.engines.texts import passed_on
from lineofsight.engines.written.columns import number_format, written_columns
from lineofsight.engines.written.numbers import UnclearNumbers, read_numbers
from lineofsight.engines.written.problems import Unclear
from lineofsight.engines.written.shapes import shapes_of
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject
from lineofsight.project.problems import quote
from lineofsight.project.sql_order import sql_tables_in_order
from lineofsight.project.sql_parsing import SqlError
from lineofsight.project.tables import format_of
from lineofsight.sources import Feed
from lineofsight.sources.csv_errors import MalformedCsvError
from lineofsight.sources.csv_layout import PlainCsv, first_trouble, first_unclosed, plain_csv

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_ROWS = "take it out of the project file, or look at where it comes from"


class Tables:
    """The views of a project's tables, under names that no other view of the session has.

    Args:
        session: Where they are made.
        loaded: The project.
        given: DataFrames that stand in for declared tables.
        folder: Where copies of files are made that are not read as they are; all workers see it.

    Attributes:
        unclear: What is not clear of columns, by table and their names in lower case.
    """

    def __init__(
        self, session: SparkSession, loaded: LoadedProject, given: Mapping[str, DataFrame], folder: Path
    ) -> None:
        self._session, self._loaded, self._given, self._folder = session, loaded, given, folder
        self._headers: dict[str, Mapping[str, str]] = {}
        self._prefix = f"los_{secrets.token_hex(4)}_"
        self._made: list[str] = []
        self.unclear: dict[str, Mapping[str, Unclear]] = {}
        self._text_files: dict[str, DataFrame] = {}  # as text, by table

    def read(self, feeds: Mapping[str, Feed]) -> None:
        """Makes a view of every declared table.

        Raises:
            DataError: A table cannot be read, is empty, or its SQL is not portable.
        """
        tables = self._loaded.project.tables
        for name, table in tables.items():
            if name in self._given:
                self.view(name, self._given[name])
            elif table.catalog is not None:
                with as_data_error(
                    self._loaded,
                    DataCode.CATALOG_UNREADABLE,
                    f"cannot read '{table.catalog}'",
                    "tables",
                    name,
                    "catalog",
                ):
                    self._written(name, self._session.table(table.catalog))
            elif table.remote:
                self._written(name, self._read(name, format_of(table) or "", table.paths))
            elif name in feeds:
                feed = feeds[name]
                self._written(
                    name, self._read(name, feed.format, [existing(file) for file in feed.files], feed)
                )
        for name in sql_tables_in_order(self._loaded.project):
            if name not in self._given:
                self._query(name, tables[name].sql or "")
        for name in tables:
            self._refuse_empty(name)

    def name(self, table: str) -> str:
        """The view of a declared table, quoted."""
        return f"`{self._prefix}{table}`"

    def headers(self, table: str) -> Mapping[str, str]:
        """Of columns that are called otherwise in the files than in SQL: the former."""
        return self._headers.get(table, {})

    def view(self, name: str, frame: DataFrame) -> None:
        """Makes a view that is gone with `drop`."""
        frame.createOrReplaceTempView(self._prefix + name)
        self._made.append(self._prefix + name)

    def drop(self) -> None:
        """Takes all views out of the session."""
        for name in self._made:
            self._session.catalog.dropTempView(name)

    def _read(self, name: str, format_: str, paths: Sequence[str], feed: Feed | None = None) -> DataFrame:
        encoding: str = self._loaded.project.tables[name].encoding or "utf-8"
        if feed is not None and format_ == "csv":
            plain = self._plain(feed)
            paths, encoding = [existing(file) for file in plain.files], plain.encoding
        reader, listed = self._session.read, list(paths)
        with as_data_error(
            self._loaded,
            DataCode.FILE_UNREADABLE,
            f"cannot read {paths[0].removeprefix(FILE)} as {format_}",
            *("tables", name, "path"),
            hint="check the file, or say what it is with 'format:'",
        ):
            match format_:
                case "parquet":
                    return reader.option("mergeSchema", len(listed) > 1).parquet(*listed)
                case "csv":
                    tabbed = all(".tsv" in path for path in listed)
                    if feed is not None:
                        separator = plain.separator
                    else:
                        separator = "\t" if tabbed else _separator(self._first_line(listed[0]))
                    frame, texts, line = read_csv(
                        self._session, listed, separator=separator, encoding=encoding
                    )
                    if line is not None:
                        self._refuse_line(name, line, feed)
                    self._text_files[name] = texts
                    table = self._loaded.project.tables[name]
                    written = [
                        f.name
                        for f in frame.schema
                        if f.name.lower() in table.textual
                        or (table.signs_everywhere and f.dataType.simpleString() == "double")
                    ]
                    return _as_texts(self._session, frame, listed, written, separator, encoding)
                case "json":
                    # A file is either one array, or one object a line.
                    return reader.json(listed, multiLine=self._first_line(listed[0]).startswith("["))
        raise self._loaded.error(
            DataCode.FORMAT_NOT_ON_SPARK,
            f"'{format_}' files are read on one machine, not by Spark",
            *("tables", name, "path"),
            hint="export the table as Parquet, or run with 'engine: duckdb'",
        )

    def _plain(self, feed: Feed) -> PlainCsv:
        """The files of a table as Spark reads them."""
        try:
            plain = plain_csv(
                feed.files,
                self._folder,
                encoding=feed.encoding,
                header=feed.header,
                skip=feed.skip,
                spelled=True,
            )
        except MalformedCsvError as error:
            raise self._refused(feed.name, error) from error
        self._headers[feed.name] = plain.headers
        return plain

    def _refused(self, name: str, trouble: MalformedCsvError) -> Exception:
        return self._loaded.error(trouble.code, trouble.message, "tables", name, "path", hint=trouble.hint)

    def _written(self, name: str, frame: DataFrame) -> None:
        """Makes a view in which columns are what the project file says, and of text files what all their texts tell."""
        table = self._loaded.project.tables[name]
        refuse = as_data_error(
            self._loaded, DataCode.FILE_UNREADABLE, f"table '{name}' cannot be read", "tables", name
        )
        with refuse:
            refuse_columns_not_there(self._loaded, name, frame.columns)
            said = [c for c in frame.columns if c.lower() in table.textual]
            for column in said:
                if not frame.schema[column].dataType.simpleString().startswith(("date", "timestamp")):
                    frame = frame.withColumn(column, frame[f"`{column}`"].cast("string"))
            self.view(name, frame)
            if said or name in self._text_files:
                texts = [f.name for f in frame.schema if f.dataType.simpleString() == "string"]
                chosen = texts if name in self._text_files else said
                quoted = {column: f"`{column}`" for column in chosen}
                query = rows_of(self._session)
                written = written_columns(query, TEXTS, self.name(name), chosen, table, quoted)
                listed = [
                    f"{written.converted.get(column, f'`{column}`')} AS `{column}`"
                    for column in frame.columns
                ]
                if written.converted:
                    self.view(name, frame.selectExpr(*listed))
                doubtful = self._parted_by_dots(name, frame)
                self.unclear[name] = {c.lower(): p for c, p in {**written.unclear, **doubtful}.items()}

    def _parted_by_dots(self, name: str, frame: DataFrame) -> dict[str, UnclearNumbers]:
        """Columns of numbers with exactly three digits behind every dot, as 1.579, which may part thousands."""
        table, raw = self._loaded.project.tables[name], self._text_files.get(name)
        broken = [
            field.name
            for field in frame.schema
            if field.dataType.simpleString() == "double" and number_format(table, field.name) is None
        ]
        if raw is None or not broken:
            return {}
        query = rows_of(self._session)
        found = query(
            f"SELECT {', '.join(_may_be_thousands(column) for column in broken)} FROM {self.name(name)}"
        )
        unclear = {}
        for column, possible in zip(broken, found[0], strict=True):
            if possible:
                texts = f"{self._prefix}texts"
                raw.createOrReplaceTempView(texts)
                reading = read_numbers(shapes_of(query, TEXTS, f"`{column}`", texts))
                self._session.catalog.dropTempView(texts)
                if isinstance(reading, UnclearNumbers) and reading.why == "thousands":
                    unclear[column] = reading
        return unclear

    def _refuse_line(self, name: str, line: str, feed: Feed | None) -> None:
        """Says where in the files it is; of those that lie elsewhere the line itself."""
        if feed is not None:
            look = partial(first_trouble, encoding=feed.encoding, header=feed.header, skip=feed.skip)
            unclosed = partial(first_unclosed, encoding=feed.encoding)
            troubles = (trouble(file) for file in feed.files for trouble in (look, unclosed))
            found = next(filter(None, troubles), None)
        elif line:
            message = f"the line {quote(line)} has another number of fields than the first line names columns"
            found = MalformedCsvError(DataCode.CSV_LINES, message, "mend it, or export the table again")
        else:  # its text has the sign for what is no text, which may have been written there
            found = None
        if found is not None:
            raise self._refused(name, found)

    def _first_line(self, path: str) -> str:
        """The first line that is not empty."""
        lines = self._session.read.text(path)
        found = lines.where("trim(value) <> ''").first()
        return "" if found is None else str(found[0]).lstrip("\ufeff \t")

    def _query(self, name: str, sql: str) -> None:
        place = ("tables", name, "sql")
        table = self._loaded.project.tables[name]
        try:
            text = sql.rstrip().rstrip(";") if table.dialect == "spark" else spark_query(sql)
        except SqlError as error:
            raise self._loaded.error(
                DataCode.NOT_PORTABLE,
                f"the SQL is not known to mean the same on Spark: {error.message}",
                *place,
                hint=error.hint,
            ) from error
        self.unclear[name] = passed_on(self._loaded, name, self.unclear)
        with as_data_error(self._loaded, DataCode.SQL_FAILS, "the SQL fails", *place):
            views = {other: self.name(other) for other in self._loaded.project.tables}
            listed = [
                f"{other} AS (SELECT * FROM {view})" for other, view in views.items() if self._known(other)
            ]
            self.view(name, self._session.sql(_with(listed, text)))

    def _known(self, table: str) -> bool:
        return self._prefix + table in self._made

    def _refuse_empty(self, name: str) -> None:
        with as_data_error(
            self._loaded, DataCode.FILE_UNREADABLE, f"table '{name}' cannot be read", "tables", name
        ):
            empty = self._session.sql(f"SELECT 1 FROM {self.name(name)} LIMIT 1").isEmpty()
        if empty:
            raise self._loaded.error(
                DataCode.TABLE_EMPTY, "the table is empty: it has no row", "tables", name, hint=_ROWS
            )


def _with(listed: list[str], query: str) -> str:
    """A query in which the declared tables have their own names."""
    return f"WITH {', '.join(listed)} SELECT * FROM (\n{query}\n)" if listed else query


def _separator(line: str) -> str:
    """What separates the columns: the most frequent candidate in the first line."""
    return max((",", ";", "\t", "|"), key=line.count)


FILE = "file://"
_PATTERN = re.compile(r"([\\*?\[\]{}])")


def existing(path: Path) -> str:
    """A file or folder to read; its marks of a pattern stand for themselves."""
    return FILE + _PATTERN.sub(r"\\\1", str(path))


def new(path: Path) -> str:
    """A folder to write."""
    return f"{FILE}{path}"


_LINE = "_line_that_does_not_fit"
_NO_LETTER = "\ufffd"  # what Spark makes of bytes that are no text
_CONTROLS = "\u0080-\u009f"  # what it makes of letters that Latin-1 has not


def _csv_options(separator: str, encoding: str) -> dict[str, Any]:
    return {
        "sep": separator,
        "header": True,
        "multiLine": True,
        "quote": '"',
        "escape": '"',
        "enforceSchema": False,
        "encoding": "ISO-8859-1" if encoding == "latin-1" else "UTF-8",
    }


def _as_texts(
    session: SparkSession,
    frame: DataFrame,
    paths: Sequence[str],
    columns: Sequence[str],
    separator: str,
    encoding: str,
) -> DataFrame:
    """The rows of CSV files, with some columns as the texts they are."""
    if not columns:
        return frame
    from pyspark.sql.types import StringType, StructField, StructType

    schema = StructType(
        [StructField(f.name, StringType() if f.name in columns else f.dataType) for f in frame.schema]
    )
    return session.read.csv(list(paths), schema=schema, **_csv_options(separator, encoding))


def _may_be_thousands(column: str) -> str:
    whole = f"`{column}` = floor(`{column}`)"
    thousandths = f"abs(`{column}` * 1000D - round(`{column}` * 1000D)) < 1e-6D"
    fits = f"abs(`{column}`) < 1000D AND {thousandths} AND ({whole} OR abs(`{column}`) >= 1D)"
    return f"coalesce(bool_and({fits}), false)"


def read_csv(
    session: SparkSession, paths: Sequence[str], *, separator: str, encoding: str
) -> tuple[DataFrame, DataFrame, str | None]:
    """The rows of CSV files, the same as texts, and one line that does not fit into the columns or is no text, if there is any."""
    from pyspark.sql.types import StructType

    options = _csv_options(separator, encoding)
    frame = session.read.csv(list(paths), inferSchema=True, **options)
    whole = StructType(list(frame.schema.fields)).add(_LINE, "string")
    marked = session.read.csv(list(paths), schema=whole, columnNameOfCorruptRecord=_LINE, **options)
    texts = [f"`{f.name}`" for f in whole if f.dataType.simpleString() == "string"]
    # What is no text, and a double quote that is opened and not closed: then all of them are taken for letters.
    odd = "(startswith({0}, '\"') AND (length({0}) - length(replace({0}, '\"', ''))) % 2 = 1)"
    signs = _CONTROLS if encoding == "latin-1" else _NO_LETTER
    # Or one that is closed nowhere, so that whole lines are in a value.
    lines = "(contains({0}, '\n') AND length({0}) - length(replace({0}, '{1}', '')) >= {2})"
    fields = len(frame.columns) - 1
    texts = [
        f"{text} RLIKE '[{signs}]' OR {odd.format(text)} OR {lines.format(text, separator, fields)}"
        for text in texts
    ]
    # A separator at the end of every line is common, and harmless.
    ragged = f"`{_LINE}` IS NOT NULL AND NOT endswith(`{_LINE}`, '{separator}')"
    found = marked.where(" OR ".join([f"({ragged})", *texts])).first()
    line = None if found is None else str(found[_LINE] or "")
    return frame, session.read.csv(list(paths), **options), line
