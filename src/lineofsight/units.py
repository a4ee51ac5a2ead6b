"""Units of measure that know what kind they are, so that nobody has to guess it from how they are written."""

from __future__ import annotations

from enum import StrEnum

UNNAMED = "money"

TIMES = ("day", "hour", "minute", "second", "week", "month")
"""Units of time, one of each."""
"""What money is counted in where the project declares no currency."""


class UnitKind(StrEnum):
    """What a unit measures."""

    MONEY = "money"
    PERCENTAGE_POINTS = "percentage_points"
    PER_CENT = "per_cent"
    POINTS = "points"
    NPS_POINTS = "nps_points"
    SHARE = "share"
    COUNT = "count"
    OWN = "own"


class Unit(str):
    """A unit as it is written, and its kind.

    Attributes:
        kind: 'own' is one of the user's, whatever it looks like: an `SMS` is no currency.
    """

    __slots__ = ("kind",)

    kind: UnitKind

    def __new__(cls, name: str, kind: UnitKind = UnitKind.OWN) -> Unit:
        """A unit of this name and kind."""
        unit = super().__new__(cls, name)
        unit.kind = kind
        return unit

    @property
    def is_currency(self) -> bool:
        """Whether amounts are written as money of a currency, as `EUR 1.2 m`."""
        return self.kind is UnitKind.MONEY and self not in ("", UNNAMED)


def declared_unit(name: str, currency: str | None) -> Unit:
    """The unit that a user declares for something of theirs: their currency, a share, or one of their own."""
    if currency and name == currency:
        return Unit(name, UnitKind.MONEY)
    return Unit(name, UnitKind.SHARE if name == "share" else UnitKind.OWN)
