"""Formats of dates as `dates` of a table declares them: '%d.%m.%y', as strptime has it, the same on every engine."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: AM or PM, of which the first letter is a group.
HALF = r"([AaPp])\.?[Mm]\.?"
#: A zone as Z, UTC or +02:00.
ZONE_OFFSET = r"([Zz]|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)"

_WORD = r"[A-Za-z]+\.?"
_PARTS = {
    "d": ("d", r"([0-9]{1,2})"),
    "e": ("d", r"([0-9]{1,2})"),
    "m": ("m", r"([0-9]{1,2})"),
    "y": ("y", r"([0-9]{2})"),
    "Y": ("Y", r"([0-9]{4})"),
    "H": ("H", r"([0-9]{1,2})"),
    "I": ("I", r"([0-9]{1,2})"),
    "M": ("M", r"([0-9]{1,2})"),
    "S": ("S", r"([0-9]{1,2})"),
    "f": ("f", r"([0-9]{1,9})"),
    "p": ("p", HALF),
    "z": ("z", ZONE_OFFSET),
    "Z": ("z", ZONE_OFFSET),
    "b": ("b", r"([A-Za-z]{3})[A-Za-z]*\.?"),
    "B": ("b", r"([A-Za-z]{3})[A-Za-z]*\.?"),
    "h": ("b", r"([A-Za-z]{3})[A-Za-z]*\.?"),
}
_WHOLE = {"T": "%H:%M:%S", "R": "%H:%M", "F": "%Y-%m-%d", "D": "%m/%d/%y"}
_DIRECTIVE = re.compile(r"%[-#]?([A-Za-z%])")
_FIGURES = re.compile(r"%[-#]?[deHImMSyYf]%[-#]?[deHImMSyYf]")


@dataclass(frozen=True, slots=True)
class DateFormat:
    """How a date is written.

    Attributes:
        pattern: A regular expression of both RE2 and Java.
        roles: What its groups are, by the letters of strptime: 'd', 'm', 'y' or 'Y', 'b' (the month by name), 'H' or 'I', 'M', 'S',
            'f', 'p', 'z'.
    """

    pattern: str
    roles: tuple[str, ...]

    @property
    def zoned(self) -> bool:
        """Whether it has a zone."""
        return "z" in self.roles

    @property
    def timed(self) -> bool:
        """Whether it has a time of day."""
        return "H" in self.roles or "I" in self.roles


def parsed_format(text: str) -> DateFormat | None:
    """The format that a text in the letters of strptime means; None where it names no day, or what is not known here."""
    text = re.sub(r"%([TRFD])", lambda found: _WHOLE[found[1]], text.strip())
    exact = _FIGURES.search(text) is not None  # nothing parts the figures but their number
    pattern, roles, at = "", [], 0
    for found in _DIRECTIVE.finditer(text):
        pattern += _literal(text[at : found.start()])
        at = found.end()
        letter = found[1]
        if letter == "%":
            pattern += "%"
        elif letter in "aA":
            pattern += _WORD
        elif letter in _PARTS:
            role, piece = _PARTS[letter]
            pattern += piece.replace("{1,2}", "{2}") if exact else piece
            roles.append(role)
        else:
            return None
    pattern += _literal(text[at:])
    if len(set(roles)) != len(roles) or "%" in _DIRECTIVE.sub("", text):
        return None
    return DateFormat(rf"^\s*{pattern}\s*$", tuple(roles)) if _tells_a_day(set(roles)) else None


def _tells_a_day(roles: set[str]) -> bool:
    """A year, a month, and a time of day that is whole; without a day it is the first of the month."""
    dated = len(roles & {"y", "Y"}) == 1 and len(roles & {"m", "b"}) == 1
    halved = ("I" in roles) == ("p" in roles)
    hours = len(roles & {"H", "I"})
    return dated and halved and hours <= 1 and (hours == 1 or not roles & {"M", "S", "f", "z"})


def _literal(text: str) -> str:
    """What stands between: a blank is any number of blanks."""
    return "".join(
        "[\\s\u00a0\u202f]+" if part.isspace() else re.escape(part) for part in re.split(r"(\s+)", text)
    )
