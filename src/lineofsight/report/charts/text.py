"""How wide text is, and where it breaks: labels are laid out before they are drawn."""

from __future__ import annotations

import unicodedata

from lineofsight.report.charts.font import advances


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width in pixels in the report's font; on the generous side where that has not all its characters."""
    known = advances(600 if bold else 400)
    return size * sum(known[ord(char)] if ord(char) in known else _elsewhere(char, bold) for char in text)


def _elsewhere(char: str, bold: bool) -> float:
    """The width, in parts of the size, of a character that another font will draw: of the widest that are common."""
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.4 if ord(char) >= 0x1F000 else 1.0  # pictures are wider than letters
    return 0.95 if bold else 0.85


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
