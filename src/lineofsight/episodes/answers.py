"""Perceptions: which answer belongs to which episode, and what became of the others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Engine, Field, Selection
from lineofsight.episodes.clock import seconds
from lineofsight.episodes.columns import AT, CUSTOMER, EPISODE, link
from lineofsight.episodes.days import by_day, surely_after, surely_before
from lineofsight.episodes.windows import comparable, in_days
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject
from lineofsight.project.models import Perception
from lineofsight.reasons import Reason

_SHOWN = 5
_MOST_DIFFERENT = 101  # answers whose counts are told, as of a slider from 0 to 100


@dataclass(frozen=True, slots=True)
class Answers:
    """The answer of each episode that has one, and counts of all answers.

    Attributes:
        table: Episode number and the answer; None for an answer on the anchor's own row.
        drops: Rows of the run's table `drops`.
        given: How often each answer stands in the source.
    """

    name: str
    table: ir.Table | None
    drops: tuple[dict[str, object], ...]
    given: tuple[tuple[float, int], ...]


def select_answers(loaded: LoadedProject, engine: Engine, name: str) -> Selection | None:
    """The canonical columns `link`, `time` and `answer` of a perception's table; None when it is on the anchor's row."""
    perception = loaded.project.perceptions[name]
    if perception.table is None:
        return None
    place = ("perceptions", name)
    by_link = perception.on is not None
    fields = [
        Field(
            "link",
            perception.on or perception.customer or loaded.project.episodes.customer or "",
            "key",
            (*place, "on" if by_link else "customer"),
        ),
        Field("time", perception.at or "", "instant", (*place, "at")),
        Field("answer", perception.value, "number", (*place, "value"), perception.answers),
    ]
    where = Field("where", perception.where, "flag", (*place, "where")) if perception.where else None
    return engine.select(perception.table, fields, where)


def match_answers(
    loaded: LoadedProject,
    engine: Engine,
    name: str,
    anchors: ir.Table,
    selection: Selection | None,
    *,
    moments_by_day: bool,
) -> Answers:
    """Gives each episode its answer: the first (or last) inside the window after the anchor.

    An answer that is dated by the day only, or one to such a moment, may have come at any time of that day.

    Raises:
        DataError: Answers lie off the declared scale.
    """
    perception = loaded.project.perceptions[name]
    if selection is None:
        given = _given(loaded, engine, name, perception, anchors, name)
        return Answers(name, None, (), given)
    rows = selection.table
    given = _given(loaded, engine, name, perception, rows, "answer")
    numbered = engine.with_row_ids(f"answers_{name}", rows.filter(rows["answer"].notnull()), "number")
    key = link(perception.on) if perception.on is not None else CUSTOMER
    left, right = comparable(numbered["link"], anchors[key])
    slim = anchors.select(EPISODE, key=right, start=anchors[AT])
    linked = numbered.filter(numbered["time"].notnull()).mutate(link=left)
    joined = linked.join(slim, linked["link"] == slim["key"])
    end = joined["start"] + seconds(perception.within or dt.timedelta(0))
    source = (perception.table or "", perception.at or "")
    time_by_day = by_day(loaded, engine, source, rows, "time", selection.audits["time"])
    early = surely_before(joined["time"], joined["start"], time_by_day=time_by_day)
    late = surely_after(joined["time"], end, instant_by_day=moments_by_day)
    candidates = engine.keep(
        f"candidates_{name}",
        joined.select(
            EPISODE,
            "number",
            "time",
            "answer",
            late=late,
            inside=~early & ~late,
        ),
    )
    chosen = engine.keep(f"chosen_{name}", _choose(candidates, perception))
    fates = _fates(engine, name, perception, numbered, candidates, chosen)
    return Answers(name, chosen.select(EPISODE, **{name: chosen["answer"]}), tuple(fates), given)


def _choose(candidates: ir.Table, perception: Perception) -> ir.Table:
    """One answer per episode; of several at the same instant, the lowest."""
    inside = candidates.filter(candidates["inside"])
    by_time = inside["time"] if perception.take == "first" else ibis.desc(inside["time"])
    order = [by_time, inside["answer"], inside["number"]]
    place = ibis.row_number().over(group_by=inside[EPISODE], order_by=order)
    ranked = inside.select(EPISODE, "number", "answer", place=place)
    return ranked.filter(ranked["place"] == 0).drop("place")


def _fates(
    engine: Engine,
    name: str,
    perception: Perception,
    numbered: ir.Table,
    candidates: ir.Table,
    chosen: ir.Table,
) -> list[dict[str, object]]:
    """What became of the answers that are no episode's perception; each is counted once."""
    answers = engine.fetch(numbered.aggregate(total=numbered.count(), timed=numbered["time"].count()))[0]
    by_answer = candidates.group_by("number").aggregate(
        inside=candidates["inside"].any(), late=candidates["late"].any()
    )
    counts = engine.fetch(
        by_answer.aggregate(
            linked=by_answer.count(),
            inside=by_answer.count(where=by_answer["inside"]),
            late=by_answer.count(where=~by_answer["inside"] & by_answer["late"]),
            early=by_answer.count(where=~by_answer["inside"] & ~by_answer["late"]),
        )
    )[0]
    taken = engine.fetch(chosen.aggregate(n=chosen["number"].nunique()))[0]["n"]
    window = in_days(perception.within or dt.timedelta(0))
    fates = {
        Reason.ANSWERS_UNDATED(): answers["total"] - answers["timed"],
        Reason.ANSWERS_OF_NO_EPISODE(): answers["timed"] - counts["linked"],
        Reason.ANSWERS_BEFORE(): counts["early"],
        Reason.ANSWERS_LATE(value=window): counts["late"],
        Reason.ANSWERS_NOT_TAKEN(kind=perception.take): counts["inside"] - taken,
    }
    return [
        {"step": "perceptions", "name": name, "reason": reason, "n": n, "of": answers["total"]}
        for reason, n in fates.items()
        if n
    ]


