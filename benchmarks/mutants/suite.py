"""The tests that could notice a change: those of the files that run its line, those nearest to it first."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from coverage import CoverageData

from benchmarks.mutants.changes import Mutant

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "lineofsight"
WORK = ROOT / ".mutants"
_APART = {
    "bench",
    "cli",
    "docs",
    "engines",
    "episodes",
    "project",
    "report",
    "root",
    "runs",
    "simulate",
    "sizing",
    "sources",
}
"""Folders of tests whose subject is not what is estimated."""
_LONGEST = 300.0
"""Seconds after which the tests of a file are given up."""
_ENOUGH = 150.0
"""Seconds of tests that one mutant may take: what no near test notices by then has survived."""
_PYTEST = (
    *(
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "not spark and not engine",
        "-m",
        "not browser",
    ),
    *("--hypothesis-seed=0", "--tb=line"),
)
_NOTICED = {1, 2}
"""What pytest ends with where a test failed, and where one could not be imported."""
_NONE_LEFT = 5

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Reached:
    """What the tests of a file run.

    Attributes:
        seconds: How long they take.
        lines: By module, the lines that run.
    """

    seconds: float
    lines: Mapping[str, frozenset[int]]


class Copies:
    """Copies of the package, in each of which one thing is tested at a time."""

    def __init__(self, count: int) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        for number in range(count):
            folder = WORK / str(number)
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(PACKAGE, folder / "src" / PACKAGE.name)
            self._free.put(folder)
        self._threads = ThreadPoolExecutor(count)

    def map(self, work: Callable[[Path, T], R], items: Sequence[T]) -> Iterator[R]:
        """What comes of each item, as many at once as there are copies."""

        def with_copy(item: T) -> R:
            folder = self._free.get()
            try:
                return work(folder, item)
            finally:
                self._free.put(folder)

        return self._threads.map(with_copy, items)


def noticed(folder: Path, mutant: Mutant, reached: Mapping[str, Reached]) -> bool:
    """Whether a test fails, or takes far longer, in a copy of the package with this change."""
    tests = _tests(mutant, reached)
    if not tests:
        return False
    copy, original = folder / "src" / PACKAGE.name / mutant.module, PACKAGE / mutant.module
    copy.write_text(mutant.source, encoding="utf-8")
    try:
        status = _run(folder, [*_PYTEST, *tests], 60 + 4 * sum(reached[test].seconds for test in tests))
    finally:
        shutil.copy2(original, copy)
    if status not in {0, None, *_NOTICED}:
        raise RuntimeError(f"pytest ended with {status} for {mutant}")
    return status != 0


def _tests(mutant: Mutant, reached: Mapping[str, Reached]) -> list[str]:
    """The files whose tests run the changed line, as many as fit: first those that run the fewest modules beside."""
    first, last = mutant.reach
    running = [
        test
        for test, its in reached.items()
        if any(first <= line <= last for line in its.lines.get(mutant.module, ()))
    ]
    nearest = sorted(running, key=lambda test: (len(reached[test].lines), reached[test].seconds))
    chosen: list[str] = []
    left = _ENOUGH
    for test in nearest:
        if not chosen or reached[test].seconds <= left:
            chosen.append(test)
            left -= reached[test].seconds
    return chosen


def reach(copies: Copies, say: Callable[[str], None]) -> dict[str, Reached]:
    """What the tests of each file run, by file; kept until the package, a helper of the tests or the file changes.

    Raises:
        RuntimeError: If tests fail without a change.
    """
    kept_in = WORK / "reached.json"
    kept = json.loads(kept_in.read_text(encoding="utf-8")) if kept_in.exists() else {}
    tests = [
        file
        for file in sorted((ROOT / "tests").rglob("test_*.py"))
        if file.relative_to(ROOT / "tests").parts[0] not in _APART
    ]
    helpers = [file for file in (ROOT / "tests").rglob("*.py") if not file.name.startswith("test_")]
    shared = _digest([*PACKAGE.rglob("*.py"), *helpers])
    names = {str(file.relative_to(ROOT)): shared + _digest([file]) for file in tests}
    fresh = {name: kept[name] for name, key in names.items() if kept.get(name, {}).get("key") == key}
    missing = [name for name in names if name not in fresh]
    if missing:
        say(f"finding out what the tests of {len(missing)} files run")
    for name, found in zip(missing, copies.map(reached_by, missing), strict=True):
        lines = {module: sorted(each) for module, each in found.lines.items()}
        fresh[name] = {"key": names[name], "seconds": found.seconds, "lines": lines}
        kept_in.write_text(json.dumps(fresh), encoding="utf-8")
    return {
        name: Reached(each["seconds"], {module: frozenset(lines) for module, lines in each["lines"].items()})
        for name, each in fresh.items()
    }


def _digest(files: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()


def reached_by(folder: Path, test: str) -> Reached:
    """What the tests of one file run, with the folder's copy of the package.

    Raises:
        RuntimeError: If one of them fails, or they take too long.
    """
    data = folder / "coverage"
    data.unlink(missing_ok=True)
    start = time.perf_counter()
    run = (
        "-m",
        "coverage",
        "run",
        f"--rcfile={os.devnull}",
        f"--data-file={data}",
        f"--include={folder}/src/*",
    )
    status = _run(folder, [*run, *_PYTEST, test], _LONGEST)
    if status not in {0, _NONE_LEFT}:
        raise RuntimeError(f"{test} fails without any change")
    found = CoverageData(str(data))
    found.read()
    package = folder / "src" / PACKAGE.name
    lines = {
        str(Path(file).relative_to(package)): _in_functions(Path(file), found.lines(file) or ())
        for file in found.measured_files()
        if file.endswith(".py")
    }
    return Reached(time.perf_counter() - start, {module: each for module, each in lines.items() if each})


def _in_functions(file: Path, lines: Sequence[int]) -> frozenset[int]:
    """Those of the lines that are run by calls, not by the import alone."""
    functions = [
        node
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    called = {line for each in functions for line in range(each.body[0].lineno, (each.end_lineno or 0) + 1)}
    return frozenset(called.intersection(lines))


def _run(folder: Path, arguments: Sequence[str], seconds: float) -> int | None:
    """The exit status of Python with these arguments and the folder's copy of the package; None where it took too long."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{ROOT}",
        "PYTHONDONTWRITEBYTECODE": "1",  # two mutants of one second would be taken for each other
        "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis"),
        "OPENBLAS_NUM_THREADS": "1",
    }
    process = subprocess.Popen(
        [sys.executable, *arguments, *([f"--basetemp={folder / 'tmp'}"] if "pytest" in arguments else [])],
        cwd=ROOT,
        env=environment,
        stdout=(folder / "said.txt").open("w"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
