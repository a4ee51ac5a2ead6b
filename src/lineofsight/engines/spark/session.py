"""A Spark session that means what the alignment relies on, and has the code of Lineofsight on its workers."""

from __future__ import annotations

import os
import sys
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lineofsight.error_codes import EngineCode
from lineofsight.errors import EngineError
from lineofsight.project.settings import SparkSettings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: What the alignment relies on, set while a project is aligned and put back afterwards: days and hours in UTC, a text
#: that is no number is an error, times without a zone stay without one, and no decimal is rounded behind our back.
_MEANING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.caseSensitive": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(1 << 17),
}
#: For a session that is started here; a project's `config` comes after.
_DEFAULTS = {
    "spark.app.name": "Lineofsight",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.maxResultSize": "4g",
    "spark.sql.shuffle.partitions": "auto",
}
_INSTALL = "install it with: pip install 'lineofsight[spark]'"


@contextmanager
def opened(settings: SparkSettings, given: SparkSession | None = None) -> Iterator[SparkSession]:
    """A session that means what the alignment relies on.

    A session that is `given`, or that runs already in this process, is used as it is and stays open.

    Args:
        settings: `engine: {spark: …}` of the project.
        given: The caller's session.

    Raises:
        EngineError: pyspark or Java is missing, or no session can be started.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineError(
            EngineCode.PYSPARK_MISSING,
            "'engine: spark' needs pyspark, which is not installed",
            hint=_INSTALL,
        ) from error
    # Nothing here goes through pandas.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    running = given or SparkSession.getActiveSession()
    session = running or _started(settings)
    if not hasattr(session, "_jsparkSession"):
        raise EngineError(
            EngineCode.SPARK_CONNECT,
            "the Spark session is one of Spark Connect, which runs no kernel of Lineofsight on the workers",
            hint="run on a classic session: SparkSession.builder.master(…).getOrCreate()",
        )
    before = {name: session.conf.get(name, None) for name in _MEANING}
    try:
        for name, value in _MEANING.items():
            session.conf.set(name, value)
        yield session
    finally:
        if running is None:
            session.stop()
        else:
            _put_back(session, before)


def _put_back(session: SparkSession, before: Mapping[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            session.conf.unset(name)
        else:
            session.conf.set(name, value)


def _started(settings: SparkSettings) -> SparkSession:
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers run the same Python
    builder = SparkSession.builder.master(settings.master)
    config = {**_DEFAULTS, **settings.config}
    if config["spark.sql.shuffle.partitions"] == "auto":
        del config["spark.sql.shuffle.partitions"]
    for name, value in config.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError, RuntimeError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        java = "JAVA" in str(error).upper()
        hint = (
            "install Java 17 or newer (Debian: openjdk-17-jre-headless), or set JAVA_HOME"
            if java
            else f"is there a Spark at '{settings.master}'? 'local[*]' needs none"
        )
        raise EngineError(
            EngineCode.SPARK_NOT_STARTED, f"Spark cannot be started: {first}", hint=hint
        ) from error


def send_package(session: SparkSession, folder: Path) -> None:
    """Sends the package, whose kernel aggregates episodes, to every worker of a cluster; a local session has them already."""
    if (session.sparkContext.master or "").startswith("local"):
        return
    package = Path(__file__).parents[2]
    target = folder / "lineofsight_kernel.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted([*package.rglob("*.py"), *package.rglob("*.json")]):
            archive.write(file, Path("lineofsight") / file.relative_to(package))
    session.sparkContext.addPyFile(str(target))
