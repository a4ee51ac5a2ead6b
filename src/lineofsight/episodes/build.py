"""The table of episodes: one customer around one moment, A then C then B, stored sorted by customer."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from lineofsight.core.errors import DataError
from lineofsight.engines.base import Engine, Selection
from lineofsight.episodes.anchors import Anchors, make_anchors, span_of
from lineofsight.episodes.answers import match_answers, select_answers
from lineofsight.episodes.columns import AT, BUCKET, CUSTOMER, EPISODE, KEY, PERIOD
from lineofsight.episodes.coverage import blank_uncovered, mark_asked, span_of_table
from lineofsight.episodes.groups import Group, make_groups
from lineofsight.episodes.windows import in_window, join_all, put_together
from lineofsight.project.load import LoadedProject

STORED_VERSION = 1
_HEX = "0123456789abcdef"

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class EpisodeFile:
    """Stored episodes and what is known about how they were made.

    Attributes:
        path: Parquet file, sorted by bucket, customer and key.
        anchored: Moments before anything was left out.
        stored: Episodes in the file.
        customers: Different customers among them.
        repeat_customers: Of these, with more than one.
        first: Earliest anchor, UTC.
        last: Latest anchor, UTC.
        buckets: Number of clusters.
        kinds: 'number' or 'text' of every control.
        drops: Rows of the run's table `drops`.
        answers: Per perception, how often each answer stands in the source.
        spans: Per source table with a time, the first and last instant it covers.
    """

    path: Path
    anchored: int
    stored: int
    customers: int
    repeat_customers: int
    first: dt.datetime
    last: dt.datetime
    buckets: int
    kinds: Mapping[str, str]
    drops: tuple[dict[str, Any], ...]
    answers: Mapping[str, tuple[tuple[float, int], ...]]
    spans: Mapping[str, tuple[dt.datetime, dt.datetime]]

    def to_json(self) -> str:
        """All but the path, as JSON."""
        values = asdict(self)
        del values["path"]
        return json.dumps(values, default=lambda value: value.isoformat(), ensure_ascii=False)

    @classmethod
    def from_json(cls, path: Path, text: str) -> EpisodeFile:
        """The inverse of `to_json`."""
        values = json.loads(text)
        instant = dt.datetime.fromisoformat
        return cls(
            path=path,
            **{
                **values,
                "first": instant(values["first"]),
                "last": instant(values["last"]),
                "drops": tuple(values["drops"]),
                "answers": {
                    name: tuple((a, n) for a, n in given) for name, given in values["answers"].items()
                },
                "spans": {name: (instant(a), instant(b)) for name, (a, b) in values["spans"].items()},
            },
        )


def build_episodes(loaded: LoadedProject, engine: Engine, path: Path, progress: Progress) -> EpisodeFile:
    """Aligns operations, perceptions and behaviours in time and stores the episodes.

    Args:
        loaded: The project.
        engine: Where its tables are.
        path: The Parquet file to write.
        progress: Called with what is being done.

    Raises:
        DataError: The data are not what the project declares.
    """
    progress("reading tables")
    groups = make_groups(loaded, engine)
    selections = {name: select_answers(loaded, engine, name) for name in loaded.project.perceptions}
    others = [group.selection for group in groups] + [s for s in selections.values() if s is not None]
    anchors = make_anchors(loaded, engine, span_of(others))
    _refuse_mixed_zones(loaded, anchors, groups, selections)

    progress("matching answers")
    answers = [
        match_answers(loaded, engine, name, anchors.table, selection)
        for name, selection in selections.items()
    ]
    tables = [answer.table for answer in answers if answer.table is not None]
    for group in groups:
        progress(f"reading windows of '{group.table}'")
        for number, table in enumerate(put_together(in_window(anchors.table, group), group)):
            tables.append(engine.keep(f"window_{groups.index(group)}_{number}", table))

    progress("aligning episodes")
    episodes = _filled(join_all(anchors.table, tables), loaded, groups)
    episodes, uncovered = blank_uncovered(loaded, engine, episodes, groups)
    spans = {
        name: None
        if s is None
        else span_of_table(loaded, loaded.project.perceptions[name].table or "", s.audits["time"])
        for name, s in selections.items()
    }
    episodes = mark_asked(loaded, episodes, spans)
    facts = _facts(engine, anchors.table)
    stored, buckets = _bucketed(loaded, episodes, facts["customers"])
    progress("storing episodes")
    engine.store(stored, path)
    table_spans = {
        group.table: span_of_table(loaded, group.table, group.selection.audits["time"]) for group in groups
    }
    table_spans |= {
        loaded.project.perceptions[name].table or "": span for name, span in spans.items() if span is not None
    }
    return EpisodeFile(
        path=path,
        anchored=anchors.rows,
        stored=facts["stored"],
        customers=facts["customers"],
        repeat_customers=facts["repeat"],
        first=facts["first"],
        last=facts["last"],
        buckets=buckets,
        kinds=_control_kinds(loaded, anchors, groups),
        drops=(*anchors.drops, *(drop for answer in answers for drop in answer.drops), *uncovered),
        answers={answer.name: answer.given for answer in answers},
        spans={name: (span.start, span.end) for name, span in table_spans.items() if span is not None},
    )


def _filled(episodes: ir.Table, loaded: LoadedProject, groups: list[Group]) -> ir.Table:
    """Where no row fell into a window: counts and sums are zero, the rest is missing; `stay` becomes 0 or 1."""
    columns: dict[str, ir.Value] = {}
    for group in groups:
        for item in group.items:
            value = episodes[item.name]
            if item.agg in ("count", "sum"):
                value = value.fill_null(0.0)
            behaviour = loaded.project.behaviours.get(item.name) if group.section == "behaviours" else None
            if behaviour is not None and behaviour.kind == "stay":
                there = value > 0
                stayed = there if behaviour.event == "return" else ~there
                value = stayed.cast("float64")
            columns[item.name] = value
    if loaded.project.period_effects is not None:
        columns[PERIOD] = _period(episodes[AT], loaded.project.period_effects)
    return episodes.mutate(**columns)


def _period(at: ir.TimestampValue, period: str) -> ir.StringValue:
    year = at.year().cast("string")
    match period:
        case "month":
            return year + "-" + at.month().cast("string").lpad(2, "0")
        case "quarter":
            return year + "-Q" + at.quarter().cast("string")
        case _:
            return at.truncate("W").cast("date").cast("string")


def _bucketed(loaded: LoadedProject, episodes: ir.Table, customers: int) -> tuple[ir.Table, int]:
    """Adds each customer's bucket and sorts, so that every fold meets the rows in the same order.

    The bucket is the first nine bits of the MD5 of the customer, taken modulo the number of buckets; with no more
    customers than buckets, each customer is one.
    """
    digest = episodes[CUSTOMER].cast("string").hexdigest("md5")
    hashed = episodes.mutate(_digest=digest)
    most = loaded.project.estimation.buckets
    if customers <= most:
        rank = ibis.dense_rank().over(order_by=[hashed["_digest"], hashed[CUSTOMER].cast("string")])
        numbered, buckets = hashed.mutate(**{BUCKET: rank.cast("int16")}), customers
    else:
        digits = [ibis.literal(_HEX).find(hashed["_digest"].substr(place, 1)) for place in range(3)]
        twelve_bits = digits[0] * 256 + digits[1] * 16 + digits[2]
        numbered, buckets = hashed.mutate(**{BUCKET: (twelve_bits % most).cast("int16")}), most
    ordered = numbered.drop(
        "_digest", EPISODE, *(name for name in numbered.columns if name.startswith("link:"))
    )
    return ordered.order_by([ordered[BUCKET], ordered[CUSTOMER], ordered[KEY]]), buckets


def _facts(engine: Engine, anchors: ir.Table) -> dict[str, Any]:
    by_customer = anchors.group_by(CUSTOMER).aggregate(
        n=anchors.count(), first=anchors[AT].min(), last=anchors[AT].max()
    )
    return engine.fetch(
        by_customer.aggregate(
            stored=by_customer["n"].sum().cast("int64"),
            customers=by_customer.count(),
            repeat=by_customer.count(where=by_customer["n"] > 1),
            first=by_customer["first"].min(),
            last=by_customer["last"].max(),
        )
    )[0]


def _control_kinds(loaded: LoadedProject, anchors: Anchors, groups: list[Group]) -> dict[str, str]:
    kinds = {name: audit.kind for name, audit in anchors.audits.items() if name in loaded.project.controls}
    for group in groups:
        for item in group.items:
            if group.section == "controls":
                kind = group.selection.audits[item.value].kind if item.value is not None else "number"
                kinds[item.name] = kind if item.agg == "last" else "number"
    return kinds


def _refuse_mixed_zones(
    loaded: LoadedProject, anchors: Anchors, groups: list[Group], selections: Mapping[str, Selection | None]
) -> None:
    """Times with and without a zone cannot be compared unless the project says which zone is meant."""
    if loaded.project.timezone is not None:
        return
    found: dict[bool, list[str]] = {True: [], False: []}
    episodes = loaded.project.episodes
    sources = [(episodes.table, anchors.audits)]
    sources += [(group.table, group.selection.audits) for group in groups]
    sources += [
        (loaded.project.perceptions[name].table or "", s.audits)
        for name, s in selections.items()
        if s is not None
    ]
    for table, audits in sources:
        for audit in audits.values():
            if audit.zoned is not None and table not in found[audit.zoned]:
                found[audit.zoned].append(table)
    if found[True] and found[False]:
        raise loaded.error(
            f"times in {_listed(found[True])} carry a time zone, times in {_listed(found[False])} do not",
            "episodes",
            hint="say what the latter mean with 'timezone: Europe/Berlin' (or UTC) at the top of the project file",
            kind=DataError,
        )


def _listed(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def fingerprint(loaded: LoadedProject, feeds: list[list[str | int]], version: str) -> str:
    """A name for the episodes that changes with whatever they depend on, and with nothing else.

    Labels, units, directions, money and settings of the estimation are left out: changing these does not
    align the episodes anew.
    """
    project = loaded.project
    read = {"value", "table", "on", "customer", "at", "agg", "over", "where"}
    parts = {
        "stored": STORED_VERSION,
        "version": version,
        "feeds": feeds,
        "timezone": project.timezone,
        "tables": {name: table.model_dump(mode="json") for name, table in project.tables.items()},
        "episodes": project.episodes.model_dump(mode="json"),
        "operations": {
            name: entry.model_dump(mode="json", include=read) for name, entry in project.operations.items()
        },
        "controls": {
            name: entry.model_dump(mode="json", include=read) for name, entry in project.controls.items()
        },
        "segments": {
            name: entry.model_dump(mode="json", include=read) for name, entry in project.segments.items()
        },
        "perceptions": {
            name: entry.model_dump(mode="json", exclude={"label"})
            for name, entry in project.perceptions.items()
        },
        "behaviours": {
            name: entry.model_dump(mode="json", exclude={"label", "unit"})
            for name, entry in project.behaviours.items()
        },
        "period": project.period_effects,
        "buckets": project.estimation.buckets,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]
