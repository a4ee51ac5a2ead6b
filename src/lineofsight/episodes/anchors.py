"""The moments that episodes are made around: rows of a table, or customers on a calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Engine, Field, FieldAudit, Role
from lineofsight.engines.duplicates import CHANGED
from lineofsight.episodes.anchor_values import (
    blank_out_of_order,
    count_later,
    later_fields,
    planned_columns,
    stayed_where_not_left,
)
from lineofsight.episodes.clock import Clock, Span
from lineofsight.episodes.columns import AT, CUSTOMER, EPISODE, KEY, known_at, link, segment
from lineofsight.episodes.days import by_day
from lineofsight.episodes.periods import period_ends
from lineofsight.episodes.statuses import read_statuses, status_fields
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject
from lineofsight.project.models import Period
from lineofsight.reasons import Reason

_NO_TIME = dt.datetime(1970, 1, 1)
_ROLES: Mapping[str, Role] = {"operations": "number", "controls": "any", "segments": "text"}


def anchor_fields(loaded: LoadedProject) -> list[Field]:
    """Key, customer and time, the values on the anchor's row with when they were known, and links to other tables."""
    project, episodes = loaded.project, loaded.project.episodes
    fields = []
    if episodes.customer is not None:
        fields.append(_field(CUSTOMER, episodes.customer, "key", "episodes", "customer"))
    if episodes.each is not None and not episodes.snapshot:
        fields += [
            _field(KEY, episodes.key or "", "key", "episodes", "key"),
            _field(AT, episodes.at or "", "instant", "episodes", "at"),
        ]
    elif episodes.every is not None:
        fields += [
            _field(name, sql, "instant", "episodes", name)
            for name, sql in (("since", episodes.since), ("until", episodes.until))
            if sql is not None
        ]
    for section, entries in (
        ("operations", project.operations),
        ("controls", project.controls),
        ("segments", project.segments),
    ):
        for name, feature in entries.items():
            if feature.table is None and feature.value is not None:
                alias = segment(name) if section == "segments" else name
                answers = getattr(feature, "answers", None)
                role = "number" if answers else _ROLES[section]
                fields.append(Field(alias, feature.value, role, (section, name, "value"), answers))
                if feature.at is not None:
                    fields.append(_field(known_at(alias), feature.at, "instant", section, name, "at"))
    for name, perception in project.perceptions.items():
        if perception.table is None:
            where = ("perceptions", name, "value")
            fields.append(Field(name, perception.value, "number", where, perception.answers))
            if perception.at is not None:
                fields.append(_field(known_at(name), perception.at, "instant", "perceptions", name, "at"))
    for name, behaviour in project.behaviours.items():
        if behaviour.table is None and behaviour.value is not None:
            fields.append(_field(name, behaviour.value, "number", "behaviours", name, "value"))
    fields += status_fields(loaded)
    fields += [_field(link(on), on, "key", *where) for on, where in _links(loaded).items()]
    return fields


def _links(loaded: LoadedProject) -> dict[str, tuple[str, ...]]:
    """Columns of the anchor that other tables are joined on, with the first place that names them."""
    project = loaded.project
    sections: Iterable[tuple[str, Mapping[str, object]]] = (
        ("operations", project.operations),
        ("controls", project.controls),
        ("segments", project.segments),
        ("perceptions", project.perceptions),
        ("behaviours", project.behaviours),
    )
    links: dict[str, tuple[str, ...]] = {}
    for section, entries in sections:
        for name, entry in entries.items():
            on = getattr(entry, "on", None)
            if on is not None:
                links.setdefault(on, (section, name, "on"))
    return links


def _field(alias: str, sql: str, role: Role, *where: str) -> Field:
    return Field(alias, sql, role, where)


@dataclass(frozen=True, slots=True)
class Anchors:
    """The kept table of anchors, what its columns hold, and what was left out.

    Attributes:
        table: One row per episode: episode number, key, customer, time, and the values on the anchor's own row.
        audits: What each canonical column holds.
        rows: Anchors before any were left out.
        drops: Rows of the run's table `drops`.
        later: Values that are made from an instant after the moment: section, name, column, n and of.
        by_day: Whether moments are dated by the day only.
        others: Per behaviour told in words, the values in neither list, with how often each occurs.
    """

    table: ir.Table
    audits: Mapping[str, FieldAudit]
    rows: int
    drops: tuple[dict[str, object], ...]
    later: tuple[dict[str, object], ...]
    by_day: bool
    others: Mapping[str, tuple[tuple[str, int], ...]]


