"""Episodes that are copies of another under a key of their own: the same customer, moment and values."""

from __future__ import annotations

import ibis.expr.types as ir

from lineofsight.engines.base import Engine
from lineofsight.episodes.columns import AT, CUSTOMER, EPISODE, KEY


def count_copies(engine: Engine, anchors: ir.Table) -> int:
    """How many anchors repeat another of the same customer and moment in all values of their row.

    What the windows of other tables hold is the same for such a pair, unless they are joined on a column of their own.
    """
    repeated = anchors.group_by([CUSTOMER, AT]).aggregate(_copies=anchors.count())
    repeated = repeated.filter(repeated["_copies"] > 1)
    candidates = anchors.semi_join(repeated, [CUSTOMER, AT])
    values = [name for name in anchors.columns if name not in (EPISODE, KEY) and not name.startswith("link:")]
    groups = candidates.group_by(values).aggregate(_copies=candidates.count())
    totals = groups.aggregate(groups=groups.count(), rows=groups["_copies"].sum().cast("int64"))
    found = engine.fetch(totals)[0]
    return int(found["rows"] or 0) - int(found["groups"])
