"""One finding: a fact, what kind it is of, and whom it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lineofsight.analyses.base import Row
from lineofsight.stats.intervals import excludes_zero
from lineofsight.stats.multiplicity import FALSE_DISCOVERIES
from lineofsight.words.findings import Fact

Kind = Literal[
    "driver", "perception", "path", "shape", "perhaps", "money", "response", "caution", "no effect"
]

Rare = Mapping[str, tuple[int, int]]
"""Behaviours too rare for the models: events, and columns of the model."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is told.

    Attributes:
        kind: What it is about.
        subject: The driver or perception it speaks of, where it is one.
        fact: What is said of it.
    """

    kind: Kind
    subject: str | None
    fact: Fact


def clear(row: Row) -> bool:
    """Whether the interval lies on one side of zero."""
    return excludes_zero(row["low"], row["high"])


def discovered(row: Row) -> bool:
    """Whether an effect is clear by its interval and among all effects that were asked for, so that it is told as found."""
    return clear(row) and row["q_value"] is not None and row["q_value"] <= FALSE_DISCOVERIES
