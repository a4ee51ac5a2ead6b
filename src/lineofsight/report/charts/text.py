"""How wide text is, and where it breaks: labels are laid out before they are drawn."""

from __future__ import annotations

import unicodedata

_NARROW = frozenset("iljtfrI.,;:'|!()[]/\\ `\u00a0·-")
_MIDDLE = frozenset("−–×≥≤±")
_WIDE = frozenset("mwMW@%—&→")


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width in pixels in a common sans-serif, a little on the generous side."""
    units = sum(_char(char) for char in text)
    return units * size * (1.07 if bold else 1.0)


def _char(char: str) -> float:
    if char in _NARROW:
        return 0.31
    if char in _MIDDLE:
        return 0.6
    if char in _WIDE:
        return 0.87
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    if unicodedata.combining(char):
        return 0.0
    return 0.70 if char.isupper() or ord(char) > 0x2190 else 0.565


def clip(text: str, width: float, size: float, bold: bool = False) -> str:
    """The text, ended by an ellipsis where it is wider than `width`."""
    if text_width(text, size, bold) <= width:
        return text
    while text and text_width(text + "…", size, bold) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, width: float, size: float, lines: int = 2, bold: bool = False) -> list[str]:
    """At most `lines` lines no wider than `width`; words too long for a line are cut, what is left over clipped."""
    words, out = text.split(" "), [""]
    for at, word in enumerate(words):
        joined = f"{out[-1]} {word}".strip()
        if text_width(joined, size, bold) <= width or not out[-1]:
            out[-1] = joined
        elif len(out) < lines:
            out.append(word)
        else:
            out[-1] = f"{out[-1]} {' '.join(words[at:])}"
            break
    return [clip(line, width, size, bold) for line in out]
