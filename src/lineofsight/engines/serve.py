"""A process that works on parts of stored episodes for another one, which talks to it over standard input and output.

It holds nothing: it ends as soon as nobody is there any more to ask it, whatever became of them.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
from typing import Any

import pyarrow as pa

from lineofsight.engines.ahead import in_turn
from lineofsight.engines.memory import from_the_system
from lineofsight.engines.parts import do_part
from lineofsight.error_codes import EngineCode
from lineofsight.errors import EngineError

READY = "ready"


def serve() -> None:
    """Answers requests, a pickled path, work and part each, with whether it could be done and what came of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    pa.set_cpu_count(1)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed is no answer
    with contextlib.suppress(EOFError, BrokenPipeError), in_turn(), from_the_system():
        _send(answers, READY)
        while True:
            path, work, part = pickle.load(sys.stdin.buffer)
            try:
                answer = True, do_part(path, work, part)
            except MemoryError:
                answer = False, out_of_memory("it got no more")
            except Exception as error:  # noqa: BLE001 - whoever asked raises it
                answer = False, sendable(error)
            _send(answers, answer)
            del answer, work
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
