"""How well one yes-or-no question answers another, beyond what chance would: kappa and its two one-sided forms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Fourfold:
    """Counts of two yes-or-no questions: whether a sign is there, and whether the thing it may tell of is.

    Attributes:
        both, sign, thing, neither: Rows with sign and thing, with the sign alone, with the thing alone, and with
            neither.
    """

    both: int
    sign: int
    thing: int
    neither: int

    @property
    def n(self) -> int:
        """All rows."""
        return self.both + self.sign + self.thing + self.neither

    @property
    def turned(self) -> Fourfold:
        """The same with the sign's absence as the sign."""
        return Fourfold(self.thing, self.neither, self.both, self.sign)

    @property
    def oriented(self) -> Fourfold:
        """The same with the sign, or its absence, as the sign: whichever goes with the thing."""
        return self.turned if self.kappa < 0 else self

    @property
    def agreement(self) -> float:
        """Share of the rows in which sign and thing are both there or both not; NaN without rows."""
        return _share(self.both + self.neither, self.n)

    @property
    def with_sign(self) -> float:
        """Share of the rows with the sign that have the thing; NaN where there is none."""
        return _share(self.both, self.both + self.sign)

    @property
    def without_sign(self) -> float:
        """Share of the rows without the sign that have the thing; NaN where there is none."""
        return _share(self.thing, self.thing + self.neither)

    @property
    def kappa(self) -> float:
        """Agreement beyond chance (Cohen 1960): 0 by chance, 1 where both are the same; NaN where either never varies."""
        signs, things, n = self.both + self.sign, self.both + self.thing, self.n
        expected = signs * things + (n - signs) * (n - things)
        return _share((self.both + self.neither) * n - expected, n * n - expected)

    @property
    def kappa_sure(self) -> float:
        """Share of the doubt about the thing that the sign takes away where it is there (kappa(0), Kraemer 1992)."""
        rate = _share(self.both + self.thing, self.n)
        return _share(self.with_sign - rate, 1 - rate)

    @property
    def kappa_all(self) -> float:
        """Share of the doubt about the sign that the thing takes away where it is there (kappa(1), Kraemer 1992)."""
        return Fourfold(self.both, self.thing, self.sign, self.neither).kappa_sure

    @property
    def phi2(self) -> float:
        """Squared correlation of both, which is `kappa_sure` times `kappa_all`; of an oriented table only."""
        return self.kappa_sure * self.kappa_all


def _share(part: float, whole: float) -> float:
    return float(np.float64(part) / whole) if whole else float("nan")
