"""What one unit of a behaviour is worth: which unit that is, and how its worth was made, with the numbers."""

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


def declared_words(each: float) -> str:
    """The project says what one is worth."""
    return f"declared in the project file: {each:g} each"


def cost_words() -> str:
    """A cost is worth what it costs."""
    return "a cost counts in full"


def margin_words(margin: float) -> str:
    """Of what customers spend the margin is kept."""
    return f"the margin, {_percent(margin)} of spend"


def purchase_words(margin: float, spent: float, spend: str) -> str:
    """A purchase is worth the margin of what is spent on one; the behaviour `spend` counts that money already."""
    return (
        f"margin {_percent(margin)} × {spent:,.2f} spent per purchase;"
        f" '{spend}' counts this money already, so it is not added up again"
    )


def stay_words(per_year: float, margin: float, years: float, days: float, spend: str) -> str:
    """Who stays spends on, after the `days` that the behaviour `spend` counts already, for so many discounted years."""
    if years == 0:
        return f"0: the horizon ends within the {days:g} days that '{spend}' already counts"
    return (
        f"{per_year:,.2f} a year spent by those who stay × margin {_percent(margin)} × {years:.2f} discounted"
        f" years, from the end of the {days:g} days that '{spend}' already counts to the horizon"
    )


def referral_words(conversion: float, per_year: float, margin: float, years: float) -> str:
    """Some who are referred become customers, and spend as customers do for so many discounted years."""
    return (
        f"{_percent(conversion)} become customers × {per_year:,.2f} a year per customer"
        f" × margin {_percent(margin)} × {years:.2f} discounted years"
    )


def _percent(share: float) -> str:
    """As the project file has it: `12.5 %`."""
    return f"{share * 100:g} %"
