"""`python -m benchmarks.against COMMIT`: how long a run takes beside what it took at another commit, in one benchmark.

The commit's package is taken out of git into a folder of its own, and the one at hand is copied, so that edits do not disturb it.
Both read the same generated data and take turns, each in a process of its own and from raw data, so that minutes in which the
machine is slower fall on both alike.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.generate import generate, write_project
from benchmarks.measure import forget, machine, peak, say

EVENTS = 100_000_000
REPEATS = 5
LIMIT = 1.25
"""How much longer a run may take than it did."""
ANCHORS = ("answers", "surveys")

ROOT = Path(__file__).parents[1]
_RUN = """
import json, sys, time
import lineofsight
assert lineofsight.__file__.startswith(sys.argv[2]), lineofsight.__file__
start = time.perf_counter()
run = lineofsight.run(sys.argv[1])
print(json.dumps({"seconds": time.perf_counter() - start, "stages": run.manifest["seconds"]}))
"""


class Measured(NamedTuple):
    """One run: its seconds without imports, the most memory of it and its children in GB, and the seconds of its stages."""

    seconds: float
    memory: float
    stages: Mapping[str, float]


class Compared(NamedTuple):
    """Runs at the commit and now, of episodes for one kind of anchor."""

    anchors: str
    before: Sequence[Measured]
    now: Sequence[Measured]

    @property
    def ratio(self) -> float:
        """The fastest now over the fastest before."""
        return fastest(self.now).seconds / fastest(self.before).seconds

    @property
    def typical(self) -> float:
        """The ratio of a turn in the middle of all turns."""
        return median(now.seconds / before.seconds for before, now in zip(self.before, self.now, strict=True))


def fastest(runs: Sequence[Measured]) -> Measured:
    """The run that took the least time."""
    return min(runs, key=lambda each: each.seconds)


def take_out(commit: str, folder: Path) -> Path:
    """Writes the package as it was at a commit into a folder; gives the folder that Python finds it in.

    Raises:
        subprocess.CalledProcessError: Git does not know the commit.
    """
    packed = subprocess.run(
        ["git", "archive", commit, "src"], cwd=ROOT, stdout=subprocess.PIPE, check=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder / "src"


def compared(
    sources: tuple[Path, Path], folder: Path, events: int, *, repeat: int, anchors: Sequence[str] = ANCHORS
) -> list[Compared]:
    """Runs both packages in turns on the same data, the order turned round each time.

    Args:
        sources: Where Python finds the package before, and now.
        folder: Where the data are made.
        events: Touchpoint events.
        repeat: Turns.
        anchors: Tables with whose rows episodes begin.
    """
    say(f"generating {events:,} events")
    generate(folder, events)
    found = []
    for each in anchors:
        write_project(folder, each)
        measured: tuple[list[Measured], list[Measured]] = ([], [])
        for turn in range(repeat):
            for place in (0, 1) if turn % 2 == 0 else (1, 0):
                measured[place].append(_measured(sources[place], folder))
            before, now = measured[0][-1], measured[1][-1]
            say(f"{each}: {before.seconds:.1f} s, now {now.seconds:.1f} s")
        found.append(Compared(each, *measured))
    return found


def _measured(source: Path, folder: Path) -> Measured:
    forget(folder)
    environment: Mapping[str, str] = {**os.environ, "PYTHONPATH": str(source)}
    told, memory = peak([sys.executable, "-c", _RUN, str(folder), str(source)], environment)
    found = json.loads(told.splitlines()[-1])
    return Measured(found["seconds"], memory, found["stages"])


def render(commit: str, events: int, rows: Sequence[Compared]) -> str:
    """The table as Markdown."""
    lines = [
        f"{machine()} {events:,} events; before is {commit}, the fastest of {len(rows[0].now)} in turns.",
        "",
        "| Episodes begin with | Before | Now | Ratio | Ratio of a turn, median | Peak memory before | Now |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        before, now = fastest(row.before), fastest(row.now)
        memory = [max(each.memory for each in runs) for runs in (row.before, row.now)]
        lines.append(
            f"| {row.anchors} | {before.seconds:.1f} s | {now.seconds:.1f} s | {row.ratio:.2f} | {row.typical:.2f} |"
            f" {memory[0]:.1f} GB | {memory[1]:.1f} GB |"
        )
    lines += ["", "| Episodes begin with | Stage | Before | Now |", "| --- | --- | ---: | ---: |"]
    for row in rows:
        before, now = fastest(row.before).stages, fastest(row.now).stages
        lines += [
            f"| {row.anchors} | {stage} | {before.get(stage, 0.0):.1f} s | {now.get(stage, 0.0):.1f} s |"
            for stage in dict.fromkeys([*before, *now])
        ]
    return "\n".join(lines)


def main() -> int:
    """Prints the table; 1 where a run takes longer than is allowed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.against", description=__doc__)
    parser.add_argument("commit", help="what git calls it")
    parser.add_argument("--events", type=int, default=EVENTS, help="touchpoint events (%(default)s)")
    parser.add_argument("--repeat", type=int, default=REPEATS, help="turns (%(default)s)")
    parser.add_argument("--anchors", nargs="+", choices=ANCHORS, default=list(ANCHORS))
    parser.add_argument("--limit", type=float, default=LIMIT, help="the ratio that is allowed (%(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="los-against-") as place:
        before = take_out(arguments.commit, Path(place) / "before")
        now = Path(shutil.copytree(ROOT / "src", Path(place) / "now"))
        rows = compared(
            (before, now),
            Path(place) / "data",
            arguments.events,
            repeat=arguments.repeat,
            anchors=arguments.anchors,
        )
    print(render(arguments.commit, arguments.events, rows))
    broken = [row for row in rows if row.ratio > arguments.limit]
    for row in broken:
        say(f"{row.anchors}: {row.ratio:.2f} times as long, and {arguments.limit:g} is allowed")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
