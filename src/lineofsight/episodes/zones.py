"""Times with and without a time zone cannot be compared unless the project says which zone is meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lineofsight.engines.base import FieldAudit
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject


def refuse_mixed_zones(
    loaded: LoadedProject, sources: Iterable[tuple[str, Mapping[str, FieldAudit]]]
) -> None:
    """Checks the instants of every table and what was found in it.

    Raises:
        DataError: Some carry a zone, others do not, and no `timezone` is declared.
    """
    if loaded.project.timezone is not None:
        return
    found: dict[bool, list[str]] = {True: [], False: []}
    for table, audits in sources:
        for audit in audits.values():
            if audit.zoned is not None and table not in found[audit.zoned]:
                found[audit.zoned].append(table)
    if found[True] and found[False]:
        raise loaded.error(
            DataCode.ZONES_DIFFER,
            f"times in {_listed(found[True])} carry a time zone, times in {_listed(found[False])} do not",
            "episodes",
            hint="say what the latter mean with 'timezone: Europe/Berlin' (or UTC) at the top of the project file",
        )


def _listed(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
