"""Other processes that map jobs over parts of stored episodes beside this one, from both ends.

Threads help less: the kernel is thousands of short calls, and Python lets one thread at a time begin one. The processes
are started anew, so that a user's script is not run again in them, and talk over pipes: when this process ends, in
whatever way, theirs end too, as they hold nothing and have nobody left to ask them.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar, cast

import pyarrow as pa
from threadpoolctl import threadpool_limits

from lineofsight.engines.batches import without_prefetch
from lineofsight.engines.jobs import MapReduce, Part, map_part
from lineofsight.error_codes import EngineCode
from lineofsight.errors import EngineError

T = TypeVar("T")
_log = logging.getLogger(__name__)

_START = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from lineofsight.engines.workers import serve; serve()"
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

    def map(self, path: Path, job: MapReduce[T], parts: Sequence[Part]) -> list[T]:
        """What the job makes of each part of a stored file, in their order; this process takes parts as well.

        Raises:
            EngineError: Another process was stopped, or could not answer.
            Exception: What the job raises; of several parts that of the first.
        """
        self.prepare(len(parts))
        if not self._started:
            return [map_part(path, job, part) for part in parts]
        waiting = deque(enumerate(parts))
        answers: SimpleQueue[tuple[int, T | None, Exception | None]] = SimpleQueue()
        failed = threading.Event()

        def take(run: Callable[[Path, MapReduce[T], Part], T]) -> None:
            while waiting and not failed.is_set():
                with contextlib.suppress(IndexError):  # another has just taken the last
                    at, part = waiting.popleft()
                    try:
                        answers.put((at, run(path, job, part), None))
                    except Exception as error:  # noqa: BLE001 - raised below
                        failed.set()
                        answers.put((at, None, error))

        def beside(worker: _Worker) -> None:
            if worker.ready():
                take(worker.map)

        try:
            for each in self._started:
                threading.Thread(target=beside, args=(each,), daemon=True).start()
            with without_prefetch():
                take(map_part)
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

    def map(self, path: Path, job: MapReduce[T], part: Part) -> T:
        """What the job makes of a part."""
        try:
            self._ask((path, job, part))
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


READY = "ready"


def serve() -> None:
    """Answers requests, a pickled path, work and part each, with whether it could be done and what came of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    pa.set_cpu_count(1)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed is no answer
    with contextlib.suppress(EOFError, BrokenPipeError), without_prefetch(), system_allocator():
        _send(answers, READY)
        while True:
            path, job, part = pickle.load(sys.stdin.buffer)
            try:
                answer = True, map_part(path, job, part)
            except MemoryError:
                answer = False, out_of_memory("it got no more")
            except Exception as error:  # noqa: BLE001 - whoever asked raises it
                answer = False, sendable(error)
            _send(answers, answer)
            del answer, job
    os._exit(0)  # what could not be sent any more is not tried again


def out_of_memory(how: str) -> EngineError:
    """The error for a process that could not do its part."""
    return EngineError(
        EngineCode.PROCESS_STOPPED,
        f"a process that counts was stopped ({how}), most likely for want of memory",
        hint="free some memory, or count in one process, which takes less: 'engine: {duckdb: {threads: 1}}'",
    )


def sendable(error: Exception) -> Exception:
    """The error, where it comes out of a pickle as it went in."""
    try:
        same = str(pickle.loads(pickle.dumps(error))) == str(error)
        return error if same else EngineError(EngineCode.ENGINE_FAILED, str(error))
    except Exception:  # noqa: BLE001 - any error of anybody's
        return EngineError(EngineCode.ENGINE_FAILED, f"{type(error).__name__}: {error}")


def _send(answers: Any, answer: Any) -> None:
    pickle.dump(answer, answers, protocol=5)
    answers.flush()


def one_blas_thread() -> threadpool_limits:
    """Keeps matrix products to one thread while it is entered.

    The kernel makes thousands of products of small matrices: for these, handing parts to another thread costs more than
    it saves, and takes the processor from what reads and prepares the next rows meanwhile. Sums also come out the same
    whatever the number of processors.
    """
    return threadpool_limits(limits=1, user_api="blas")


@contextlib.contextmanager
def system_allocator() -> Iterator[None]:
    """Takes Arrow's buffers from the C library while it is entered.

    With Arrow's own allocator a process that reads a few parts spends much of its time on memory that it touches for the
    first time; aggregating a million episodes takes a seventh to a third less with the C library's. What others read meanwhile is
    not disturbed: a buffer goes back to where it came from.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)
