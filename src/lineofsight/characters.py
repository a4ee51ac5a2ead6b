"""Characters that no reader sees as they are: they steer a terminal, turn text around, or are no character at all.

Values of data may hold any of them. A renderer of pictures ends the whole process on some, a terminal obeys others. So they are made
visible, as Python writes them (`\\x1b`), wherever a value is shown, and refused in what a project file declares.
"""

from __future__ import annotations

import json
import re

_STEERING = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # the property Bidi_Control of Unicode
_BREAKING = "\u2028\u2029"
_NONE = "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff" + "".join(
    f"{chr(0x10000 * plane + 0xFFFE)}{chr(0x10000 * plane + 0xFFFF)}" for plane in range(1, 17)
)
_UNSHOWABLE = re.compile(f"[{_STEERING}{_TURNING}{_BREAKING}{_NONE}]")
_IN_A_LINE = re.compile(f"[\t\n\r{_STEERING}{_TURNING}{_BREAKING}{_NONE}]")
_IN_LINES = re.compile(f"[\r{_STEERING}{_TURNING}{_BREAKING}{_NONE}]")


def unshowable(text: str, *, one_line: bool = False) -> str | None:
    """The first character that cannot be shown, as `U+001B`; None where there is none.

    Args:
        text: What is looked through.
        one_line: Whether a tab and the end of a line count, too.
    """
    found = (_IN_A_LINE if one_line else _UNSHOWABLE).search(text)
    return None if found is None else f"U+{ord(found.group()):04X}"


def visible(text: str) -> str:
    """A value on one line, with what cannot be shown made visible; the same for what is visible already."""
    return text if _IN_A_LINE.search(text) is None else _IN_A_LINE.sub(_written, text)


def visible_lines(text: str) -> str:
    """Text for a terminal that may hold values: as `visible`, with its lines and tabs as they are."""
    return text if _IN_LINES.search(text) is None else _IN_LINES.sub(_written, text)


def escaped_json(text: str) -> str:
    """JSON that means the same, with what cannot be shown written as JSON escapes it."""
    return _UNSHOWABLE.sub(lambda found: json.dumps(found.group())[1:-1], text)


def _written(found: re.Match[str]) -> str:
    return repr(found.group())[1:-1]
