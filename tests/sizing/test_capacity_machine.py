"""What a process may use: limits of containers in both versions of control groups, and of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lineofsight.project.settings import DuckDBSettings
from lineofsight.sizing.machine import bytes_of, cores_allowed, memory_allowed, this_machine

GIB = 1 << 30


def plant(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="ascii")
    return root


MEMINFO = {"proc/meminfo": "MemTotal: 33554432 kB\nMemAvailable: 16777216 kB\n"}
NEW = {
    "proc/self/cgroup": "0::/box/job\n",
    "sys/fs/cgroup/box/memory.max": f"{8 * GIB}\n",
    "sys/fs/cgroup/box/memory.current": f"{3 * GIB}\n",
    "sys/fs/cgroup/box/memory.stat": f"anon 5\ninactive_file {GIB}\n",
    "sys/fs/cgroup/box/job/memory.max": "max\n",
    "sys/fs/cgroup/box/cpu.max": "150000 100000\n",
    "sys/fs/cgroup/box/job/cpu.max": "max 100000\n",
}
OLD = {
    "proc/self/cgroup": "4:memory:/outside\n1:cpu,cpuacct:/outside\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{8 * GIB}\n",
    "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{3 * GIB}\n",
    "sys/fs/cgroup/memory/memory.stat": f"inactive_file 7\ntotal_inactive_file {GIB}\n",
    "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "150000\n",
    "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
}


@pytest.mark.parametrize("files", [NEW, OLD], ids=["second", "first"])
def test_the_tightest_limit_counts(tmp_path: Path, files: dict[str, str]) -> None:
    root = plant(tmp_path, MEMINFO | files)
    assert memory_allowed(root) == 6 * GIB
    assert cores_allowed(root) == 2
    assert this_machine(tmp_path, DuckDBSettings(), root).memory == 6 * GIB


def test_without_a_limit_what_is_available_counts(tmp_path: Path) -> None:
    unlimited = {"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}
    root = plant(tmp_path, MEMINFO | {"proc/self/cgroup": "4:memory:/\n"} | unlimited)
    assert memory_allowed(root) is None
    assert cores_allowed(root) is None
    found = this_machine(tmp_path, DuckDBSettings(), root)
    assert found.memory == 16 * GIB
    assert found.allowed == int(0.8 * 16 * GIB)
    assert found.disk > 0


def test_the_projects_own_limits_count(tmp_path: Path) -> None:
    root = plant(tmp_path, MEMINFO)
    found = this_machine(tmp_path, DuckDBSettings(memory="4 GB", threads=1), root)
    assert (found.cores, found.allowed) == (1, 4 * 10**9)
    assert this_machine(tmp_path, DuckDBSettings(memory="4 TB"), root).allowed == 16 * GIB


def test_a_system_that_tells_nothing_has_its_physical_memory(tmp_path: Path) -> None:
    found = this_machine(tmp_path, DuckDBSettings(), tmp_path / "nothing")
    assert found.memory == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") > 10**8
    assert found.cores >= 1


def test_amounts_of_memory() -> None:
    assert [bytes_of(x) for x in ("4GB", "1.5 TB", "512MiB", "10kb")] == [
        4 * 10**9,
        15 * 10**11,
        512 << 20,
        10**4,
    ]
