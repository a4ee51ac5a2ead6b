"""Values of the anchor's own row and when they were known: nothing later may leak backwards.

A value with a time of its own is missing where that lies on the wrong side of the moment; a value that is made from an instant
after the moment is counted, as what it tells was not known then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Engine, Field, FieldAudit
from lineofsight.episodes.clock import seconds
from lineofsight.episodes.columns import AT, known_at, later
from lineofsight.episodes.days import surely_after, surely_before
from lineofsight.episodes.windows import in_days
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject
from lineofsight.project.sql_rules import referenced_columns
from lineofsight.reasons import Reason, Statement

_DATED = ("TIMESTAMP", "DATE")


def blank_out_of_order(
    loaded: LoadedProject, engine: Engine, table: ir.Table, days: Collection[str]
) -> tuple[ir.Table, list[dict[str, object]]]:
    """Makes an operation missing that is dated after the moment, and a perception dated before or too long after it.

    Args:
        loaded: The project.
        engine: Where the anchors are.
        table: The anchors, with columns that say when values were known.
        days: Instants that are dated by the day only; on the same day neither is before the other.

    Returns:
        The anchors without the columns that say when, and rows of the run's table `drops`.
    """
    dated = [column.removeprefix("at:") for column in table.columns if column.startswith("at:")]
    if not dated:
        return table, []
    wrong = {name: _wrong(loaded, table, name, days) for name in dated}
    counts = {"of": table.count()}
    for name, tests in wrong.items():
        for place, test in enumerate(tests.values()):
            counts[f"{place} {name}"] = table.count(where=test & table[name].notnull())
    counted = engine.fetch(table.aggregate(**counts))[0]
    drops: list[dict[str, object]] = [
        {
            "step": _section(loaded, name),
            "name": name.removeprefix("segment:"),
            "reason": reason,
            "n": counted[f"{place} {name}"],
            "of": counted["of"],
        }
        for name, tests in wrong.items()
        for place, reason in enumerate(tests)
        if counted[f"{place} {name}"]
    ]
    known = {
        name: ibis.or_(*tests.values()).ifelse(ibis.null(table[name].type()), table[name])
        for name, tests in wrong.items()
    }
    return table.mutate(**known).drop([known_at(name) for name in dated]), drops


def _wrong(
    loaded: LoadedProject, table: ir.Table, name: str, days: Collection[str]
) -> dict[Statement, ir.BooleanValue]:
    """Why a value may not stand, and where; no two hold at once."""
    time, at = table[known_at(name)], table[AT]
    time_by_day, at_by_day = known_at(name) in days, AT in days
    perception = loaded.project.perceptions.get(name)
    if perception is None:
        after = surely_after(time, at, instant_by_day=at_by_day).fill_null(False)
        return {Reason.DATED_AFTER(): after, Reason.UNDATED(): time.isnull()}
    before = surely_before(time, at, time_by_day=time_by_day).fill_null(False)
    tests = {Reason.DATED_BEFORE(): before, Reason.UNDATED(): time.isnull()}
    if perception.within is not None:
        late = surely_after(time, at + seconds(perception.within), instant_by_day=at_by_day)
        tests[Reason.DATED_TOO_LATE(value=in_days(perception.within))] = late.fill_null(False)
    return tests


def _section(loaded: LoadedProject, name: str) -> str:
    project = loaded.project
    if name in project.perceptions:
        return "perceptions"
    if name.startswith("segment:"):
        return "segments"
    return "operations" if name in project.operations else "controls"


def stayed_where_not_left(loaded: LoadedProject, engine: Engine, table: ir.Table) -> ir.Table:
    """The anchors with 1 for who stayed where the row itself says who left (`event: leave`).

    Raises:
        DataError: Values that should say yes or no are neither.
    """
    behaviours = loaded.project.behaviours
    own = [name for name, each in behaviours.items() if each.kind == "stay" and each.table is None]
    if not own:
        return table
    neither = {name: ~table[name].isin([0.0, 1.0]).fill_null(True) for name in own}
    counted = engine.fetch(
        table.aggregate(
            **{f"n {name}": table.count(where=test) for name, test in neither.items()},
            **{f"of {name}": table[name].count() for name in own},
            **{f"example {name}": table[name].max(where=test) for name, test in neither.items()},
        )
    )[0]
    for name in own:
        if counted[f"n {name}"]:
            value = behaviours[name].read
            raise loaded.error(
                DataCode.WRONG_TYPE,
                f"whether a customer stayed is yes or no, 1 or 0: {counted[f'n {name}']:,} of {counted[f'of {name}']:,}"
                f" values of '{value}' are neither, as {counted[f'example {name}']:g}",
                "behaviours",
                name,
                "value",
                hint=f"write what means yes, as in 'value: {value} > 0', or another 'kind'",
            )
    return table.mutate(**{name: 1.0 - table[name] for name in own if behaviours[name].says_left})


@dataclass(frozen=True, slots=True)
class LaterFields:
    """Instants that values are made from.

    Attributes:
        fields: What to read of the anchor's table.
        used: Section and name of each value, and the column of the instant.
    """

    fields: tuple[Field, ...]
    used: tuple[tuple[str, str, str], ...]


def later_fields(loaded: LoadedProject, engine: Engine) -> LaterFields:
    """The dates and times that operations and controls on the anchor's row are made from.

    A value that says with `at` when it was known is believed; and whoever makes the moment from a column has thought of
    how the two lie to each other.
    """
    project = loaded.project
    if project.episodes.snapshot:
        return LaterFields((), ())
    types = {name.lower(): (name, type_) for name, type_ in engine.columns(project.episodes.table).items()}
    moment = {column.lower() for column in referenced_columns(project.episodes.at or "NULL")}
    used: list[tuple[str, str, str]] = []
    for section, entries in (("operations", project.operations), ("controls", project.controls)):
        for name, feature in entries.items():
            if feature.table is None and feature.value is not None and feature.at is None:
                for column in referenced_columns(feature.value):
                    found, type_ = types.get(column.lower(), ("", ""))
                    if type_.upper().startswith(_DATED) and found.lower() not in moment:
                        used.append((section, name, found))
    fields = {
        column: Field(
            later(column), '"{}"'.format(column.replace('"', '""')), "instant", (section, name, "value")
        )
        for section, name, column in reversed(used)
    }
    return LaterFields(tuple(fields.values()), tuple(used))


def planned_columns(
    instants: LaterFields, audits: Mapping[str, FieldAudit], end: dt.datetime | None
) -> set[str]:
    """Columns with an instant that the data themselves do not reach: what happened cannot lie there, a plan can.

    Args:
        instants: What was read.
        audits: What it holds.
        end: The last instant of which the data tell; None where nothing says.
    """
    found = set()
    for _, _, column in instants.used:
        last = audits[later(column)].last
        if last is not None and (end is None or last > end):
            found.add(column)
    return found


def count_later(
    engine: Engine,
    table: ir.Table,
    instants: LaterFields,
    planned: Collection[str],
    days: Collection[str],
) -> tuple[ir.Table, tuple[dict[str, object], ...]]:
    """The anchors without these instants, and in how many each value is made from one after the moment.

    Args:
        engine: Where the anchors are.
        table: The anchors.
        instants: What was read of them.
        planned: Columns that hold plans, which may lie ahead: a promised date is known before.
        days: Instants that are dated by the day only.
    """
    if not instants.used:
        return table, ()
    columns = [field.alias for field in instants.fields]
    later_ones = {
        column: surely_after(table[column], table[AT], instant_by_day=AT in days) for column in columns
    }
    known = table.aggregate(
        of=table.count(), **{column: table.count(where=test) for column, test in later_ones.items()}
    )
    counted = engine.fetch(known)[0]
    found = tuple(
        {"section": section, "name": name, "column": column, "n": counted[later(column)], "of": counted["of"]}
        for section, name, column in instants.used
        if counted[later(column)] and column not in planned
    )
    return table.drop(columns), found
