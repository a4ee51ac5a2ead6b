"""How different the silent would have to be for a conclusion to fall, as a sentence."""

from __future__ import annotations

from lineofsight.words.numbers import decimals, is_currency, plain, quantity, share
from lineofsight.words.rounding import exponent


def tipping_words(
    tip: float, rate: float, effect: float, unit: str, *, cause: str, outcome: str, felt: bool, path: str = ""
) -> str:
    """What the effect among the silent would have to be, and how that compares with what was seen; no full stop.

    Args:
        tip: The effect among the silent at which the interval of everyone's reaches zero, in `unit`.
        rate: Share that answered, 0 to 1.
        effect: The effect among those who answered, in `unit`.
        unit: Unit of both.
        cause: What is changed, as "'Delivery time' 10 % better".
        outcome: The outcome, as "'Came back'".
        felt: Whether the outcome is how customers feel.
        path: The perception whose part of an effect this is, as "'Satisfaction'"; 'direct' for the direct part.
    """
    what = {"": "this", "direct": "the direct part"}.get(path, f"the part via {path}")
    down, up = ("worse", "better") if felt else ("lower", "higher")
    way = f"{down}, not {up}" if tip < 0 else f"{up}, not {down}"
    size = amount_words(abs(tip), unit)
    who = (
        f"the silent would have to feel {size} {way},"
        if felt
        else f"{outcome} would have to be {size} {way}, among the silent"
    )
    return f"{share(rate)} answered. For {what} to fall, {who} with {cause}: {_times(abs(tip / effect))}"


def amount_words(value: float, unit: str) -> str:
    """An amount above zero with two digits; money below one unit of the currency too."""
    places = decimals(value, digits=2)
    if is_currency(unit) and value < 1:
        return f"{unit}\u00a0{plain(value, places)}"
    return quantity(value, unit, value - 10.0**-places * 3, value + 10.0**-places * 3, form="sentence")


def _times(ratio: float) -> str:
    """How large that is beside what was seen, to two digits."""
    if ratio >= 1:
        size = f"{plain(ratio, 0 if exponent(ratio) > 0 else 1)} times"
    else:
        size = f"{'less than 1' if ratio < 0.01 else plain(ratio * 100)}\u00a0% of"
    return f"the other way round, at {size} the size seen among those who answered"
