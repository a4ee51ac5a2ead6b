"""Spark's errors in the product's words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from lineofsight.error_codes import DataCode, EngineCode
from lineofsight.errors import EngineError
from lineofsight.project.load import LoadedProject


def message_of(error: BaseException) -> str:
    """The first line of Spark's message, without its class and the plan."""
    said = str(getattr(error, "java_exception", error))
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    first = lines[0] if lines else type(error).__name__
    return first.split(" SQLSTATE")[0].split("] ", 1)[-1] if first.startswith("[") else first


@contextlib.contextmanager
def as_data_error(
    loaded: LoadedProject, code: DataCode, what: str, *place: str | int, hint: str | None = None
) -> Iterator[None]:
    """What Spark refuses inside becomes a `DataError` at `place`."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise loaded.error(code, f"{what}: {message_of(error)}", *place, hint=hint) from error


@contextlib.contextmanager
def as_engine_error() -> Iterator[None]:
    """What fails inside, on checked data, is the engine's failure."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        hint = (
            "look at the driver's and the workers' logs; 'engine: {spark: {config: …}}' sets Spark's options"
        )
        raise EngineError(EngineCode.SPARK_FAILED, f"Spark failed: {message_of(error)}", hint=hint) from error
