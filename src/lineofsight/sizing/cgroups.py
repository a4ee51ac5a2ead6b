"""Limits that a container or a service manager sets on Linux: control groups, in their first and second version."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

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
