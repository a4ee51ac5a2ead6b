"""Whether the system lets this process work at all: asked before what would end it without a word is loaded."""

from __future__ import annotations

import sys
import threading
from importlib.util import find_spec

from lineofsight.error_codes import CommandCode, EngineCode
from lineofsight.errors import CommandError, EngineError

LEAST_ADDRESSES = 2_500_000_000
"""Bytes of addresses (not of memory) that the libraries reserve, with some to compute in."""
_LEAST_THREADS = 8


def refuse_unfit() -> None:
    """Raises a `CommandError` or an `EngineError` where nothing can be printed, or addresses or threads are too few."""
    if sys.stdout is None:
        raise CommandError(
            CommandCode.OUTPUT_CLOSED,
            "the standard output is closed: nothing can be printed",
            hint="say where it goes, as in: > /dev/null",
        )
    _refuse_few_addresses()
    _refuse_few_threads()


def _refuse_few_addresses() -> None:
    if find_spec("resource") is None:  # Windows has no such limit
        return
    import resource

    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    if allowed == resource.RLIM_INFINITY or allowed >= LEAST_ADDRESSES:
        return
    raise EngineError(
        EngineCode.OUT_OF_MEMORY,
        f"the system lets this process reserve {allowed / 1e9:.1f} GB of addresses: {LEAST_ADDRESSES / 1e9:.1f} are needed",
        hint="raise 'ulimit -v', and limit memory with 'engine: {duckdb: {memory: …}}' instead",
    )


def _refuse_few_threads() -> None:
    done = threading.Event()
    started = []
    try:
        for _ in range(_LEAST_THREADS):
            thread = threading.Thread(target=done.wait, daemon=True)
            thread.start()
            started.append(thread)
    except RuntimeError as error:
        raise too_few_threads() from error
    finally:
        done.set()
        for thread in started:
            thread.join()


def too_few_threads() -> EngineError:
    """The error for a thread that the system does not let begin."""
    return EngineError(
        EngineCode.TOO_FEW_THREADS,
        "the system lets this process start no further thread",
        hint="raise 'ulimit -u' or the container's limit of processes, or write 'engine: {duckdb: {threads: 1}}'",
    )
