"""Plain YAML scalars by the core schema of YAML 1.2: only `true` and `false` are booleans, `on` is a word."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, ClassVar

import yaml

_Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG = "tag:yaml.org,2002:"
TEXT, NULL, BOOL, INT, FLOAT, DATE = (_TAG + kind for kind in ("str", "null", "bool", "int", "float", "date"))

_PATTERNS = (
    (NULL, re.compile(r"(?:~|null|Null|NULL|)\Z")),
    (BOOL, re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")),
    (INT, re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z")),
    (FLOAT, re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")),
    (FLOAT, re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")),
    (DATE, re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")),
)
_DOT = re.compile(r"\.(inf|nan)", re.IGNORECASE)
_LONGEST_NUMBER = 100

Scalar = str | int | float | bool | dt.date | None


class CoreLoader(_Fast):  # type: ignore[misc]
    """A safe loader whose plain scalars follow the core schema, with dates as written in ISO 8601."""

    yaml_implicit_resolvers: ClassVar[dict[str | None, list[tuple[str, re.Pattern[str]]]]] = {
        None: list(_PATTERNS)
    }


def scalar(tag: str, text: str) -> Scalar:
    """The value of a scalar with this tag. A date that is not in the calendar stays text; `010` is ten.

    Raises:
        ValueError: The tag is not of the core schema, or the text is not of its kind.
    """
    if tag == TEXT:
        return text
    if tag == NULL:
        return None
    pattern = next((p for t, p in _PATTERNS if t == tag and p.match(text)), None)
    if pattern is None or len(text) > _LONGEST_NUMBER:
        raise ValueError(f"'{text[:40]}' cannot be read as {tag.removeprefix(_TAG)}")
    if tag == BOOL:
        return text.lower() == "true"
    if tag == INT:
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if tag == FLOAT:
        return float(_DOT.sub(r"\1", text))
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text