def _given(
    loaded: LoadedProject, engine: Engine, name: str, perception: Perception, rows: ir.Table, column: str
) -> tuple[tuple[float, int], ...]:
    """Counts every answer, refusing those off the scale."""
    answers = rows.filter(rows[column].notnull())
    tally = answers.group_by(column).aggregate(_n=answers.count())
    found = engine.fetch(tally.order_by(tally[column]).limit(_MOST_DIFFERENT + 1))
    given = tuple((float(row[column]), int(row["_n"])) for row in found)
    complete = len(given) <= _MOST_DIFFERENT
    bounds = perception.bounds
    if bounds is not None and not (complete and all(bounds[0] <= answer <= bounds[1] for answer, _ in given)):
        _refuse_off_scale(loaded, engine, name, answers, column, bounds)
    # A slider with hundreds of different answers has no useful table of counts.
    return given if complete else ()


def _refuse_off_scale(
    loaded: LoadedProject,
    engine: Engine,
    name: str,
    answers: ir.Table,
    column: str,
    bounds: tuple[float, float],
) -> None:
    """Raises an error that counts the answers beyond the scale, if there are any."""
    low, high = bounds
    off = answers.filter((answers[column] < low) | (answers[column] > high))
    tally = off.group_by(column).aggregate(_n=off.count())
    shown = engine.fetch(tally.order_by([ibis.desc(tally["_n"]), tally[column]]).limit(_SHOWN))
    if not shown:
        return
    counted = engine.fetch(off.aggregate(n=off.count()))[0]["n"]
    total = engine.fetch(answers.aggregate(n=answers.count()))[0]["n"]
    listed = ", ".join(f"{row[column]:g} ({row['_n']:,} times)" for row in shown)
    raise loaded.error(
        DataCode.OFF_SCALE,
        f"{counted:,} of {total:,} answers lie off the scale {low:g} to {high:g}: {listed}",
        "perceptions",
        name,
        "scale" if loaded.project.perceptions[name].scale else "measure",
        hint="correct the scale, or keep such answers out with 'where'",
    )
