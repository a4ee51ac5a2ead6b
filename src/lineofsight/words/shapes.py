"""Shapes of lines, where they bend or step, and which answers of a rating are its ends."""

from __future__ import annotations

from lineofsight.units import TIMES
from lineofsight.words.amounts import Amount
from lineofsight.words.numbers import decimals, plain, unit_name

_VERDICTS = {
    "straight": "straight, as far as can be told",
    "diminishing": "diminishing returns",
    "increasing": "increasing returns",
    "curved": "bent, in no simple way",
    "untold": "no shape can be told",
}
_MEASURED = {
    *TIMES,
    "year",
    "quarter",
    "point",
    "dollar",
    "euro",
    "pound",
    "metre",
    "meter",
    "mile",
    "degree",
}
"""What there is some of and not so many: nobody says `the 24th hour on`."""


def shape_words(verdict: str, place: Amount | None) -> str:
    """A shape, as `threshold near 24 hours`, `step from the 4th call on` or `diminishing returns`.

    Args:
        verdict: 'straight', 'threshold', 'step', 'diminishing', 'increasing', 'curved' or 'untold'.
        place: Where the line bends, of a threshold; from where on, of a step.
    """
    if verdict == "threshold" and place is not None:
        return f"threshold near {place_words(place)}"
    if verdict == "step" and place is not None:
        return f"step {from_words(place)}"
    return _VERDICTS[verdict]


def from_words(place: Amount) -> str:
    """From how many on, as `from the 4th call on (3rd to 5th)`, or `from 24 hours on (12 to 36)`.

    No interval where all resamples step at the same place.
    """
    one = _singular(place.unit)
    counted = one != place.unit and one.split()[-1].lower() not in _MEASURED
    number = _ordinal if counted else plain
    told = f"the {_ordinal(place.value)} {one}" if counted else f"{plain(place.value)} {place.unit}".rstrip()
    if place.low is None or place.high is None or place.low == place.high:
        return f"from {told} on"
    return f"from {told} on ({number(place.low)} to {number(place.high)})"


def _ordinal(value: float) -> str:
    """`4th`, `21st`; 0 is no place in an order."""
    number = round(value)
    if number <= 0:
        return plain(value)
    tens = 10 <= number % 100 <= 20
    return f"{number}{'th' if tens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _singular(unit: str) -> str:
    """One of them: `call` of `calls`, `enquiry` of `enquiries`; what is no plural as it is."""
    if unit.endswith("ies") and len(unit) > 4:
        return f"{unit[:-3]}y"
    if unit.endswith(("sses", "shes", "ches", "xes")):
        return unit[:-2]
    return unit.removesuffix("s") if unit.endswith("s") and not unit.endswith("ss") else unit


def place_words(place: Amount) -> str:
    """Where a line bends, as `24 hours (17 to 31)`; no interval where all resamples bend at the same place."""
    low, high = place.low, place.high
    digits = decimals(place.value, low, high, digits=2)
    told = f"{plain(place.value, digits)} {unit_name(place.unit, 'sentence')}".rstrip()
    if low is None or high is None or low == high:
        return told
    return f"{told} ({plain(low, digits)} to {plain(high, digits)})"


def step_words(unit: str) -> str:
    """One more of a driver, as `1 hour`."""
    if unit == "share":
        return "1 percentage point"
    return f"1 {_singular(unit)}".rstrip()


def boxes_words(bottom: tuple[float, float], top: tuple[float, float]) -> str:
    """The answers at both ends of a scale, as `1 to 2 against 4 to 5`."""
    return f"{bottom[0]:g} to {bottom[1]:g} against {top[0]:g} to {top[1]:g}"
