"""Which unit of a behaviour is valued."""

from __future__ import annotations

from typing import Literal

Valued = Literal["spend", "cost", "purchase", "customer", "referral", "unit"]
"""What is valued: money spent or that something costs, a purchase, a customer kept, a referral, or a unit of its own."""

_UNITS: dict[Valued, str] = {
    "spend": "{currency} spent",
    "cost": "{currency} of cost",
    "purchase": "purchase",
    "customer": "customer kept",
    "referral": "referral",
    "unit": "unit",
}


def unit_words(valued: Valued, currency: str | None) -> str:
    """The unit that is valued, as `customer kept` or `EUR spent`."""
    return _UNITS[valued].format(currency=currency or "unit of money")
