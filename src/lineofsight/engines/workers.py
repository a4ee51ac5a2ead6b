"""Other processes that work on parts of stored episodes beside this one.

Threads help less: the kernel is thousands of short calls, and Python lets one thread at a time begin one. The processes
are started anew, so that a user's script is not run again in them, and talk over pipes: when this process ends, in
whatever way, theirs end too.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from operator import itemgetter
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar, cast

from lineofsight.engines.ahead import in_turn
from lineofsight.engines.parts import Part, do_part
from lineofsight.engines.serve import READY, out_of_memory
from lineofsight.engines.work import Work

T = TypeVar("T")
_log = logging.getLogger(__name__)

_START = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from lineofsight.engines.serve import serve; serve()"
)
_NO_ANSWER = (EOFError, OSError, ValueError, pickle.UnpicklingError)
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_LARGE_PAGES = "glibc.malloc.hugetlb=1"  # memory that is soon written whole: a tenth less time


class Workers:
    """Some other processes; they are started when work for them is foreseen.

    Args:
        count: How many at most.
    """

    def __init__(self, count: int) -> None:
        self._count = count if _can_start() else 0
        self._started: list[_Worker] = []

    def prepare(self, parts: int) -> None:
        """Starts as many as so many parts will keep busy: they are ready by the time there is work."""
        self._start(min(self._count, parts - 1))

    def do(self, path: Path, work: Work[T], parts: Sequence[Part]) -> list[T]:
        """What the work makes of each part of a stored file, in their order; this process takes parts as well.

        Raises:
            EngineError: Another process was stopped, or could not answer.
            Exception: What the work raises; of several parts that of the first.
        """
        self.prepare(len(parts))
        if not self._started:
            return [do_part(path, work, part) for part in parts]
        waiting = deque(enumerate(parts))
        answers: SimpleQueue[tuple[int, T | None, Exception | None]] = SimpleQueue()
        failed = threading.Event()

        def take(do: Callable[[Path, Work[T], Part], T]) -> None:
            while waiting and not failed.is_set():
                with contextlib.suppress(IndexError):  # another has just taken the last
                    at, part = waiting.popleft()
                    try:
                        answers.put((at, do(path, work, part), None))
                    except Exception as error:  # noqa: BLE001 - raised below
                        failed.set()
                        answers.put((at, None, error))

        def beside(worker: _Worker) -> None:
            if worker.ready():
                take(worker.do)

        try:
            for each in self._started:
                threading.Thread(target=beside, args=(each,), daemon=True).start()
            with in_turn():
                take(do_part)
            # Parts are taken in their order, so all before one that fails are done or being done.
            taken = range(len(parts) - len(waiting))
            found = sorted((answers.get() for _ in taken), key=itemgetter(0))
            for _, _, error in found:
                if error is not None:
                    raise error
        except BaseException:
            self.close()
            raise
        return [cast(T, made) for _, made, _ in found]

    def close(self) -> None:
        """Ends the processes, also amid their work."""
        for worker in self._started:
            worker.close()
        self._started = []

    def _start(self, count: int) -> None:
        before = len(self._started)
        try:
            while len(self._started) < count:
                self._started.append(_Worker())
        except OSError as error:  # this one does all
            _log.warning("no further process can be started: %s", error.strerror)
        if new := len(self._started) - before:
            _log.debug("%d processes were started beside this one", new, extra={"processes": new})


class _Worker:
    """One other process."""

    def __init__(self) -> None:
        apart: dict[str, Any] = {"process_group": 0}  # Ctrl-C is for this process alone
        if os.name == "nt":
            apart = {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **dict.fromkeys(_ONE_THREAD, "1"), "GLIBC_TUNABLES": tunables()},
            **apart,
        )
        assert self._process.stdin is not None and self._process.stdout is not None  # pipes were asked for
        self._requests, self._answers = self._process.stdin, self._process.stdout
        self._starting = threading.Lock()
        self._is_ready: bool | None = None
        with contextlib.suppress(OSError):
            self._ask([str(Path(entry or ".").resolve()) for entry in sys.path])

    def ready(self) -> bool:
        """Waits until it can work; False where it cannot."""
        with self._starting:  # who asked before may still be waiting
            if self._is_ready is None:
                try:
                    self._is_ready = bool(pickle.load(self._answers) == READY)
                except _NO_ANSWER:
                    self._is_ready = False
            return self._is_ready

    def do(self, path: Path, work: Work[T], part: Part) -> T:
        """What the work makes of a part."""
        try:
            self._ask((path, work, part))
            done, answer = pickle.load(self._answers)
        except _NO_ANSWER as error:
            raise out_of_memory(_how(self._process.wait())) from error
        if not done:
            raise answer
        made: T = answer
        return made

    def close(self) -> None:
        """Ends it, also amid its work."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._requests, self._answers):
            with contextlib.suppress(OSError):  # what was not sent yet need not be
                pipe.close()

    def _ask(self, request: object) -> None:
        pickle.dump(request, self._requests, protocol=5)
        self._requests.flush()


def tunables() -> str:
    """The C library's settings: those there are, and large pages where nothing is said of them."""
    there = os.environ.get("GLIBC_TUNABLES", "")
    return there if "hugetlb" in there else ":".join(filter(None, (there, _LARGE_PAGES)))


def _how(code: int) -> str:
    return f"by signal {-code}" if code < 0 else f"code {code}"


def _can_start() -> bool:
    """Whether `sys.executable` is Python itself, and not a program that Python is packed into."""
    name = Path(sys.executable or "").stem.lower()
    return name.startswith(("python", "pypy")) and not getattr(sys, "frozen", False)
