"""Colours and type of every chart and page. Colours have roles; each role has a light and a dark value.

Hues are those of Okabe and Ito (2008): blue against vermilion is told apart with every common colour blindness. A
drawing always holds the light values; a page replaces them by role where the reader prefers dark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from lineofsight.report.charts import font
from lineofsight.stats.intervals import interval_sign

FONT = font.STACK
DESKTOP, PHONE = 1040, 358
TITLE, TEXT, SMALL = 16, 13, 12
PHONE_TITLE, PHONE_TEXT, PHONE_SMALL = 15, 12, 11

State = Literal["good", "bad", "unsure"]


@dataclass(frozen=True, slots=True)
class Colour:
    """One role: its value on light and on dark paper."""

    light: str
    dark: str


ROLES: dict[str, Colour] = {
    "paper": Colour("#ffffff", "#14181e"),
    "ink": Colour("#1b2430", "#e9edf2"),
    "muted": Colour("#586475", "#a3aebc"),
    "line": Colour("#dde2e9", "#313a46"),
    "zero": Colour("#8e99a8", "#77838f"),
    "box": Colour("#f3f5f8", "#1f262f"),
    "unsure": Colour("#a9b2bf", "#5c6875"),
    "good": Colour("#0072b2", "#5cb4ea"),
    "bad": Colour("#c05000", "#f39a5b"),
    "good1": Colour("#d9eaf6", "#173449"),
    "good2": Colour("#a3cfeb", "#1d4f75"),
    "good3": Colour("#58a9dc", "#2670a6"),
    "bad1": Colour("#fbe3d3", "#442a1c"),
    "bad2": Colour("#f6bd96", "#6b3c20"),
    "bad3": Colour("#ea8c50", "#99531f"),
    "fn0": Colour("#009e73", "#1fbf93"),
    "fn1": Colour("#cc79a7", "#d893b9"),
    "fn2": Colour("#e69f00", "#f0b429"),
    "fn3": Colour("#56b4e9", "#56b4ea"),
    "fn4": Colour("#7a6ad8", "#9c8ff0"),
    "fn5": Colour("#8a6d3b", "#b8975d"),
}
FUNCTIONS = 6


def colour(role: str) -> str:
    """The light value of a role: what a drawing holds."""
    return ROLES[role].light


def state_of(low: float | None, high: float | None, good: int = 1) -> State:
    """'good' or 'bad' when the interval excludes zero, else 'unsure' (cannot be told from nothing)."""
    sign = interval_sign(low, high)
    if sign == 0:
        return "unsure"
    return "good" if (sign > 0) == (good > 0) else "bad"


FROM_NOTHING = "Grey: cannot be told from nothing."
HARDLY = "All grey: can hardly be told, of too few events."


def compact(width: int) -> bool:
    """Whether a chart of this width is laid out for a phone."""
    return width < 600


def config() -> dict[str, Any]:
    """The Vega-Lite config shared by all charts."""
    text = {"font": FONT}
    axis = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": SMALL,
        "titleFontSize": SMALL,
        "titleFontWeight": "normal",
        "labelColor": colour("muted"),
        "titleColor": colour("muted"),
        "gridColor": colour("line"),
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "titlePadding": 8,
    }
    return {
        "aria": False,
        "background": "transparent",
        "font": FONT,
        "axis": axis,
        "text": text,
        "view": {"stroke": "transparent"},
        "title": {
            "font": FONT,
            "subtitleFont": FONT,
            "color": colour("ink"),
            "subtitleColor": colour("muted"),
        },
    }
