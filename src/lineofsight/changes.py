"""How much better an operation is asked to get: by a share of itself, by an amount, to a value, or for some cases more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["share", "amount", "points", "target"]


@dataclass(frozen=True, slots=True)
class DeclaredChange:
    """What `change` or `to` of an operation says, always in the good direction.

    Attributes:
        kind: 'share' of each value; 'amount' in the operation's unit; 'points', of a hundred where it is a share or yes or
            no, else of its own scale; 'target', the value to which everyone goes who is worse.
        size: How much; 0.2 for 20 %.
        unit: The unit it is written in; empty where none is.
    """

    kind: Kind
    size: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What the change 'better' does to an operation.

    Attributes:
        kind: 'share', 'amount' and 'target' move each value; 'cases' makes more of the episodes good, of an operation that
            is yes or no: `size` is by how much their share moves.
        size: How much, in the good direction; of a target the value.
    """

    kind: Literal["share", "amount", "target", "cases"]
    size: float
