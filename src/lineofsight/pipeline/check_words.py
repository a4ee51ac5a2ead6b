"""What `los check` found, as text."""

from __future__ import annotations

from collections.abc import Sequence

from lineofsight.pipeline.check import Check
from lineofsight.words.numbers import count
from lineofsight.words.reasons import clause


def check_words(found: Check) -> str:
    """What the project's data hold, what is missing, and what a run will not be able to estimate."""
    left = f" of {count(found.anchored)} moments" if found.anchored != found.episodes else ""
    lines = [
        f"{found.name}: the project file and the data fit together.",
        f"Tables: {', '.join(f'{name} ({count(rows)} rows)' for name, rows in found.tables.items())}.",
        f"Episodes: {count(found.episodes)}{left}, by {_customers(found.customers)}.",
    ]
    for name, (median, missing) in found.operations.items():
        absent = f", unknown in {count(missing)} episodes" if missing else ""
        lines.append(f"  {name}: {'never known' if median is None else f'median {median:g}'}{absent}")
    for name, known in found.outcomes.items():
        lines.append(f"  {name}: known in {count(known)} episodes")
    lines += _listed(
        "Left out or missing:",
        [
            f"{drop['name']}: {clause(drop['reason'])}: {count(drop['n'])} of {count(drop['of'])}"
            for drop in found.drops
        ],
    )
    lines += _listed("A run will not be able to estimate:", found.refusals)
    lines += _listed("Notes:", found.warnings)
    return "\n".join(lines)


def _listed(title: str, entries: Sequence[str]) -> list[str]:
    return ["", title, *(f"  - {entry}" for entry in entries)] if entries else []


def _customers(n: int) -> str:
    return "1 customer" if n == 1 else f"{count(n)} customers"
