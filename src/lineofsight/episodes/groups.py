"""Which rows of other tables are read together: one join serves all that share a table, a link and a window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lineofsight.engines.base import Engine, Field, Role, Selection
from lineofsight.episodes.columns import segment
from lineofsight.episodes.days import by_day
from lineofsight.project.load import LoadedProject
from lineofsight.project.models import Aggregate, Answers, Behaviour, Feature


@dataclass(frozen=True, slots=True)
class Item:
    """One column of the episodes, made of rows of another table.

    `value` and `flag` name canonical columns of the group's selection; None means all rows count.
    """

    name: str
    agg: Aggregate
    value: str | None
    flag: str | None
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Items that one join computes, and the canonical columns they need.

    Attributes:
        table: The source table.
        on: Column of the anchor it is joined on; None joins by customer.
        after: Where the window starts after the anchor; None for a window that ends at the anchor.
        length: Length of the window; None reads everything up to the anchor.
        selection: Canonical columns `link`, `time` and those of the items.
        section: 'operations', 'controls', 'segments' or 'behaviours'.
        gap: Where the same rows are also counted before the operations: how long before the anchor that window ends.
            None where they are not.
        leaving: Whether a row says that the customer left.
        rows_by_day: Whether the rows are dated by the day only.
        moments_by_day: Whether the moments are.
    """

    table: str
    on: str | None
    after: dt.timedelta | None
    length: dt.timedelta | None
    items: tuple[Item, ...]
    selection: Selection
    section: str
    gap: dt.timedelta | None = None
    leaving: bool = False
    rows_by_day: bool = False
    moments_by_day: bool = False


def make_groups(loaded: LoadedProject, engine: Engine) -> list[Group]:
    """Puts together what shares a table, a link and a window, and checks the rows it needs.

    Raises:
        DataError: A column is missing or holds what it may not.
    """
    plans: dict[tuple[object, ...], list[tuple[Item, str | None, str | None]]] = {}
    places: dict[tuple[object, ...], tuple[str, str]] = {}
    for section, name, source, after, length in _sources(loaded):
        default = source.customer or loaded.project.episodes.customer
        link = source.on if source.on is not None else default
        gap = _gap(loaded, source)
        leaving = isinstance(source, Behaviour) and source.event == "leave"
        key = (section, source.table, source.on, link, source.at, after, length, gap, leaving)
        where = (section, name)
        alias = segment(name) if section == "segments" else name
        item = Item(alias, _aggregate(source), source.value, source.where, where)
        plans.setdefault(key, []).append((item, source.value, source.where))
        places.setdefault(key, where)
    return [
        _group(loaded, engine, key, [item for item, _, _ in entries], places[key])
        for key, entries in plans.items()
    ]


def _sources(
    loaded: LoadedProject,
) -> Iterator[tuple[str, str, Feature | Behaviour, dt.timedelta | None, dt.timedelta | None]]:
    project = loaded.project
    for section, features in (
        ("operations", project.operations),
        ("controls", project.controls),
        ("segments", project.segments),
    ):
        for name, feature in features.items():
            if feature.table is not None:
                yield section, name, feature, None, feature.over
    for name, behaviour in project.behaviours.items():
        if behaviour.table is not None:
            yield "behaviours", name, behaviour, project.landmark, behaviour.within


def _aggregate(source: Feature | Behaviour) -> Aggregate:
    if isinstance(source, Feature):
        assert source.agg is not None  # by the model's check
        return source.agg
    return "sum" if source.value is not None else "count"


def _gap(loaded: LoadedProject, source: Feature | Behaviour) -> dt.timedelta | None:
    """How long before the episode a behaviour is also counted; None where that would say nothing.

    Nobody has left before, and rows joined on the episode's own key belong to it alone.
    """
    project = loaded.project
    if not isinstance(source, Behaviour) or source.event == "leave" or source.on is not None:
        return None
    return project.placebo_gap if project.operations or project.perceptions else None


def _group(
    loaded: LoadedProject,
    engine: Engine,
    key: tuple[object, ...],
    items: Sequence[Item],
    place: tuple[str, str],
) -> Group:
    section, table, on, link, at, after, length, gap, leaving = key
    fields = [
        Field("link", str(link), "key", (*place, "on" if on is not None else "customer")),
        Field("time", str(at), "instant", (*place, "at")),
    ]
    if isinstance(gap, dt.timedelta) and table == loaded.project.episodes.table:
        own = loaded.project.episodes.key  # an episode's own row is no behaviour before it
        fields += [Field("own", own, "key", ("episodes", "key"))] if own is not None else []
    aliases: dict[tuple[object, ...], str] = {}
    named = []
    for item in items:
        answers = _answers(loaded, item)
        role = "number" if answers else _role(item, str(section))
        value = _alias(aliases, fields, item.value, role, (*item.where, "value"), answers)
        flag = _alias(aliases, fields, item.flag, "flag", (*item.where, "where"))
        named.append(Item(item.name, item.agg, value, flag, item.where))
    selection = engine.select(str(table), fields)
    return Group(
        table=str(table),
        on=None if on is None else str(on),
        after=after if isinstance(after, dt.timedelta) else None,
        length=length if isinstance(length, dt.timedelta) else None,
        items=tuple(named),
        selection=selection,
        section=str(section),
        gap=gap if isinstance(gap, dt.timedelta) else None,
        leaving=bool(leaving),
        rows_by_day=by_day(
            loaded, engine, (str(table), str(at)), selection.table, "time", selection.audits["time"]
        ),
    )


def _role(item: Item, section: str) -> Role:
    if item.agg == "last" and section != "operations":
        return "text" if section == "segments" else "any"
    return "number"


def _answers(loaded: LoadedProject, item: Item) -> Answers | None:
    """Which number each text stands for, where that is declared."""
    section, name = item.where
    project = loaded.project
    found = project.operations.get(name) if section == "operations" else None
    control = project.controls.get(name) if section == "controls" else None
    feature = found or control
    return None if feature is None else feature.answers


def _alias(
    aliases: dict[tuple[object, ...], str],
    fields: list[Field],
    sql: str | None,
    role: Role,
    where: tuple[str, ...],
    answers: Answers | None = None,
) -> str | None:
    """The canonical column of an expression; the same expression is computed once."""
    if sql is None:
        return None
    key = (sql, role, tuple((answers or {}).items()))
    if key not in aliases:
        aliases[key] = f"x{len(aliases)}"
        fields.append(Field(aliases[key], sql, role, where, answers))
    return aliases[key]
