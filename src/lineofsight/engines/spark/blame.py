"""Which expression of the project file it is that a query fails on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lineofsight.engines.column import Column
from lineofsight.engines.plain import is_column
from lineofsight.engines.refusals import failing
from lineofsight.engines.spark.failures import message_of
from lineofsight.project.load import LoadedProject

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True, slots=True)
class Asked:
    """The canonical columns that are computed of a table, in which view it lies, and the condition that keeps rows."""

    table: str
    view: str
    columns: Sequence[Column]
    where: Column | None


@contextlib.contextmanager
def blaming(session: SparkSession, loaded: LoadedProject, every: Sequence[Asked]) -> Iterator[None]:
    """Of a query that fails on a value, the expression becomes the error that fails by itself, if one does.

    Spark computes them all at once, and does not tell which. They are tried one by one only after that.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        for asked in every:
            found = _failing(session, loaded, asked)
            if found is not None:
                raise found from error
        raise


def _failing(session: SparkSession, loaded: LoadedProject, asked: Asked) -> Exception | None:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    condition, tried = "", []
    if asked.where is not None:
        condition = f" WHERE {asked.where.sql}"
        tried.append((asked.where, f"SELECT count(*) FROM {asked.view}{condition}"))
    # A hash has to be computed, where a count may be known without a look at the values.
    tried += [(c, f"SELECT bit_xor(xxhash64({c.sql})) FROM {asked.view}{condition}") for c in asked.columns]
    for column, query in tried:
        if is_column(column.field.sql):
            continue
        try:
            session.sql(query).collect()
        except (PySparkException, Py4JError) as error:
            return failing(loaded, asked.table, column, message_of(error))
    return None
