"""`make mutants`: changes the code that estimates in a sample of places, and tells which changes no test notices."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import say
from benchmarks.mutants.changes import Mutant, mutants
from benchmarks.mutants.suite import PACKAGE, WORK, Copies, noticed, reach

COUNT = 100
SEED = 1
NEEDED = 0.95
"""Share of the mutants that the tests have to notice."""

ROOMS = ("stats", "model", "aggregation", "analyses")
_SHOWN = (
    "section",
    "tables",
    "analysis",
    "command",
    "explain",
    "quadrants",
    "registry",
    "base",
    "rows",
)
"""Endings of the names of modules that join or show what was estimated."""
_TOLD = ("overview", "findings", "case")
"""Folders of the same kind."""
_SHOWING = ("altair", "lineofsight.report", "lineofsight.words")
"""What modules of the same kind import."""

_EQUIVALENT = Path(__file__).with_name("equivalent.toml")


class Equivalent(NamedTuple):
    """A change that cannot change a result, listed by hand."""

    module: str
    function: str
    before: str
    after: str


def modules() -> list[str]:
    """The modules that estimate, from the package's folder on."""
    files = sorted(file for room in ROOMS for file in (PACKAGE / room).rglob("*.py"))
    return [
        str(file.relative_to(PACKAGE))
        for file in files
        if not file.stem.endswith(_SHOWN)
        and not set(file.parent.parts) & set(_TOLD)
        and not any(each in file.read_text(encoding="utf-8") for each in _SHOWING)
    ]


def equivalents() -> set[Equivalent]:
    """The changes that cannot change a result."""
    listed = tomllib.loads(_EQUIVALENT.read_text(encoding="utf-8"))["mutant"]
    return {Equivalent(each["module"], each["function"], each["before"], each["after"]) for each in listed}


def every(only: Sequence[str] = ()) -> Iterator[Mutant]:
    """The mutants of all modules that estimate, or of those that begin so, or of a line: 'stats/wald.py:20'."""
    for module in modules():
        if only and not any(module.startswith(each.partition(":")[0]) for each in only):
            continue
        lines = {
            int(line) for name, _, line in (each.partition(":") for each in only) if name == module and line
        }
        for mutant in mutants(module, (PACKAGE / module).read_text(encoding="utf-8")):
            if not lines or mutant.line in lines:
                yield mutant


def _key(mutant: Mutant) -> Equivalent:
    return Equivalent(mutant.module, mutant.function, mutant.before, mutant.after)


def sample(found: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """As many as wanted: lines by chance, and of each a change by chance; a second of each where lines are few.

    Those of a smaller sample are the first of a larger one, and a line that is written anew changes no other's place.
    """

    def chance(mutant: Mutant) -> str:
        return hashlib.sha256(repr((seed, *_key(mutant))).encode()).hexdigest()

    by_line: dict[tuple[str, int], list[Mutant]] = defaultdict(list)
    for mutant in found:
        by_line[mutant.module, mutant.line].append(mutant)
    lines = sorted(by_line.values(), key=lambda line: chance(line[0]))
    turns = zip_longest(*(sorted(line, key=chance) for line in lines))
    return [mutant for turn in turns for mutant in turn if mutant is not None][:count]


def main() -> int:
    """Prints the survivors and the share killed; 1 where these are too few."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="how many (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="which (%(default)s)")
    parser.add_argument(
        "--only", action="append", default=[], help="a folder, module or line, as stats/wald.py:20"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="at once (%(default)s)")
    parser.add_argument("--keep", action="store_true", help="write the result into the docs")
    arguments = parser.parse_args()
    start = time.perf_counter()
    found = list(every([each.removeprefix("src/lineofsight/") for each in arguments.only]))
    known = equivalents()
    if not arguments.only and (stale := known - {_key(mutant) for mutant in found}):
        sys.exit("\n".join(["No such mutant any more:", *map(str, sorted(stale))]))
    chosen = sample([each for each in found if _key(each) not in known], arguments.count, arguments.seed)
    WORK.mkdir(exist_ok=True)
    copies = Copies(arguments.processes)
    reached = reach(copies, say)
    say(f"{len(chosen)} of {len(found):,} mutants")
    survivors = []
    results = copies.map(lambda folder, mutant: noticed(folder, mutant, reached), chosen)
    for number, (mutant, was_noticed) in enumerate(zip(chosen, results, strict=True), 1):
        say(f"{number}  {'killed' if was_noticed else 'SURVIVES'}  {mutant}")
        if not was_noticed:
            survivors.append(mutant)
    killed = 1 - len(survivors) / len(chosen)
    print("\n".join(f"src/lineofsight/{mutant}" for mutant in survivors))
    minutes = (time.perf_counter() - start) / 60
    text = (
        f"Seed {arguments.seed}: {len(chosen) - len(survivors)} of {len(chosen)} mutants are killed"
        f" ({killed * 100:.0f} %), in {minutes:.0f} minutes."
    )
    print(text)
    return 0 if killed >= NEEDED else 1


if __name__ == "__main__":
    sys.exit(main())
