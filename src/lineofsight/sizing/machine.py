"""What this process may use of the machine: cores, memory, and disk where the project's working folder is."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from lineofsight.project.settings import DuckDBSettings
from lineofsight.sizing.cgroups import cores_allowed, memory_allowed

#: Share of the memory that DuckDB takes by default before it spills.
DUCKDB_SHARE = 0.8
_UNITS = {"K": 1, "M": 2, "G": 3, "T": 4}


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is to compute with.

    Attributes:
        cores: That the engine may use.
        memory: Bytes that this process could still take; None where the system does not say.
        allowed: Bytes that the engine may take before it spills; None where that is not known either.
        disk: Free bytes where the working folder is.
    """

    cores: int
    memory: int | None
    allowed: int | None
    disk: int


def this_machine(folder: Path, settings: DuckDBSettings, root: Path = Path("/")) -> Machine:
    """The machine as this process sees it.

    Args:
        folder: The project's folder, which holds the working folder.
        settings: Limits that the project declares.
        root: Where the system's own files are.
    """
    memory = _least(_available(root), memory_allowed(root))
    declared = bytes_of(settings.memory) if settings.memory is not None else None
    default = None if memory is None else int(DUCKDB_SHARE * memory)
    cores = _least(_own_cores(), cores_allowed(root), settings.threads)
    return Machine(
        cores=cores or 1,
        memory=memory,
        allowed=default if declared is None else _least(declared, memory),
        disk=shutil.disk_usage(folder).free,
    )


def bytes_of(amount: str) -> int:
    """Bytes of an amount of memory as the project file has it: '4GB', '512MiB'."""
    match = re.fullmatch(r"([0-9.]+)\s*([KMGT])(i?)B", amount.strip(), re.IGNORECASE)
    assert match is not None  # the project file was checked
    base = 1024.0 if match.group(3) else 1000.0
    return round(float(match.group(1)) * base ** _UNITS[match.group(2).upper()])


def _least(*values: int | None) -> int | None:
    return min((value for value in values if value is not None), default=None)


def _own_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _available(root: Path) -> int | None:
    """Memory that can be taken without swapping; all there is where only that is known."""
    try:
        told = (root / "proc" / "meminfo").read_text(encoding="ascii")
    except OSError:
        return _physical()
    found = re.search(r"^MemAvailable:\s*([0-9]+) kB", told, re.MULTILINE)
    return int(found.group(1)) * 1024 if found else _physical()


def _physical() -> int | None:
    try:
        return int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):
        return None
