"""The moments that episodes are made around: rows of a table, or customers on a calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from lineofsight.core.errors import DataError
from lineofsight.engines.base import Engine, Field, FieldAudit, Selection
from lineofsight.episodes.columns import AT, CUSTOMER, EPISODE, KEY, known_at, link, segment
from lineofsight.project.load import LoadedProject
from lineofsight.project.models import Period

_INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Anchors:
    """The kept table of anchors, what its columns hold, and what was left out.

    Attributes:
        table: One row per episode: episode number, key, customer, time, and the values on the anchor's own row.
        audits: What each canonical column holds.
        rows: Anchors before any were left out.
        drops: Rows of the run's table `drops`.
    """

    table: ir.Table
    audits: Mapping[str, FieldAudit]
    rows: int
    drops: tuple[dict[str, object], ...]


def make_anchors(
    loaded: LoadedProject, engine: Engine, data_span: tuple[dt.datetime, dt.datetime] | None
) -> Anchors:
    """Makes the table of anchors and keeps it in the engine.

    Args:
        loaded: The project.
        engine: Where its tables are.
        data_span: First and last time of the other tables, which bound a calendar without `first` and `last`.

    Raises:
        DataError: A key is not unique, or no anchor is left.
    """
    episodes = loaded.project.episodes
    where = _field("where", episodes.where, "flag", "episodes", "where") if episodes.where else None
    selection = engine.select(episodes.table, _fields(loaded), where)
    table = selection.table
    if episodes.every is not None:
        table = _on_calendar(loaded, table, episodes.every, data_span)
    kept = engine.keep("anchors_all", table.mutate(**{EPISODE: ibis.row_number()}))
    counted = engine.fetch(
        kept.aggregate(
            rows=kept.count(),
            key=kept.count(where=kept[KEY].isnull()),
            customer=kept.count(where=kept[KEY].notnull() & kept[CUSTOMER].isnull()),
            at=kept.count(where=kept[KEY].notnull() & kept[CUSTOMER].notnull() & kept[AT].isnull()),
            keys=kept[KEY].nunique(),
        )
    )[0]
    _refuse_duplicates(loaded, engine, kept, counted["rows"] - counted["key"] - counted["keys"])
    whole = kept.filter(kept[KEY].notnull() & kept[CUSTOMER].notnull() & kept[AT].notnull())
    drops = [
        {
            "step": "episodes",
            "name": name,
            "reason": f"the row has no {name}",
            "n": counted[name],
            "of": counted["rows"],
        }
        for name in ("key", "customer", "at")
        if counted[name]
    ]
    if counted["rows"] == sum(counted[name] for name in ("key", "customer", "at")):
        raise loaded.error(
            f"no episode is left of {counted['rows']:,} rows: each lacks its key, its customer or its time",
            "episodes",
            hint="look at 'key', 'customer', 'at' and 'where'",
            kind=DataError,
        )
    cleaned, late = _blank_what_came_later(loaded, engine, whole)
    return Anchors(engine.keep("anchors", cleaned), selection.audits, counted["rows"], (*drops, *late))


def _fields(loaded: LoadedProject) -> list[Field]:
    project, episodes = loaded.project, loaded.project.episodes
    fields = [_field(CUSTOMER, episodes.customer, "key", "episodes", "customer")]
    if episodes.each is not None:
        fields += [
            _field(KEY, episodes.key or "", "key", "episodes", "key"),
            _field(AT, episodes.at or "", "instant", "episodes", "at"),
        ]
    else:
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
                role = {"operations": "number", "controls": "any", "segments": "text"}[section]
                fields.append(Field(alias, feature.value, role, (section, name, "value")))  # type: ignore[arg-type]
                if feature.at is not None:
                    fields.append(_field(known_at(alias), feature.at, "instant", section, name, "at"))
    for name, perception in project.perceptions.items():
        if perception.table is None:
            fields.append(_field(name, perception.value, "number", "perceptions", name, "value"))
            if perception.at is not None:
                fields.append(_field(known_at(name), perception.at, "instant", "perceptions", name, "at"))
    for name, behaviour in project.behaviours.items():
        if behaviour.table is None and behaviour.value is not None:
            fields.append(_field(name, behaviour.value, "number", "behaviours", name, "value"))
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


def _field(alias: str, sql: str, role: str, *where: str) -> Field:
    return Field(alias, sql, role, where)  # type: ignore[arg-type]


def _on_calendar(
    loaded: LoadedProject,
    customers: ir.Table,
    period: Period,
    data_span: tuple[dt.datetime, dt.datetime] | None,
) -> ir.Table:
    """One row per customer and period in which the customer is there at its end."""
    episodes = loaded.project.episodes
    if data_span is None and (episodes.first is None or episodes.last is None):
        raise loaded.error(
            "a calendar without dated tables needs 'first' and 'last'", "episodes", kind=DataError
        )
    zone = ZoneInfo(loaded.project.timezone or "UTC")
    first = episodes.first or (data_span[0].date() if data_span else dt.date.min)
    last = episodes.last or (data_span[1].date() if data_span else dt.date.min)
    ends = period_ends(period, first, last, zone)
    if not ends:
        raise loaded.error(
            f"no whole {period} lies between {first} and {last}",
            "episodes",
            hint="set 'first' and 'last', or take a shorter period",
            kind=DataError,
        )
    calendar = ibis.memtable(
        [{AT: end, "label": label} for label, end in ends], schema={AT: "timestamp(6)", "label": "string"}
    )
    crossed = customers.cross_join(calendar)
    if "since" in customers.columns:
        crossed = crossed.filter(crossed["since"] <= crossed[AT])
    if "until" in customers.columns:
        crossed = crossed.filter(crossed["until"].isnull() | (crossed["until"] > crossed[AT]))
    keyed = crossed.mutate(**{KEY: crossed[CUSTOMER].cast("string") + "|" + crossed["label"]})
    return keyed.drop([name for name in ("since", "until", "label") if name in keyed.columns])


def period_ends(
    period: Period, first: dt.date, last: dt.date, zone: dt.tzinfo
) -> list[tuple[str, dt.datetime]]:
    """Label and last instant (UTC, naive) of every whole period from `first` to `last`, both included."""
    ends = []
    start = _period_start(period, first)
    if start < first:
        start = _next(period, start)
    while (following := _next(period, start)) <= last + dt.timedelta(days=1):
        end = (
            dt.datetime.combine(following, dt.time(), tzinfo=zone).astimezone(dt.UTC).replace(tzinfo=None)
            - _INSTANT
        )
        ends.append((start.isoformat(), end))
        start = following
    return ends


def _period_start(period: Period, day: dt.date) -> dt.date:
    if period == "week":
        return day - dt.timedelta(days=day.weekday())
    month = day.month if period == "month" else 3 * ((day.month - 1) // 3) + 1
    return day.replace(month=month, day=1)


def _next(period: Period, start: dt.date) -> dt.date:
    if period == "week":
        return start + dt.timedelta(days=7)
    months = start.year * 12 + start.month - 1 + (1 if period == "month" else 3)
    return dt.date(months // 12, months % 12 + 1, 1)


def _refuse_duplicates(loaded: LoadedProject, engine: Engine, table: ir.Table, duplicates: int) -> None:
    if not duplicates:
        return
    keys = table.filter(table[KEY].notnull()).group_by(KEY).aggregate(n=lambda t: t.count())
    most = engine.fetch(keys.filter(keys.n > 1).order_by([ibis.desc(keys.n), keys[KEY]]).limit(3))
    shown = ", ".join(f"'{row[KEY]}' ({row['n']} times)" for row in most)
    episodes = loaded.project.episodes
    if episodes.each is not None:
        what, where = f"the key '{episodes.key}' is not unique in table '{episodes.each}'", "key"
    else:
        what, where = f"a customer stands more than once in table '{episodes.customers}'", "customers"
    raise loaded.error(
        f"{what}: {duplicates:,} rows repeat one, as {shown}",
        "episodes",
        where,
        hint="choose a key that names one row, or make one row of each with SQL under 'tables'",
        kind=DataError,
    )


def _blank_what_came_later(
    loaded: LoadedProject, engine: Engine, table: ir.Table
) -> tuple[ir.Table, list[dict[str, object]]]:
    """Values on the anchor's row that carry their own time: nothing later may leak backwards.

    An operation dated after the moment is missing; so is a perception dated before it.
    """
    dated = [column.removeprefix("at:") for column in table.columns if column.startswith("at:")]
    if not dated:
        return table, []
    perceptions = loaded.project.perceptions
    wrong = {
        name: (table[known_at(name)] < table[AT])
        if name in perceptions
        else (table[known_at(name)] > table[AT])
        for name in dated
    }
    counts = engine.fetch(
        table.aggregate(
            **{name: table.count(where=test & table[name].notnull()) for name, test in wrong.items()}
        )
    )[0]
    total = engine.fetch(table.aggregate(n=table.count()))[0]["n"]
    drops: list[dict[str, object]] = []
    for name in dated:
        step = (
            "perceptions"
            if name in perceptions
            else "operations"
            if name in loaded.project.operations
            else "controls"
        )
        if counts[name]:
            reason = (
                "dated before the moment it speaks of"
                if name in perceptions
                else "dated after the moment: it could not have been a cause"
            )
            drops.append({"step": step, "name": name, "reason": reason, "n": counts[name], "of": total})
    blanked = table.mutate(
        **{
            name: ibis.ifelse(test.fill_null(False), ibis.null(table[name].type()), table[name])
            for name, test in wrong.items()
        }
    )
    return blanked.drop([known_at(name) for name in dated]), drops


def span_of(selections: Iterable[Selection]) -> tuple[dt.datetime, dt.datetime] | None:
    """First and last instant over several selections."""
    audits = [
        audit for selection in selections for audit in selection.audits.values() if audit.kind == "instant"
    ]
    firsts = [audit.first for audit in audits if audit.first is not None]
    lasts = [audit.last for audit in audits if audit.last is not None]
    return (min(firsts), max(lasts)) if firsts and lasts else None
