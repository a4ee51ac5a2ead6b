"""How long the engine may compute one thing: SQL of a project can be such that it never ends."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import threading
from collections.abc import Iterator

import duckdb

from lineofsight.error_codes import EngineCode
from lineofsight.errors import EngineError, LineofsightError

_AGAIN = 0.1  # seconds: an engine that is just beginning a query forgets an interruption


@contextlib.contextmanager
def within(connection: duckdb.DuckDBPyConnection, limit: dt.timedelta, what: str) -> Iterator[None]:
    """Stops what the engine computes inside when the time is over.

    Args:
        connection: What is interrupted.
        limit: How long it may take.
        what: What is computed, as errors name it.

    Raises:
        EngineError: It took longer.
    """
    done, late = threading.Event(), threading.Event()

    def watch() -> None:
        if done.wait(limit.total_seconds()):
            return
        late.set()
        while not done.wait(_AGAIN):
            connection.interrupt()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except (duckdb.Error, sqlite3.Error, RuntimeError, LineofsightError) as error:
        if late.is_set():
            raise _too_long(limit, what) from error
        raise
    finally:
        done.set()
        watcher.join()


@contextlib.contextmanager
def sqlite_within(database: sqlite3.Connection, limit: dt.timedelta, what: str) -> Iterator[None]:
    """The same for a SQLite file; Ctrl-C is heard in between, too.

    Raises:
        EngineError: It took longer.
    """
    until = dt.datetime.now(dt.UTC) + limit
    database.set_progress_handler(lambda: dt.datetime.now(dt.UTC) > until, 100_000)
    try:
        yield
    except sqlite3.OperationalError as error:
        if dt.datetime.now(dt.UTC) > until:
            raise _too_long(limit, what) from error
        raise
    finally:
        database.set_progress_handler(None, 0)


def _too_long(limit: dt.timedelta, what: str) -> EngineError:
    seconds = limit.total_seconds()
    allowed = f"{seconds / 60:g} minutes" if seconds >= 60 else f"{seconds:g} seconds"
    return EngineError(
        EngineCode.TIME_LIMIT,
        f"{what} took longer than {allowed}, which is the limit",
        hint="look for a join without a condition; or allow more with 'limits: {sql: 2 hours}'",
    )
