"""The table of episodes: one customer around one moment, A then C then B, stored sorted by customer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Engine, Selection
from lineofsight.episodes.anchors import Anchors, count_copies, make_anchors
from lineofsight.episodes.answers import match_answers, select_answers
from lineofsight.episodes.clock import Clock, Span, refuse_mixed_zones
from lineofsight.episodes.columns import AT, BUCKET, CALENDAR, CUSTOMER, EPISODE, KEY, PERIOD, before
from lineofsight.episodes.coverage import blank_departed, blank_uncovered, mark_asked, span_of_table
from lineofsight.episodes.expressions import name_columns
from lineofsight.episodes.file import EpisodeFile
from lineofsight.episodes.groups import Group, make_groups
from lineofsight.episodes.links import count_links, expected_rows, link_troubles
from lineofsight.episodes.periods import period_label, periods_of
from lineofsight.episodes.windows import aggregate_group, in_window, join_all
from lineofsight.project.load import LoadedProject

_HEX = "0123456789abcdef"
_DIGITS = 4

Progress = Callable[[str], None]


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
    loaded = name_columns(loaded, engine)
    project = loaded.project
    progress("reading tables")
    groups = make_groups(loaded, engine)
    selections = {name: select_answers(loaded, engine, name) for name in project.perceptions}
    dated = list(_dated(loaded, groups, selections))
    spans = {table: span_of_table(loaded, table, selection.audits["time"]) for table, selection in dated}
    anchors = make_anchors(loaded, engine, _whole_span(spans.values()))
    groups = [replace(group, moments_by_day=anchors.by_day) for group in groups]
    refuse_mixed_zones(
        loaded, [(project.episodes.table, anchors.audits), *((table, s.audits) for table, s in dated)]
    )

    progress("looking for the rows of each moment")
    looked = count_links(loaded, engine, anchors.table, groups, selections)
    unlinked = link_troubles(engine, anchors.table, looked)

    progress("matching answers")
    answers = [
        match_answers(loaded, engine, name, anchors.table, selection, moments_by_day=anchors.by_day)
        for name, selection in selections.items()
    ]
    tables = [answer.table for answer in answers if answer.table is not None]
    for place, group in enumerate(groups):
        progress(f"reading windows of '{group.table}'")
        expected = expected_rows(group, looked[place].counts)
        with engine.materialized(in_window(anchors.table, group), expected) as materialized:
            for number, table in enumerate(aggregate_group(materialized, group)):
                tables.append(engine.keep(f"window_{place}_{number}", table))

    progress("aligning episodes")
    facts = _facts(engine, anchors.table)
    each_once = project.episodes.every is not None or not facts["repeat"]
    copies = 0 if each_once else count_copies(engine, anchors.table)
    episodes = _filled(join_all(anchors.table, tables), loaded, groups)
    clock, span = Clock.of(loaded), Span(facts["first"], facts["last"])
    periods = periods_of(clock, span, project.episodes.every)
    columns = {CALENDAR: periods.label(episodes[AT])}
    if project.period_effects is not None:
        columns[PERIOD] = period_label(clock.local(episodes[AT], span), project.period_effects)
    episodes = episodes.mutate(**columns)
    episodes, departed = blank_departed(loaded, engine, anchors.table, episodes, groups)
    episodes, uncovered = blank_uncovered(loaded, engine, anchors.table, episodes, groups, span)
    asked = {name: None if s is None else _span(loaded, name, s) for name, s in selections.items()}
    episodes = mark_asked(loaded, episodes, asked)
    episodes = episodes.drop(EPISODE, *(name for name in episodes.columns if name.startswith("link:")))
    stored, buckets = _bucketed(episodes, facts["customers"], project.estimation.buckets)
    progress("storing episodes")
    engine.store(stored, path)
    return EpisodeFile(
        path=path,
        anchored=anchors.rows,
        stored=facts["stored"],
        customers=facts["customers"],
        repeat_customers=facts["repeat"],
        first=facts["first"],
        last=facts["last"],
        days=facts["days"],
        buckets=buckets,
        kinds=_control_kinds(loaded, anchors, groups),
        drops=(*anchors.drops, *(drop for answer in answers for drop in answer.drops), *departed, *uncovered),
        answers={answer.name: answer.given for answer in answers},
        copies=copies,
        later=anchors.later,
        unlinked=unlinked,
        spans={table: (span.start, span.end) for table, span in spans.items() if span is not None},
        periods=periods.labels,
        others=anchors.others,
        pre_period=tuple(item.name for group in groups if group.gap is not None for item in group.items),
    )


def _dated(
    loaded: LoadedProject, groups: Iterable[Group], selections: Mapping[str, Selection | None]
) -> Iterable[tuple[str, Selection]]:
    """The tables whose rows have a time, with what was read of them."""
    for group in groups:
        yield group.table, group.selection
    for name, selection in selections.items():
        table = loaded.project.perceptions[name].table
        if selection is not None and table is not None:
            yield table, selection


def _span(loaded: LoadedProject, name: str, selection: Selection) -> Span | None:
    table = loaded.project.perceptions[name].table
    return None if table is None else span_of_table(loaded, table, selection.audits["time"])


def _whole_span(spans: Iterable[Span | None]) -> Span | None:
    """From the first instant that any table covers to the last."""
    known = [span for span in spans if span is not None]
    return Span(min(s.start for s in known), max(s.end for s in known)) if known else None


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
            if group.gap is not None:
                pre_period = episodes[before(item.name)].fill_null(0.0)
                stays = behaviour is not None and behaviour.kind == "stay"
                columns[before(item.name)] = (pre_period > 0).cast("float64") if stays else pre_period
    return episodes.mutate(**columns)


def _facts(engine: Engine, anchors: ir.Table) -> dict[str, Any]:
    by_customer = anchors.group_by(CUSTOMER).aggregate(n=anchors.count())
    counted = by_customer.aggregate(
        stored=by_customer["n"].sum().cast("int64"),
        customers=by_customer.count(),
        repeat=by_customer.count(where=by_customer["n"] > 1),
    )
    span = anchors.aggregate(
        first=anchors[AT].min(), last=anchors[AT].max(), days=anchors[AT].truncate("D").nunique()
    )
    return engine.fetch(counted)[0] | engine.fetch(span)[0]


def _control_kinds(loaded: LoadedProject, anchors: Anchors, groups: list[Group]) -> dict[str, str]:
    kinds = {name: audit.kind for name, audit in anchors.audits.items() if name in loaded.project.controls}
    for group in groups:
        for item in group.items:
            if group.section == "controls":
                kind = group.selection.audits[item.value].kind if item.value is not None else "number"
                kinds[item.name] = kind if item.agg == "last" else "number"
    return kinds


def _bucketed(episodes: ir.Table, customers: int, most: int) -> tuple[ir.Table, int]:
    """Adds each customer's bucket and sorts, so that every fold meets the rows in the same order.

    The bucket is the number that the first four hexadecimal digits of the MD5 of the customer's text are, modulo
    `most`; with no more customers than that, each customer is a bucket, numbered in the order of their MD5.

    Args:
        episodes: Episodes with their customer and key.
        customers: Different customers among them.
        most: The most buckets there may be.

    Returns:
        The episodes by bucket, customer and key, and the number of buckets.
    """
    text = episodes[CUSTOMER].cast("string")
    hashed = episodes.mutate(_text=text, _digest=text.hexdigest("md5"))
    if customers <= most:
        place = ibis.dense_rank().over(order_by=[hashed["_digest"], hashed["_text"]])
        numbered, buckets = hashed.mutate(**{BUCKET: place.cast("int16")}), customers
    else:
        worth = {at: 16 ** (_DIGITS - 1 - at) for at in range(_DIGITS)}
        digits = [
            ibis.literal(_HEX).find(hashed["_digest"].substr(at, 1)) * each
            for at, each in worth.items()
            if each % most  # the others change nothing
        ]
        number = sum(digits, ibis.literal(0))
        numbered, buckets = hashed.mutate(**{BUCKET: (number % most).cast("int16")}), most
    ordered = numbered.drop("_digest", "_text")
    return ordered.order_by([ordered[BUCKET], ordered[CUSTOMER], ordered[KEY]]), buckets
