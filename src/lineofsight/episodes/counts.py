"""Which operations count something, and how often they have which value."""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir

from lineofsight.aggregation.counts import CountBands, count_bands
from lineofsight.engines.base import Reader
from lineofsight.episodes.extents import Extent
from lineofsight.project.models import Project

_MOST_LOOKED_AT = 400
"""Different values, those to be pooled with them, of an operation that may still be a count."""


def counted_operations(
    project: Project, engine: Reader, episodes: ir.Table, extent: Mapping[str, Extent]
) -> dict[str, CountBands]:
    """The bands of every operation whose values are few different whole numbers from 0 on.

    A rating is none, as its answers are an order and no number of things.
    """
    found = {}
    for name in project.operations:
        known = extent.get(name)
        if known is None or not known.whole or known.lowest < 0 or known.rating is not None:
            continue
        if known.highest - known.lowest < 2:  # two values have no shape
            continue
        value = episodes[name].cast("float64")
        given = episodes.filter(value.notnull()).select(value=value)
        tally = given.group_by("value").aggregate(n=given.count())
        rows = engine.fetch(tally.order_by("value").limit(_MOST_LOOKED_AT + 1))
        if len(rows) > _MOST_LOOKED_AT:
            continue
        bands = count_bands([(float(row["value"]), int(row["n"])) for row in rows])
        if bands is not None:
            found[name] = bands
    return found
