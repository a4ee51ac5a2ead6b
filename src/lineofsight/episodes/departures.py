"""Who left before the follow-up began is not followed.

A landmark analysis compares those who are still there at the landmark (Anderson, Cain and Gelber 1983). A departure
between the moment and the landmark is none in the follow-up window, and must not be counted as staying.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Engine, MaterializedRows
from lineofsight.episodes.groups import Group
from lineofsight.episodes.windows import aggregate_group, in_days, in_window, join_all
from lineofsight.project.load import LoadedProject
from lineofsight.reasons import Reason

_GONE = "gone:"


def blank_departed(
    loaded: LoadedProject, engine: Engine, anchors: ir.Table, episodes: ir.Table, groups: list[Group]
) -> tuple[ir.Table, list[dict[str, object]]]:
    """Sets a `stay` that is told by departures to missing where the customer left before the landmark.

    Returns:
        The episodes, and rows of the run's table `drops`.
    """
    behaviours = loaded.project.behaviours
    counted: list[ir.Table] = []
    names: list[str] = []
    for place, group in enumerate(groups):
        if group.section != "behaviours" or not group.after:
            continue
        leaving = [item for item in group.items if behaviours[item.name].kind == "stay"]
        leaving = [item for item in leaving if behaviours[item.name].event == "leave"]
        if leaving:
            before = replace(
                group,
                after=dt.timedelta(0),
                length=group.after,
                gap=None,
                items=tuple(replace(item, name=f"{_GONE}{item.name}") for item in leaving),
            )
            (table,) = aggregate_group(MaterializedRows(in_window(anchors, before)), before)
            counted.append(engine.keep(f"gone_{place}", table))
            names += [item.name for item in leaving]
    if not names:
        return episodes, []
    joined = join_all(episodes, counted)
    gone = {name: (joined[f"{_GONE}{name}"] > 0).fill_null(False) for name in names}
    sums = joined.aggregate(
        of=joined.count(), **{name: joined.count(where=test) for name, test in gone.items()}
    )
    found = engine.fetch(sums)[0]
    drops: list[dict[str, object]] = [
        {
            "step": "behaviours",
            "name": name,
            "reason": Reason.LEFT_BEFORE_FOLLOW_UP(value=in_days(loaded.project.landmark)),
            "n": found[name],
            "of": found["of"],
        }
        for name in names
        if found[name]
    ]
    blanked = joined.mutate(
        **{name: test.ifelse(ibis.null(joined[name].type()), joined[name]) for name, test in gone.items()}
    )
    return blanked.drop([f"{_GONE}{name}" for name in names]), drops
