"""Times with a zone, told from text."""

from __future__ import annotations

from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject

#: A time of day with a zone behind it: Z, +02:00, UTC, Europe/Berlin.
ZONE = r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([Zz]|[+-]\d{2}(:?\d{2}){0,2}|[A-Za-z]{3,}[A-Za-z_/+-]*)\s*$"


def mixed_zones(
    loaded: LoadedProject, column: str, counted: tuple[int, int, str], *place: str | int
) -> Exception:
    """The error for a column of times of which some have a zone; counted are those without, all, and an example."""
    naive, filled, example = counted
    return loaded.error(
        DataCode.MIXED_ZONES,
        f"{column} mixes times with and without a time zone: {naive:,} of {filled:,} have none, as '{example}'",
        *place,
        hint="write every time of a column with its zone, or every one without",
    )
