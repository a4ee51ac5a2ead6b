"""Columns that are made of those of a basis, for moments of their own: the same episodes, told apart in the same way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lineofsight.aggregation.basis import Basis


@dataclass(frozen=True)
class Derived:
    """What all columns that are made of a basis have in common with it; none has columns whose means are needed.

    Attributes:
        base: What they are made of.
    """

    base: Basis

    @property
    def mean_columns(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def flags(self) -> tuple[str, ...]:
        """What tells episodes apart, as in `base`."""
        return self.base.flags

    def bits(self, flags: Iterable[str]) -> int:
        """These flags as a number, as in `base`."""
        return self.base.bits(flags)