def make_anchors(loaded: LoadedProject, engine: Engine, data: Span | None) -> Anchors:
    """Makes the table of anchors and keeps it in the engine.

    Args:
        loaded: The project.
        engine: Where its tables are.
        data: What the other tables cover, which bounds a calendar without `first` and `last`.

    Raises:
        DataError: A key is not unique, or no anchor is left.
    """
    episodes = loaded.project.episodes
    where = Field("where", episodes.where, "flag", ("episodes", "where")) if episodes.where else None
    instants = later_fields(loaded, engine)
    fields = anchor_fields(loaded)
    selection = engine.select(episodes.table, [*fields, *instants.fields], where)
    table = selection.table
    if episodes.every is not None:
        table = on_calendar(loaded, table, episodes.every, data)
    if episodes.snapshot:
        table = _without_time(table)
    kept = engine.with_row_ids("anchors_all", table, EPISODE)
    whole, rows, drops = _whole(loaded, engine, kept)
    statuses = read_statuses(loaded, engine, whole)
    whole = statuses.table
    whole = stayed_where_not_left(loaded, engine, whole)
    ends = [data.end if data else None, selection.audits[AT].last if AT in selection.audits else None]
    end = max((each for each in ends if each is not None), default=None)
    planned = planned_columns(instants, selection.audits, end)
    days = {
        field.alias
        for field in fields
        if field.role == "instant"
        and field.alias in kept.columns
        and by_day(
            loaded, engine, (episodes.table, field.sql), kept, field.alias, selection.audits[field.alias]
        )
    }
    whole, later = count_later(engine, whole, instants, planned, days)
    cleaned, out_of_order = blank_out_of_order(loaded, engine, whole, days)
    audits = {field.alias: selection.audits[field.alias] for field in fields}
    unchanged = cleaned.op() == kept.op()
    return Anchors(
        kept if unchanged else engine.keep("anchors", cleaned),
        audits,
        rows,
        (*drops, *out_of_order, *statuses.drops),
        later,
        AT in days,
        statuses.others,
    )


def _without_time(table: ir.Table) -> ir.Table:
    """A snapshot: every row at the same instant, which nothing is told of; its customer is its key.

    Without a customer each row is one of its own, numbered in the order of all that is read of it: so the same rows have the same
    numbers on every engine, and in whatever order they stand in the file.
    """
    if CUSTOMER not in table.columns:
        order = [table[name].asc(nulls_first=True) for name in table.columns]
        table = table.mutate(**{CUSTOMER: ibis.row_number().over(order_by=order).cast("int64")})
    return table.mutate(**{KEY: table[CUSTOMER], AT: ibis.literal(_NO_TIME, "timestamp(6)")})


def _whole(
    loaded: LoadedProject, engine: Engine, kept: ir.Table
) -> tuple[ir.Table, int, list[dict[str, object]]]:
    """The anchors with customer, key and time; how many there were, and what the others lack."""
    lacks, found = {}, ibis.literal(True)
    for column in (CUSTOMER, KEY, AT):
        lacks[column] = kept.count(where=found & kept[column].isnull())
        found &= kept[column].notnull()
    counted = engine.fetch(
        kept.aggregate(rows=kept.count(), filled=kept[KEY].count(), keys=kept[KEY].nunique(), **lacks)
    )[0]
    rows = counted["rows"]
    _refuse_duplicates(loaded, engine, kept, counted["filled"] - counted["keys"])
    time = "at" if loaded.project.episodes.each is not None else "since"
    names = {CUSTOMER: "customer", KEY: "key", AT: time}
    if rows == sum(counted[column] for column in names):
        raise loaded.error(
            DataCode.NO_EPISODE,
            f"no episode is left of {rows:,} rows: each lacks its customer, its key or its time",
            "episodes",
            hint=f"look at 'customer', 'key', '{time}' and 'where'",
        )
    drops: list[dict[str, object]] = [
        {
            "step": "episodes",
            "name": name,
            "reason": Reason.LACKS(kind=name),
            "n": counted[column],
            "of": rows,
        }
        for column, name in names.items()
        if counted[column]
    ]
    return kept.filter(found) if drops else kept, rows, drops


