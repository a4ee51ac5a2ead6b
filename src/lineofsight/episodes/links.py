"""How the rows of other tables find the moments they belong to: how many do, and ids that are only written otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from lineofsight.engines.base import Engine, Selection
from lineofsight.episodes.columns import CUSTOMER, link
from lineofsight.episodes.groups import Group
from lineofsight.episodes.windows import comparable
from lineofsight.project.load import LoadedProject

_LOOKED_AT = 20_000  # rows


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """The first rows of a table beside the moments.

    Attributes:
        rows: Rows looked at that have an id.
        linked: Those of them whose id some moment has.
        moments: Moments that have one, once for each such row.
        strays: Those whose id no moment has, and some would have were both written alike.
        example: Such an id, and the moment's.
    """

    rows: int
    linked: int
    moments: int
    strays: int = 0
    example: tuple[str, str] | None = None


def linked_rows(engine: Engine, anchors: ir.Table, selection: Selection, on: str | None) -> LinkCounts:
    """Looks at the first rows of a table, as many as are quickly read.

    Args:
        engine: Where the tables are.
        anchors: The moments.
        selection: The table, with its ids in `link`.
        on: Column of the moments that it is joined on; None joins by customer.
    """
    first = selection.table.limit(_LOOKED_AT)
    left, right = comparable(first["link"], anchors[link(on) if on is not None else CUSTOMER])
    named = first.mutate(link=left).filter(left.notnull())
    ids = named.group_by("link").aggregate(rows=named.count())
    anchored = anchors.select(key=right)
    joined = ids.left_join(anchored, ids["link"] == anchored["key"])
    found = joined.group_by(["link", "rows"]).aggregate(moments=joined["key"].count())
    rows, linked, moments = (
        int(value or 0)
        for value in engine.fetch(
            found.aggregate(
                rows=found["rows"].sum(),
                linked=found["rows"].sum(where=found["moments"] > 0),
                moments=(found["rows"] * found["moments"]).sum(),
            )
        )[0].values()
    )
    if linked == rows or not left.type().is_string():
        return LinkCounts(rows, linked, moments)
    return LinkCounts(rows, linked, moments, *_strays(engine, ids, anchored))


def _strays(engine: Engine, ids: ir.Table, anchored: ir.Table) -> tuple[int, tuple[str, str] | None]:
    """Rows whose id no moment has but for blanks, capitals or zeros in front, and an example."""
    alone = ids.anti_join(anchored, ids["link"] == anchored["key"])
    alone = alone.mutate(plain=_plain(alone["link"]))
    keys = (
        anchored.mutate(plain=_plain(anchored["key"])).group_by("plain").aggregate(key=lambda t: t.key.min())
    )
    like = alone.join(keys, alone["plain"] == keys["plain"]).select("link", "rows", "key")
    rows = engine.fetch(like.aggregate(rows=like["rows"].sum()))[0]["rows"]
    if not rows:
        return 0, None
    shown = engine.fetch(like.order_by(like["link"]).limit(1))[0]
    return int(rows), (str(shown["link"]), str(shown["key"]))


def _plain(value: ir.Value) -> ir.StringValue:
    text = value.cast("string").strip().lower()
    return text.re_replace("^0+(.)", "\\1")


def expected_rows(group: Group, found: LinkCounts) -> int:
    """About how many rows fall into the windows of all moments; no number of a run depends on it.

    It is the number of moments that a row looked at belongs to, for all rows, by the share of the table's time that the
    windows take.
    """
    if not found.rows:
        return 0
    return round(found.moments / found.rows * group.selection.rows * _share(group))


def _share(group: Group) -> float:
    times = group.selection.audits["time"]
    if group.length is None or times.first is None or times.last is None or times.last <= times.first:
        return 1.0
    windows = 1 if group.gap is None else 2
    return min(1.0, windows * (group.length / (times.last - times.first)))


@dataclass(frozen=True, slots=True)
class TableLinks:
    """A table that is joined to the moments, and what was seen of it; `on` is None where that is by customer."""

    table: str
    on: str | None
    selection: Selection
    counts: LinkCounts


def count_links(
    loaded: LoadedProject,
    engine: Engine,
    anchors: ir.Table,
    groups: Sequence[Group],
    selections: Mapping[str, Selection | None],
) -> list[TableLinks]:
    """Looks at the rows of all groups, in their order, then at those of perceptions with a table of their own."""
    tables = [(group.table, group.on, group.selection) for group in groups]
    for name, selection in selections.items():
        perception = loaded.project.perceptions[name]
        if selection is not None and perception.table is not None:
            tables.append((perception.table, perception.on, selection))
    seen: dict[tuple[str, str | None], LinkCounts] = {}
    for table, on, selection in tables:
        if (table, on) not in seen:
            seen[table, on] = linked_rows(engine, anchors, selection, on)
    return [TableLinks(table, on, selection, seen[table, on]) for table, on, selection in tables]


def link_troubles(
    engine: Engine, anchors: ir.Table, looked: Sequence[TableLinks]
) -> tuple[dict[str, Any], ...]:
    """Tables of which no row belongs to a moment, or some would if ids were written alike; each once."""
    found: dict[tuple[str, str | None], dict[str, Any]] = {}
    for each in looked:
        seen, where = each.counts, (each.table, each.on)
        if not seen.rows or where in found:
            continue
        if not seen.linked and not _any_linked(engine, anchors, each):
            amount = {"n": each.selection.rows, "of": each.selection.rows}
        elif seen.strays:
            amount = {"n": seen.strays, "of": seen.rows}
        else:
            continue
        written, instead = seen.example or (None, None)
        found[where] = {
            "table": each.table,
            "on": each.on,
            **amount,
            "written": written,
            "instead_of": instead,
        }
    return tuple(found.values())


def _any_linked(engine: Engine, anchors: ir.Table, looked: TableLinks) -> bool:
    """Whether any row at all belongs to a moment, where the first ones do not."""
    selection, on = looked.selection, looked.on
    if selection.rows <= _LOOKED_AT:
        return False
    left, right = comparable(selection.table["link"], anchors[link(on) if on is not None else CUSTOMER])
    rows, keys = selection.table.mutate(link=left), anchors.select(key=right)
    there = rows.semi_join(keys, rows["link"] == keys["key"]).limit(1)
    return bool(engine.fetch(there.aggregate(n=there.count()))[0]["n"])
