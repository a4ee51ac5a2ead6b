"""What this process may use: cores, memory and disk, within the control groups that a container sets on Linux."""

from __future__ import annotations

import math
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lineofsight.project.settings import DuckDBSettings

_UNLIMITED = 1 << 60  # the first version writes a number near 2^63 where there is no limit


def memory_allowed(root: Path = Path("/")) -> int | None:
    """Bytes that may still be taken under the tightest limit on memory; None where there is none.

    Files that the system keeps in memory and can drop do not count as taken.
    """
    left = []
    for folder, new in _groups(root, "memory"):
        limit = _number(folder / ("memory.max" if new else "memory.limit_in_bytes"))
        if limit is None or limit >= _UNLIMITED:
            continue
        used = _number(folder / ("memory.current" if new else "memory.usage_in_bytes")) or 0
        droppable = re.search(
            rf"^{'' if new else 'total_'}inactive_file ([0-9]+)", _text(folder / "memory.stat"), re.MULTILINE
        )
        left.append(max(0, limit - used + (int(droppable.group(1)) if droppable else 0)))
    return min(left, default=None)


def cores_allowed(root: Path = Path("/")) -> int | None:
    """Cores under the tightest limit on processor time, rounded up; None where there is none."""
    found = []
    for folder, new in _groups(root, "cpu"):
        if new:
            quota, _, period = _text(folder / "cpu.max").partition(" ")
        else:
            quota, period = _text(folder / "cpu.cfs_quota_us"), _text(folder / "cpu.cfs_period_us")
        if quota.strip().isdigit() and period.strip().isdigit() and int(period):
            found.append(max(1, math.ceil(int(quota) / int(period))))
    return min(found, default=None)


def _groups(root: Path, controller: str) -> Iterator[tuple[Path, bool]]:
    """Folders of this process's group and of those around it, and whether they are of the second version."""
    for line in _text(root / "proc" / "self" / "cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, place = rest.partition(":")
        new = number == "0" and not controllers
        if not new and controller not in controllers.split(","):
            continue
        top = root / "sys" / "fs" / "cgroup"
        base = top if new else top / controller
        parts = [part for part in place.split("/") if part not in ("", "..")]
        # Inside a container the path is often that of the host, which is not seen there: the top still is.
        for depth in range(len(parts), -1, -1):
            yield base.joinpath(*parts[:depth]), new


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _number(file: Path) -> int | None:
    text = _text(file).strip()
    return int(text) if text.isdigit() else None


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
