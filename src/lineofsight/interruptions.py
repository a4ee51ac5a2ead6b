"""Ctrl-C stops at once, also in the middle of a long query."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from lineofsight.engines.duckdb import interrupt_queries

_AGAIN = 0.1  # seconds


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Makes Ctrl-C raise `KeyboardInterrupt` from what is done inside, without waiting for the engine.

    Python hears of a signal only when its main thread comes back from the engine. So another thread is told by the
    operating system and stops the query; whatever error that gives becomes the interruption it is.
    """
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not ours or threading.current_thread() is not threading.main_thread():
        yield
        return
    stopped, answered = threading.Event(), threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.set()
        answered.set()
        raise KeyboardInterrupt

    read, write = os.pipe()
    os.set_blocking(write, False)
    watcher = threading.Thread(target=_watch, args=(read, answered), daemon=True)
    before = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, stop)
    watcher.start()
    try:
        yield
    except Exception:
        if stopped.is_set():
            raise KeyboardInterrupt from None
        raise
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.set_wakeup_fd(before)
        answered.set()
        os.close(write)
        watcher.join()
        os.close(read)


def _watch(read: int, answered: threading.Event) -> None:
    """Waits for signals until nobody can send one any more.

    An engine that is just beginning a query forgets an interruption, so it is told again until Python has heard.
    """
    while heard := os.read(read, 1):
        if heard[0] == signal.SIGINT:
            interrupt_queries()
            while not answered.wait(_AGAIN):
                interrupt_queries()
