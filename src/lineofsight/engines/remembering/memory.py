"""Answers beside stored episodes: a file for each question, whole or not there."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from lineofsight.engines.remembering.codec import decode, digest, encode
from lineofsight.errors import EngineError

MOST_BYTES = 1 << 29
"""Answers of other settings that are kept: half a gigabyte for each table of stored episodes."""

_BROKEN = (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, zipfile.BadZipFile)


class Memory:
    """Answers to questions about one table of stored episodes.

    Args:
        folder: Where they lie; it may be missing.
        made_by: The code and the libraries that answer, as `provenance` has it.
    """

    def __init__(self, folder: Path, made_by: str) -> None:
        self._folder, self._made_by = folder, made_by
        self._used: set[str] = set()

    def recall(self, *question: object) -> tuple[bool, Any]:
        """Whether there is a whole answer, and the answer."""
        path = self._path(question)
        try:
            with np.load(path, allow_pickle=False) as held:
                text, *arrays = (held[name] for name in held.files)
            answer = decode(json.loads(text.tobytes()), arrays)
        except _BROKEN:
            return False, None
        with contextlib.suppress(OSError):
            os.utime(path)
        self._used.add(path.name)
        return True, answer

    def keep(self, answer: object, *question: object) -> None:
        """Writes an answer down.

        Raises:
            EngineError: The disk refuses.
        """
        path = self._path(question)
        tree, arrays = encode(answer)
        text = np.frombuffer(json.dumps(tree).encode(), dtype=np.uint8)
        partial = path.with_suffix(f".partial-{os.getpid()}")
        try:
            self._folder.mkdir(exist_ok=True)
            with partial.open("wb") as out:
                np.savez(out, text, *arrays, allow_pickle=False)
            partial.replace(path)
        except OSError as error:
            raise EngineError(
                f"cannot write to '{self._folder}': {error.strerror or error}\n  → free some space"
            ) from error
        finally:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
        self._used.add(path.name)

    def forget(self) -> None:
        """Removes all answers: those of other episodes of the same name."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def forget_oldest(self, most_bytes: int = MOST_BYTES) -> None:
        """Removes answers that nobody asked for since this was opened, the oldest first, until few enough are left."""
        unused = [
            (_used_ns(path), path) for path in self._folder.glob("*.npz") if path.name not in self._used
        ]
        held = 0
        for _, path in sorted(unused, reverse=True):
            with contextlib.suppress(OSError):  # another run may have removed it
                held += path.stat().st_size
                if held > most_bytes:
                    path.unlink()

    def _path(self, question: object) -> Path:
        return self._folder / f"{digest(self._made_by, question)}.npz"


def _used_ns(path: Path) -> int:
    """When an answer was last asked for; 0 when another run has just removed it."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
