"""About how many rows fall into the windows of a group: whether an engine had better hold them while it counts."""

from __future__ import annotations

import ibis.expr.types as ir

from lineofsight.engines.base import Engine
from lineofsight.episodes.columns import CUSTOMER, link
from lineofsight.episodes.groups import Group
from lineofsight.episodes.windows import comparable

_LOOKED_AT = 20_000  # rows


def expected_rows(engine: Engine, anchors: ir.Table, group: Group) -> int:
    """About how many rows fall into the windows of all anchors.

    It is the number of anchors that the first rows of the table belong to, for all its rows, by the share of the table's time
    that a window takes. No number of a run depends on it.
    """
    rows = group.selection.table.limit(_LOOKED_AT)
    left, right = comparable(rows["link"], anchors[link(group.on) if group.on is not None else CUSTOMER])
    linked = rows.mutate(link=left)
    keys = linked.group_by("link").aggregate(n=linked.count())
    anchored = anchors.select(key=right)
    joined = keys.join(anchored, keys["link"] == anchored["key"])
    found = engine.fetch(joined.aggregate(n=joined["n"].sum()))[0]["n"] or 0
    looked_at = min(_LOOKED_AT, group.selection.rows)
    return round(int(found) * group.selection.rows / looked_at * _share(group)) if looked_at else 0


def _share(group: Group) -> float:
    """The share of the table's time that the windows of one anchor take."""
    times = group.selection.audits["time"]
    if group.length is None or times.first is None or times.last is None or times.last <= times.first:
        return 1.0
    windows = 1 if group.gap is None else 2
    return min(1.0, windows * (group.length / (times.last - times.first)))
