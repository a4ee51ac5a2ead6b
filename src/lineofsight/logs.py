"""How the command shows what the package logs of its own work.

Loggers are named by module, below `lineofsight`, and quiet until a handler is added. Records hold stages, counts, seconds and
codes of errors; never ids, values or texts of the data, nor SQL, since logs are kept and read by others than the data are.
What a record tells beside its message are its `extra` attributes; in JSON each is a key.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import TextIO

from lineofsight.characters import escaped_json, visible

PACKAGE = "lineofsight"
_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)
_OF_EVERY_RECORD = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}


def show_logs(verbosity: int, *, as_json: bool, stream: TextIO) -> None:
    """Writes the package's records to a stream: warnings and errors, with 1 also what is done, with 2 also its steps."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Json() if as_json else _Text())
    handler.set_name(__name__)
    logger = logging.getLogger(PACKAGE)
    hide_logs()
    logger.addHandler(handler)
    logger.setLevel(_LEVELS[min(verbosity, len(_LEVELS) - 1)])


def hide_logs() -> None:
    """Takes back what `show_logs` did."""
    logger = logging.getLogger(PACKAGE)
    for handler in [each for each in logger.handlers if each.get_name() == __name__]:
        logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


def logs_are_shown() -> bool:
    """Whether `show_logs` was called."""
    return any(each.get_name() == __name__ for each in logging.getLogger(PACKAGE).handlers)


def _time(record: logging.LogRecord) -> str:
    moment = dt.datetime.fromtimestamp(record.created, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Text(logging.Formatter):
    """`2026-01-31T08:00:00.123Z INFO lineofsight.pipeline.run: stage align took 1.204 s`."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(f"{_time(record)} {record.levelname} {record.name}: {record.getMessage()}")


class _Json(logging.Formatter):
    """One object a line: `time`, `level`, `logger`, `message`, and what else the record tells."""

    def format(self, record: logging.LogRecord) -> str:
        told = {key: value for key, value in vars(record).items() if key not in _OF_EVERY_RECORD}
        head = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        return escaped_json(json.dumps(head | told, ensure_ascii=False, default=str))
