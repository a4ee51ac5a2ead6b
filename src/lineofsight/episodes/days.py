"""Instants that are dated by the day only: each lies somewhere within its day, not at its first instant.

What may have come in time, as an answer on the day of the moment, is taken to have; what may be the moment itself, as a purchase on
the day of a purchase, is not taken for what came after it.
"""

from __future__ import annotations

import datetime as dt
import re

import ibis.expr.types as ir

from lineofsight.engines.base import Engine, FieldAudit
from lineofsight.episodes.clock import DAY, Clock, Span, seconds
from lineofsight.project.load import LoadedProject

_MIDNIGHT = dt.time()
_DATE = re.compile(r"(?is)\s*(date\s*'[^']*'|(try_)?cast\s*\(.*\bas\s+date\s*\)|.*::\s*date)\s*")


def by_day(
    loaded: LoadedProject,
    engine: Engine,
    source: tuple[str, str],
    rows: ir.Table,
    column: str,
    audit: FieldAudit,
) -> bool:
    """Whether instants are dated by the day only: by their type, or as all are midnights of two days or more.

    Midnights are those of the project's time zone or, of instants that came with a zone, of UTC.

    Args:
        loaded: The project.
        engine: Where the rows are; they are read only where the first and the last instant are midnights.
        source: The declared table, and the expression of the instant.
        rows: The rows.
        column: Their canonical instant.
        audit: What the column holds.
    """
    if audit.first is None or audit.last is None:
        return False
    if _is_date(engine, *source):
        return True
    clock, span, instants = Clock.of(loaded), Span(audit.first, audit.last), rows[column]
    shown: dict[str, ir.TimestampValue] = {}
    if all(clock.shown(end).time() == _MIDNIGHT for end in (span.start, span.end)):
        shown["local"] = clock.local(instants, span)
    if audit.zoned and all(end.time() == _MIDNIGHT for end in (span.start, span.end)):
        shown["utc"] = instants
    if not shown or span.start == span.end:
        return False
    timed = {name: rows.count(where=each != each.truncate("D")) for name, each in shown.items()}
    return 0 in engine.fetch(rows.aggregate(**timed))[0].values()


def _is_date(engine: Engine, table: str, sql: str) -> bool:
    """Whether an expression is a column of dates, or makes a date of one."""
    types = {f'"{name}"'.lower(): type_ for name, type_ in engine.columns(table).items()}
    types |= {name.strip('"'): type_ for name, type_ in types.items()}
    return types.get(sql.strip().lower(), "").upper() == "DATE" or _DATE.fullmatch(sql) is not None


def surely_before(
    time: ir.TimestampValue, instant: ir.TimestampValue, *, time_by_day: bool
) -> ir.BooleanValue:
    """Whether a time lies before an instant, whenever in its day it was."""
    return time + seconds(DAY) <= instant if time_by_day else time < instant


def surely_after(
    time: ir.TimestampValue, instant: ir.TimestampValue, *, instant_by_day: bool
) -> ir.BooleanValue:
    """Whether a time lies after an instant, whenever in its day that was."""
    return time >= instant + seconds(DAY) if instant_by_day else time > instant
