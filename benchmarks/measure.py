"""Measuring a part in a process of its own, its children included, and keeping tables in pages of the docs."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs" / "explanation"
_PAUSE = 0.1  # seconds between two looks at the memory


def measure(
    part: str,
    folder: Path,
    anchors: str = "answers",
    *,
    repeat: int = 1,
    environment: Mapping[str, str] | None = None,
) -> dict[str, float]:
    """The fastest of some repeats of a part, as `in_turns`; one alone uses stored episodes where there are any."""
    if repeat > 1:
        return in_turns([part], folder, anchors, repeat=repeat, environment=environment)[0]
    return _once(part, folder, anchors, environment)


def in_turns(
    parts: Sequence[str],
    folder: Path,
    anchors: str = "answers",
    *,
    repeat: int,
    environment: Mapping[str, str] | None = None,
) -> list[dict[str, float]]:
    """The fastest of some repeats of each part, from raw data, each in a process of its own, with its peak memory in GB.

    They take turns, so that minutes in which the machine is slower fall on all alike. The memory is that of the
    process and of all that it started, as Java for Spark, added up ten times a second.
    """
    found: list[list[dict[str, float]]] = [[] for _ in parts]
    for _ in range(repeat):
        for part, so_far in zip(parts, found, strict=True):
            forget(folder)
            so_far.append(_once(part, folder, anchors, environment))
    return [min(so_far, key=lambda seconds: seconds.get("total", 0.0)) for so_far in found]


def _once(
    part: str, folder: Path, anchors: str, environment: Mapping[str, str] | None = None
) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.parts", part, str(folder), anchors]
    told, memory = peak(command, {**os.environ, **(environment or {})})
    seconds = json.loads(told.splitlines()[-1])
    return {**seconds, "memory": max(memory, seconds["memory"])}


def peak(command: Sequence[str], environment: Mapping[str, str]) -> tuple[str, float]:
    """What a process prints, and the most memory in GB that it and all below it held, looked at ten times a second.

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    memory = 0.0
    while started.poll() is None:
        memory = max(memory, resident(started.pid) / 1e9)
        time.sleep(_PAUSE)
    told, _ = started.communicate()
    if started.returncode:
        raise subprocess.CalledProcessError(started.returncode, command)
    return told, memory


def forget(folder: Path) -> None:
    """Removes stored episodes, so that the next run reads the data."""
    shutil.rmtree(folder / ".lineofsight", ignore_errors=True)


def resident(pid: int) -> int:
    """Bytes in memory of a process and all below it; 0 where the system does not tell. Shared pages count in each."""
    children: dict[int, list[int]] = {}
    pages: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            held = int((folder / "statm").read_text(encoding="ascii").split()[1])
        except (OSError, IndexError):  # it has just ended
            continue
        number, parent = int(folder.name), int(stat.rpartition(")")[2].split()[1])
        children.setdefault(parent, []).append(number)
        pages[number] = held
    total, waiting = 0, [pid]
    while waiting:
        number = waiting.pop()
        total += pages.get(number, 0)
        waiting += children.get(number, [])
    return total * os.sysconf("SC_PAGE_SIZE") if pages else 0


def machine() -> str:
    """What it was measured on, and when."""
    versions = f"Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
    return f"{platform.machine()}, {os.cpu_count()} cores, {versions}."


def keep(page: str, mark: str, text: str) -> None:
    """Writes a text between its markers in a page of the docs."""
    path = DOCS / page
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    before, rest = path.read_text(encoding="utf-8").split(begin, 1)
    path.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}", encoding="utf-8")


def say(text: str) -> None:
    """Progress, apart from the result."""
    print(text, file=sys.stderr, flush=True)
