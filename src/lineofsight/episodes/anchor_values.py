"""Values on the anchor's own row that carry their own time: nothing later may leak backwards."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Engine
from lineofsight.episodes.columns import AT, known_at
from lineofsight.episodes.windows import in_days, seconds
from lineofsight.project.load import LoadedProject
from lineofsight.reasons import Reason, Statement


def blank_out_of_order(
    loaded: LoadedProject, engine: Engine, table: ir.Table
) -> tuple[ir.Table, list[dict[str, object]]]:
    """Makes an operation missing that is dated after the moment, and a perception dated before or too long after it.

    Returns:
        The anchors without the columns that say when, and rows of the run's table `drops`.
    """
    dated = [column.removeprefix("at:") for column in table.columns if column.startswith("at:")]
    if not dated:
        return table, []
    wrong = {name: _wrong(loaded, table, name) for name in dated}
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


def _wrong(loaded: LoadedProject, table: ir.Table, name: str) -> dict[Statement, ir.BooleanValue]:
    """Why a value may not stand, and where; no two hold at once."""
    time, at = table[known_at(name)], table[AT]
    perception = loaded.project.perceptions.get(name)
    if perception is None:
        later = (time > at).fill_null(False)
        return {Reason.DATED_AFTER(): later, Reason.UNDATED(): time.isnull()}
    tests = {Reason.DATED_BEFORE(): (time < at).fill_null(False), Reason.UNDATED(): time.isnull()}
    if perception.within is not None:
        late = (time > at + seconds(perception.within)).fill_null(False)
        tests[Reason.DATED_TOO_LATE(value=in_days(perception.within))] = late
    return tests


def _section(loaded: LoadedProject, name: str) -> str:
    project = loaded.project
    if name in project.perceptions:
        return "perceptions"
    if name.startswith("segment:"):
        return "segments"
    return "operations" if name in project.operations else "controls"
