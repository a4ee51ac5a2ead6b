"""Many companies of every scenario, on all cores."""

from __future__ import annotations

import multiprocessing
import os
import sys
import zlib
from collections.abc import Sequence
from functools import cache

from benchmarks.proof.claims import Held, one_company
from benchmarks.proof.scenarios import SCENARIOS
from benchmarks.proof.truth import Truth, by_formula

REPLICATES = 1000
_AT_A_TIME = 10

Task = tuple[str, int, int, int]


def seed_of(name: str, seed: int) -> int:
    """A scenario's own seed, the same whichever scenarios are run beside it."""
    return seed + zlib.crc32(name.encode())


@cache
def _planted(name: str) -> Truth:
    return by_formula(_WORLDS[name])


_WORLDS = {scenario.name: scenario.world for scenario in SCENARIOS}


def some_companies(task: Task) -> list[Held]:
    """Every claim of a few companies of a scenario: its name, the first and last number, and the seed."""
    name, first, last, seed = task
    found: list[Held] = []
    for number in range(first, last):
        found += one_company(_WORLDS[name], _planted(name), number, seed_of(name, seed), REPLICATES)
    return found


def study(names: Sequence[str], companies: int, seed: int) -> dict[str, list[Held]]:
    """Every claim of every company, by scenario, in the order of the companies."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the processes already use every core
    tasks = [
        (name, first, min(first + _AT_A_TIME, companies), seed)
        for name in names
        for first in range(0, companies, _AT_A_TIME)
    ]
    found: dict[str, list[Held]] = {name: [] for name in names}
    with multiprocessing.get_context("spawn").Pool() as pool:
        for done, (task, held) in enumerate(
            zip(tasks, pool.imap(some_companies, tasks), strict=True), start=1
        ):
            found[task[0]] += held
            if sys.stderr.isatty():
                print(f"\r{done} of {len(tasks)}: {task[0]:20}", end="", file=sys.stderr, flush=True)
    return found
