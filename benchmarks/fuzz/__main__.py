"""`make fuzz`: spoils project files and data by chance, and tells of which a command ends otherwise than with a result or a sentence."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.measure import say

PROJECTS, DATA = 10_000, 1_000
SEED = 1
_LONGEST = 120
"""Seconds that one case may take."""
_AT_ONCE = 250


def main() -> None:
    """Exits with status 1 where one case did not end as it should."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--projects", type=int, default=PROJECTS)
    parser.add_argument("--data", type=int, default=DATA)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    faults = 0
    for kind, count in (("project", asked.projects), ("data", asked.data)):
        start = time.perf_counter()
        answers = tried(kind, asked.seed, count)
        wrong = [each for each in answers if each["came"] == "fault"]
        came = Counter(each["came"] for each in answers)
        say(f"{kind}: {len(answers):,} cases in {time.perf_counter() - start:.0f} s")
        say(
            f"  {came['valid']:,} valid, {len(answers) - came['valid'] - len(wrong):,} refused, {len(wrong)} faults"
        )
        say("  " + ", ".join(f"{code} {n}" for code, n in came.most_common() if code.startswith("LOS-")))
        for each in wrong:
            say(f"\n{kind} {each['number']} (seed {asked.seed}):\n{each['what']}")
        faults += len(wrong)
    sys.exit(1 if faults else 0)


def tried(kind: str, seed: int, count: int) -> list[dict[str, Any]]:
    """What came of each case; they are tried in processes of their own, as many as there are cores."""
    starts = range(0, count, _AT_ONCE)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = pool.map(lambda first: _part(kind, seed, first, min(first + _AT_ONCE, count)), starts)
        return [answer for part in parts for answer in part]


def _part(kind: str, seed: int, first: int, last: int) -> list[dict[str, Any]]:
    """Cases from the first to before the last; where a process dies of one, the next goes on behind it."""
    answers: list[dict[str, Any]] = []
    while first < last:
        command = [sys.executable, "-m", "benchmarks.fuzz.cases", kind, *map(str, (seed, first, last))]
        longest = _LONGEST + 2 * (last - first)
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=longest)
            out, end = done.stdout, f"ended with status {done.returncode}: {done.stderr[-2000:]}"
        except subprocess.TimeoutExpired as error:
            out, end = (error.stdout or b"").decode(), f"took longer than {longest} s"
        lines = [json.loads(line) for line in out.splitlines()]
        answers += [line for line in lines if "came" in line]
        begun = max((line["begun"] for line in lines if "begun" in line), default=first)
        if not lines or "came" not in lines[-1]:
            answers.append({"number": begun, "came": "fault", "what": f"the process {end}"})
        first = begun + 1
    return answers


if __name__ == "__main__":
    main()
