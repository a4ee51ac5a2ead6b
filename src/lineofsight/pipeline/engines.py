"""Which engine reads a project's tables, and what the caller already has in hand for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lineofsight.engines.base import Engine
from lineofsight.engines.duckdb import DuckDBEngine
from lineofsight.error_codes import EngineCode
from lineofsight.errors import EngineError, did_you_mean
from lineofsight.project.load import LoadedProject
from lineofsight.sources import FilesRead, locate_feeds

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True)
class Provided:
    """What a caller of the library already has.

    Attributes:
        session: A Spark session, which is used as it is and stays open.
        tables: DataFrames of that session, in the place of declared tables.
    """

    session: SparkSession | None = None
    tables: Mapping[str, DataFrame] = field(default_factory=dict)

    def lasting(self, loaded: LoadedProject) -> bool:
        """Whether all tables are files, whose change can be told, so that stored episodes can be used again."""
        declared = loaded.project.tables.values()
        return not self.tables and not any(table.catalog or table.remote for table in declared)


def refuse_misfit(loaded: LoadedProject, provided: Provided) -> None:
    """Raises an `EngineError` if what the caller has does not fit the project."""
    if loaded.project.engine.name == "duckdb":
        if provided.session is not None or provided.tables:
            raise EngineError(
                EngineCode.SESSION_UNWANTED,
                "a Spark session or its tables are given, and the project's engine is DuckDB",
                hint="write 'engine: spark' into the project file",
            )
        return
    for name in provided.tables:
        if name not in loaded.project.tables:
            hint = did_you_mean(name, loaded.project.tables)
            raise EngineError(
                EngineCode.GIVEN_TABLE_UNKNOWN,
                f"the table '{name}' is given, and the project declares none of that name: {hint}",
            )


def open_engine(
    loaded: LoadedProject, working: Path, files: FilesRead, provided: Provided, *, read: bool
) -> Engine:
    """The engine that the project names.

    Args:
        loaded: The project.
        working: The project's working folder.
        files: Is told which files are read.
        provided: What the caller has, which `refuse_misfit` has looked at.
        read: Whether to read the declared tables.

    Raises:
        DataError: A declared table cannot be read.
        EngineError: The engine cannot be started.
    """
    if loaded.project.engine.name == "duckdb":
        return DuckDBEngine(loaded, working, read=read, files=files)
    from lineofsight.engines.spark import SparkEngine  # which only those need who have it installed

    for feed in locate_feeds(loaded) if read else ():
        if feed.name not in provided.tables:
            files.opened(feed.name, feed.files)  # Spark reads them all
    return SparkEngine(loaded, working, read=read, session=provided.session, tables=provided.tables)