def _refuse_duplicates(loaded: LoadedProject, engine: Engine, table: ir.Table, duplicates: int) -> None:
    if not duplicates:
        return
    keys = table.filter(table[KEY].notnull()).group_by(KEY).aggregate(n=lambda t: t.count())
    most = engine.fetch(keys.filter(keys.n > 1).order_by([ibis.desc(keys.n), keys[KEY]]).limit(3))
    shown = ", ".join(f"'{row[KEY]}' ({row['n']} times)" for row in most)
    episodes = loaded.project.episodes
    if episodes.snapshot:
        raise loaded.error(
            DataCode.NOT_UNIQUE,
            f"a snapshot has one row per customer: {duplicates:,} rows of table '{episodes.each}' repeat one, as {shown}",
            "episodes",
            "customer",
            hint="if each row is a moment, add 'key' (what names it) and 'at' (when it was); else make one row of each with SQL"
            " under 'tables'",
        )
    if episodes.each is not None:
        what, where = f"the key '{episodes.key}' is not unique in table '{episodes.each}'", "key"
    else:
        what, where = f"a customer stands more than once in table '{episodes.customers}'", "customers"
    raise loaded.error(
        DataCode.NOT_UNIQUE,
        f"{what}: {duplicates:,} rows repeat one, as {shown}",
        "episodes",
        where,
        hint=f"choose a key that names one row, or make one row of each with SQL under 'tables'{_newest(loaded, engine)}",
    )


def _newest(loaded: LoadedProject, engine: Engine) -> str:
    """The SQL that keeps the newest version of each row, where a column says when a row was changed."""
    episodes = loaded.project.episodes
    changed = [name for name in engine.columns(episodes.table) if CHANGED.search(name)]
    if episodes.key is None or not changed:
        return ""
    newest = f"row_number() over (partition by {episodes.key} order by {changed[0]} desc)"
    return (
        f", the newest of each: select * from (select *, {newest} as newest from {episodes.table}) as versions"
        " where newest = 1"
    )


def on_calendar(loaded: LoadedProject, customers: ir.Table, period: Period, data: Span | None) -> ir.Table:
    """One row per customer and whole period at whose end, the anchor, the customer is there.

    A customer is there from the instant `since`, and until just before the instant `until`; without a value of
    `until`, to this day. Without a value of `since` nothing can be said: the row has no anchor.

    Args:
        loaded: The project.
        customers: Canonical columns of the table of customers.
        period: Length of a period.
        data: What the other tables cover, which bounds a calendar without `first` and `last`.

    Raises:
        DataError: No whole period lies in the calendar.
    """
    episodes, clock = loaded.project.episodes, Clock.of(loaded)
    first = episodes.first or (clock.day(data.start) if data else None)
    last = episodes.last or (clock.day(data.end) if data else None)
    if first is None or last is None:
        raise loaded.error(
            DataCode.CALENDAR_WITHOUT_ENDS,
            "a calendar without dated tables needs 'first' and 'last'",
            "episodes",
        )
    ends = period_ends(period, first, last, clock)
    if not ends:
        raise loaded.error(
            DataCode.CALENDAR_TOO_SHORT,
            f"no whole {period} lies between {first} and {last}",
            "episodes",
            hint="set 'first' and 'last', or take a shorter period",
        )
    rows = _each_period(customers, ends)
    anchor = rows["end"]
    there = ibis.literal(True)
    if "since" in customers.columns:
        there &= rows["since"].isnull() | (rows["since"] <= rows["end"])
        anchor = rows["since"].isnull().ifelse(ibis.null("timestamp(6)"), rows["end"])
    if "until" in customers.columns:
        there &= rows["until"].isnull() | (rows["until"] > rows["end"])
    key = rows[CUSTOMER].cast("string") + "|" + rows["label"]
    keyed = rows.mutate(**{AT: anchor, KEY: key}).filter(there)
    return keyed.drop([name for name in ("since", "until", "label", "end") if name in keyed.columns])


def _each_period(customers: ir.Table, ends: list[tuple[str, dt.datetime]]) -> ir.Table:
    """Every customer with the label and the end of every period."""
    labels = ibis.array([ibis.literal(label) for label, _ in ends])
    instants = ibis.array([ibis.literal(end, "timestamp(6)") for _, end in ends])
    rows = customers.mutate(place=ibis.range(0, len(ends)).unnest())
    return rows.mutate(label=labels[rows["place"]], end=instants[rows["place"]]).drop("place")


def count_copies(engine: Engine, anchors: ir.Table) -> int:
    """How many anchors repeat another of the same customer and moment in all values of their row.

    What the windows of other tables hold is the same for such a pair, unless they are joined on a column of their own.
    """
    repeated = anchors.group_by([CUSTOMER, AT]).aggregate(_copies=anchors.count())
    repeated = repeated.filter(repeated["_copies"] > 1)
    candidates = anchors.semi_join(repeated, [CUSTOMER, AT])
    values = [name for name in anchors.columns if name not in (EPISODE, KEY) and not name.startswith("link:")]
    groups = candidates.group_by(values).aggregate(_copies=candidates.count())
    totals = groups.aggregate(groups=groups.count(), rows=groups["_copies"].sum().cast("int64"))
    found = engine.fetch(totals)[0]
    return int(found["rows"] or 0) - int(found["groups"])
