"""How often there is any of an outcome in each level of a control: counted, so that both engines agree exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Reader
from lineofsight.episodes.leakage import Kinds

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LevelCount:
    """Episodes of one level, or of several together.

    Attributes:
        level: The level; None for those that are not kept apart, and where it is not known.
        some, none: Episodes with any of the outcome, and with none of it.
    """

    level: str | None
    some: int
    none: int


def level_counts(
    engine: Reader, episodes: ir.Table, kinds: Kinds, levels: Mapping[str, Sequence[str]]
) -> dict[Pair, tuple[LevelCount, ...]]:
    """Counts of each level of each control, by control and outcome; one scan per control.

    Args:
        engine: Where the episodes are.
        episodes: Complete ones.
        kinds: Per outcome, whether there is any of it.
        levels: Per control, the levels that are kept apart; what has another level or none is counted together.
    """
    found: dict[Pair, tuple[LevelCount, ...]] = {}
    if not kinds:
        return found
    for control, kept in levels.items():
        text = episodes[control].cast("string")
        known = episodes.mutate(_level=text.isin(list(kept)).ifelse(text, ibis.null("string")))
        measures: dict[str, ir.Value] = {}
        for outcome, kind in kinds.items():
            there = kind(known)
            measures |= {
                f"some {outcome}": known.count(where=there),
                f"none {outcome}": known.count(where=~there),
            }
        rows = engine.fetch(known.group_by("_level").aggregate(**measures))
        by_level = {row["_level"]: row for row in rows}
        for outcome in kinds:
            found[control, outcome] = tuple(
                LevelCount(
                    level, by_level[level][f"some {outcome}"] or 0, by_level[level][f"none {outcome}"] or 0
                )
                for level in (*kept, None)
                if level in by_level
            )
    return found
