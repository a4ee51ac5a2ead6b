"""Perceptions: which answer belongs to which episode, and what became of the others."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from lineofsight.core.errors import DataError
from lineofsight.engines.base import Engine, Field, Selection
from lineofsight.episodes.columns import AT, CUSTOMER, EPISODE, link
from lineofsight.episodes.windows import comparable, seconds
from lineofsight.project.load import LoadedProject
from lineofsight.project.models import Perception

_SHOWN = 5


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
            perception.on or perception.customer or loaded.project.episodes.customer,
            "key",
            (*place, "on" if by_link else "customer"),
        ),
        Field("time", perception.at or "", "instant", (*place, "at")),
        Field("answer", perception.value, "number", (*place, "value")),
    ]
    where = Field("where", perception.where, "flag", (*place, "where")) if perception.where else None
    return engine.select(perception.table, fields, where)


def match_answers(
    loaded: LoadedProject, engine: Engine, name: str, anchors: ir.Table, selection: Selection | None
) -> Answers:
    """Gives each episode its answer: the first (or last) inside the window after the anchor.

    Raises:
        DataError: Answers lie off the declared scale.
    """
    perception = loaded.project.perceptions[name]
    if selection is None:
        given = _given(loaded, engine, name, perception, anchors, name)
        return Answers(name, None, (), given)
    rows = selection.table
    given = _given(loaded, engine, name, perception, rows, "answer")
    numbered = engine.keep(
        f"answers_{name}", rows.filter(rows["answer"].notnull()).mutate(number=ibis.row_number())
    )
    key = link(perception.on) if perception.on is not None else CUSTOMER
    left, right = comparable(numbered["link"], anchors[key])
    slim = anchors.select(EPISODE, key=right, start=anchors[AT])
    linked = numbered.mutate(link=left)
    joined = linked.join(slim, linked["link"] == slim["key"])
    assert perception.within is not None  # by the model's check
    inside = (joined["time"] > joined["start"]) & (
        joined["time"] <= joined["start"] + seconds(perception.within)
    )
    candidates = engine.keep(
        f"candidates_{name}",
        joined.select(EPISODE, "number", "time", "answer", "start", inside=inside.fill_null(False)),
    )
    chosen = engine.keep(f"chosen_{name}", _choose(candidates, perception, name))
    return Answers(name, chosen, tuple(_fates(engine, name, perception, numbered, candidates, chosen)), given)


def _choose(candidates: ir.Table, perception: Perception, name: str) -> ir.Table:
    inside = candidates.filter(candidates["inside"])
    by_time = inside["time"] if perception.take == "first" else ibis.desc(inside["time"])
    ranked = inside.select(
        EPISODE,
        **{
            name: inside["answer"],
            "rank": ibis.row_number().over(group_by=inside[EPISODE], order_by=[by_time, inside["answer"]]),
        },
    )
    return ranked.filter(ranked["rank"] == 0).select(EPISODE, name)


def _fates(
    engine: Engine,
    name: str,
    perception: Perception,
    numbered: ir.Table,
    candidates: ir.Table,
    chosen: ir.Table,
) -> list[dict[str, object]]:
    """What became of the answers that are no episode's perception."""
    by_answer = candidates.group_by("number").aggregate(
        inside=candidates["inside"].any(), later=(candidates["time"] > candidates["start"]).any()
    )
    counts = engine.fetch(
        by_answer.aggregate(
            linked=by_answer.count(),
            inside=by_answer.count(where=by_answer["inside"]),
            later=by_answer.count(where=~by_answer["inside"] & by_answer["later"]),
            before=by_answer.count(where=~by_answer["inside"] & ~by_answer["later"]),
        )
    )[0]
    total = engine.fetch(numbered.aggregate(n=numbered.count()))[0]["n"]
    used = engine.fetch(chosen.aggregate(n=chosen.count()))[0]["n"]
    assert perception.within is not None
    window = f"{perception.within.total_seconds() / 86400:g} days"
    fates = {
        "answers that belong to no episode": total - counts["linked"],
        "answers dated before the moment they would speak of": counts["before"],
        f"answers later than {window} after the moment": counts["later"],
        f"answers where another of the same episode is taken (take: {perception.take})": max(
            0, counts["inside"] - used
        ),
    }
    return [
        {"step": "perceptions", "name": name, "reason": reason, "n": n, "of": total}
        for reason, n in fates.items()
        if n
    ]


def _given(
    loaded: LoadedProject, engine: Engine, name: str, perception: Perception, rows: ir.Table, column: str
) -> tuple[tuple[float, int], ...]:
    """Counts every answer, refusing those off the scale."""
    answers = rows.filter(rows[column].notnull())
    bounds = perception.bounds
    if bounds is not None:
        off = answers.filter((answers[column] < bounds[0]) | (answers[column] > bounds[1]))
        tally = off.group_by(column).aggregate(n=off.count())
        shown = engine.fetch(tally.order_by([ibis.desc(tally["n"]), tally[column]]).limit(_SHOWN))
        if shown:
            counted = engine.fetch(off.aggregate(n=off.count()))[0]["n"]
            total = engine.fetch(answers.aggregate(n=answers.count()))[0]["n"]
            listed = ", ".join(f"{row[column]:g} ({row['n']:,} times)" for row in shown)
            raise loaded.error(
                f"{counted:,} of {total:,} answers lie off the scale {bounds[0]:g} to {bounds[1]:g}: {listed}",
                "perceptions",
                name,
                "scale" if perception.scale else "measure",
                hint="correct the scale, or keep such answers out with 'where'",
                kind=DataError,
            )
    tally = answers.group_by(column).aggregate(n=answers.count())
    most = engine.fetch(tally.order_by(tally[column]).limit(102))
    # A slider with hundreds of different answers has no useful table of counts.
    return tuple((float(row[column]), int(row["n"])) for row in most) if len(most) <= 101 else ()
