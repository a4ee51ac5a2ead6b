"""Shapes of lines, where they bend, and which answers of a rating are its ends."""

from __future__ import annotations

from lineofsight.words.amounts import Amount
from lineofsight.words.numbers import decimals, plain, unit_name

_VERDICTS = {
    "straight": "straight, as far as can be told",
    "diminishing": "diminishing returns",
    "increasing": "increasing returns",
    "curved": "bent, in no simple way",
    "untold": "no shape can be told",
}


def shape_words(verdict: str, threshold: Amount | None) -> str:
    """A shape, as `threshold near 24 hours` or `diminishing returns`.

    Args:
        verdict: 'straight', 'threshold', 'diminishing', 'increasing', 'curved' or 'untold'.
        threshold: Where the line bends, of a threshold.
    """
    if verdict == "threshold" and threshold is not None:
        return f"threshold near {place_words(threshold)}"
    return _VERDICTS[verdict]


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
    one = unit.removesuffix("s") if unit.endswith("s") and not unit.endswith("ss") else unit
    return f"1 {one}".rstrip()


def boxes_words(bottom: tuple[float, float], top: tuple[float, float]) -> str:
    """The answers at both ends of a scale, as `1 to 2 against 4 to 5`."""
    return f"{bottom[0]:g} to {bottom[1]:g} against {top[0]:g} to {top[1]:g}"
