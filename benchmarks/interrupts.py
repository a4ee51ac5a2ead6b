"""`python -m benchmarks.interrupts`: how long an interrupt (Ctrl-C, SIGINT) takes to end a command, in each of its stages.

The log tells when a stage has ended, so that the next has begun. Some time into that the signal is sent, and the seconds are
counted until the process is gone. What was measured stands in docs/how-to/production.md.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.generate import generate, write_project
from benchmarks.measure import forget, machine, say

EVENTS = 10_000_000
_STOPPED = (130, -signal.SIGINT)
"""Both are 130 to a shell: Python ends itself by the signal where it met code that was made from a text."""


class Stage(NamedTuple):
    """What is interrupted.

    Attributes:
        name: What it is called in the table.
        command: The command of `los`.
        after: The stage of the log after which it begins; None for the start of the process.
        delays: Seconds from then to the signal.
    """

    name: str
    command: str
    after: str | None
    delays: tuple[float, ...]


STAGES = (
    Stage("imports and aligning", "run", None, (0.5, 1.5, 2.5, 3.5)),
    Stage("queries of the profile", "run", "align", (0.2, 0.7, 1.5, 2.5)),
    Stage("aggregation into moments", "run", "profile", (0.2, 0.7, 1.5, 2.5)),
    Stage("estimates and resamples", "run", "fold", (0.5, 2.0, 4.0, 8.0)),
    Stage("writing the run", "run", "estimate", (0.1, 0.5, 1.0)),
    Stage("report", "report", None, (1.0, 2.0, 3.0, 4.0)),
)


def seconds_to_end(command: Sequence[str], after: str | None, delay: float) -> float | None:
    """Seconds from the signal to the end of the process; None where it had ended before.

    Args:
        command: What is started; its log is JSON on standard error.
        after: The stage after whose end the time begins; None for the start of the process.
        delay: Seconds from then to the signal.

    Raises:
        RuntimeError: It ended in another way than stopped.
    """
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    begun = threading.Event()

    def listen() -> None:
        for line in process.stderr or ():
            if line.startswith("{") and json.loads(line).get("stage") == after:
                begun.set()
        begun.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    if after is not None:
        begun.wait()
    time.sleep(delay)
    over = process.poll() is not None
    start = time.perf_counter()
    process.send_signal(signal.SIGINT)
    status = process.wait()
    taken = time.perf_counter() - start
    listener.join()
    if over or status == 0:
        return None
    if status not in _STOPPED:
        raise RuntimeError(f"{' '.join(command)} ended with {status}")
    return taken


def measured(folder: Path, stages: Sequence[Stage] = STAGES) -> dict[str, list[float]]:
    """Per stage the seconds of each interrupt that met the command at work."""
    los = [sys.executable, "-m", "lineofsight", "-v", "--log-format", "json"]
    found: dict[str, list[float]] = {}
    for stage in stages:
        if stage.command == "report":  # of a run that was made in peace
            subprocess.run([*los, "run", str(folder)], check=True, capture_output=True)
        for delay in stage.delays:
            if stage.command == "run":
                forget(folder)
            taken = seconds_to_end([*los, stage.command, str(folder)], stage.after, delay)
            if taken is not None:
                found.setdefault(stage.name, []).append(taken)
                say(f"{stage.name}, after {delay} s: {taken:.2f} s")
    return found


def render(events: int, found: dict[str, list[float]]) -> str:
    """The table as Markdown."""
    lines = [
        f"{machine()} {events:,} events.",
        "",
        "| Interrupted in | Times | Longest until it ended |",
        "| --- | ---: | ---: |",
    ]
    lines += [f"| {name} | {len(taken)} | {max(taken):.2f} s |" for name, taken in found.items()]
    return "\n".join(lines)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.interrupts", description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS, help="touchpoint events (%(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="los-interrupts-") as place:
        folder = Path(place)
        say(f"generating {arguments.events:,} events")
        generate(folder, arguments.events)
        write_project(folder, "surveys")
        print(render(arguments.events, measured(folder)))


if __name__ == "__main__":
    main()
