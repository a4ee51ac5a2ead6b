"""One finding: a fact, what kind it is of, and whom it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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
