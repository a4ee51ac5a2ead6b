"""Words with a meaning of their own: SQL's reserved ones, and time zones."""

from __future__ import annotations

import zoneinfo

_RESERVED = """
all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create
default deferrable desc describe distinct do else end episodes except false fetch for foreign from group
having in initially intersect into lambda lateral leading limit not null offset on only or order pivot
pivot_longer pivot_wider placing primary qualify references returning select show some summarize symmetric
table then to trailing true union unique unpivot using values variadic when where window with
"""

#: Names a table cannot have: DuckDB's reserved words, and `episodes`, which the alignment makes.
RESERVED_WORDS = frozenset(_RESERVED.split())


def is_timezone(name: str) -> bool:
    """Whether it is a time zone of the IANA database."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def timezone_names() -> list[str]:
    """The names of all time zones."""
    return sorted(zoneinfo.available_timezones())
