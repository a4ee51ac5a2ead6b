"""One small Spark session for all tests of a process, tuned for tables of a few rows."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # what lives for minutes is not worth compiling well
NOTHING_COMPILED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
_TINY = {
    **NOTHING_COMPILED,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": QUICK_JAVA,
    "spark.shuffle.compress": "false",
    "spark.rdd.compress": "false",
}


def missing() -> str | None:
    """Why Spark cannot run here."""
    try:
        import pyspark  # noqa: F401 - is it there?
    except ImportError:
        return "pyspark is not installed: pip install 'lineofsight[spark]'"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "Java is not installed (Debian: openjdk-17-jre-headless)"
    return None


def skip_without_spark() -> None:
    """Skips the test where Spark cannot run, and says why; fails it in CI."""
    why = missing()
    if why is not None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


@functools.cache
def spark_session() -> SparkSession:
    """The session; skips the test where there can be none, and fails it in CI."""
    skip_without_spark()
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[1]").appName("tests")
    for name, value in _TINY.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
