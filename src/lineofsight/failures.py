"""What nobody foresaw becomes an error of the one tree, for the command and for Python alike."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from lineofsight.error_codes import EngineCode
from lineofsight.errors import EngineError, LineofsightError, disk_is_full
from lineofsight.surroundings import too_few_threads

Progress = Callable[[str, str], None]


def _quiet(stage: str, message: str) -> None:
    """Shows nothing."""


@contextlib.contextmanager
def in_our_words(progress: Progress = _quiet) -> Iterator[Progress]:
    """Any exception from inside becomes a `LineofsightError` with that exception as its cause.

    Args:
        progress: The caller's own; what it raises is the caller's, and stays what it is.

    Yields:
        What is to be called with the progress.
    """
    raised: list[Exception] = []

    def told(stage: str, message: str) -> None:
        try:
            progress(stage, message)
        except Exception as error:
            raised.append(error)
            raise

    try:
        yield told
    except LineofsightError:
        raise
    except Exception as error:
        if any(error is each for each in raised):
            raise
        raise as_ours(error) from error


def as_ours(error: Exception) -> EngineError:
    """The error for an exception that is none of ours."""
    match error:
        case MemoryError():
            hint = "look at fewer segments or controls, or use a machine with more memory"
            return EngineError(EngineCode.OUT_OF_MEMORY, "the memory ran out", hint=hint)
        case OSError():
            place = f"{error.filename}: " if error.filename is not None else ""
            code = EngineCode.DISK_FULL if disk_is_full(error) else EngineCode.FILE_FAILED
            return EngineError(code, f"{place}{error.strerror or error}")
        case RecursionError():
            return EngineError(EngineCode.UNFORESEEN, "something is nested too deeply to be computed")
    if "can't start new thread" in str(error):
        return too_few_threads()
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "lineofsight" in frame.filename]
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return EngineError(
        EngineCode.UNFORESEEN,
        f"this was not foreseen: {type(error).__name__}: {error}{place}",
        hint="it is a fault of Lineofsight: please report it with this text",
    )
