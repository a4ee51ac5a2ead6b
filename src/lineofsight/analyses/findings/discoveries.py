"""Which effects are told as found: those that hold among all that were asked of everyone, counted by sentence.

A sentence speaks of one cause and all its outcomes. So causes are chosen first, by the p-value of "it goes with none of them"
(Simes 1986), at a false discovery rate over all causes; then the outcomes of each that was chosen, at that rate times the share
of causes that were (Benjamini and Bogomolov 2014). At most one in twenty of the sentences is expected to be chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from lineofsight.analyses.base import Row
from lineofsight.stats.intervals import excludes_zero
from lineofsight.stats.multiplicity import FALSE_DISCOVERIES, q_values


def clear(row: Row) -> bool:
    """Whether the interval lies on one side of zero."""
    return excludes_zero(row["low"], row["high"])


@dataclass(frozen=True)
class Discoveries:
    """Total effects of everyone that are told as found.

    Attributes:
        pairs: Cause and outcome of each.
        asked: How many effects they are chosen from.
    """

    pairs: frozenset[tuple[str, str]]
    asked: int

    def has(self, row: Row) -> bool:
        """Whether a row of `effects` is told as found."""
        return clear(row) and (row["cause"], row["outcome"]) in self.pairs


def discoveries(effects: Iterable[Row], outcomes: Sequence[str]) -> Discoveries:
    """Chooses among the totals of everyone on these outcomes.

    Args:
        effects: Rows of the table `effects`.
        outcomes: Perceptions and behaviours that are told of.
    """
    families: dict[str, dict[str, float]] = {}
    for row in effects:
        told = row["segment"] is None and row["path"] == "total" and row["p_value"] is not None
        if told and row["outcome"] in outcomes:
            families.setdefault(row["cause"], {})[row["outcome"]] = row["p_value"]
    within = {cause: q_values(np.array([*found.values()])) for cause, found in families.items()}
    # Simes' p-value of a family is the least of its q-values.
    whole = q_values(np.array([q.min() for q in within.values()])) if within else np.zeros(0)
    chosen = whole <= FALSE_DISCOVERIES
    level = FALSE_DISCOVERIES * float(chosen.mean()) if len(chosen) else 0.0
    pairs = {
        (cause, outcome)
        for (cause, found), is_chosen in zip(families.items(), chosen, strict=True)
        for outcome, q in zip(found, within[cause], strict=True)
        if is_chosen and q <= level
    }
    return Discoveries(frozenset(pairs), sum(len(found) for found in families.values()))
