"""The cache of answers: what stored episodes were asked lies beside them, a file for each question, whole or not there.

Counts, quantiles and moments are so made once; an engine is opened only for a new question.
"""

from __future__ import annotations

import contextlib
import io
import json
import mmap
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from lineofsight.engines.aggregate import Aggregates, AggregationPlan
from lineofsight.engines.base import Reader
from lineofsight.engines.codec import decode, digest, encode
from lineofsight.engines.jobs import MapReduce
from lineofsight.error_codes import EngineCode
from lineofsight.errors import EngineError, disk_is_full
from lineofsight.ownership import claimed, remove

MOST_BYTES = 1 << 29
"""Answers of other settings that are kept: half a gigabyte for each table of stored episodes."""

_BROKEN = (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, zipfile.BadZipFile)
_SIZES_IN_HEADER = (
    26  # where a member's header in a zip archive has the lengths of its name and of what follows that
)
_LONGEST_HEAD = 1 << 16
T = TypeVar("T")
_NAME = "stored_episodes"


class AnswerCache:
    """Answers to questions about one table of stored episodes.

    Args:
        folder: Where they lie; it may be missing.
        made_by: The code and the libraries that answer, as `provenance` has it.

    Attributes:
        hits, misses: How often there was an answer, and how often not.
    """

    def __init__(self, folder: Path, made_by: str) -> None:
        self._folder, self._made_by = folder, made_by
        self._used: set[str] = set()
        self.hits = self.misses = 0

    def get(self, *question: object) -> tuple[bool, Any]:
        """Whether there is a whole answer, and the answer."""
        path = self._path(question)
        try:
            text, *arrays = _arrays_of(path)
            answer = decode(json.loads(text.tobytes()), arrays)
        except _BROKEN:
            self.misses += 1
            return False, None
        self.hits += 1
        with contextlib.suppress(OSError):
            os.utime(path)
        self._used.add(path.name)
        return True, answer

    def put(self, answer: object, *question: object) -> None:
        """Writes an answer down.

        Raises:
            EngineError: The disk refuses.
        """
        path = self._path(question)
        tree, arrays = encode(answer)
        text = np.frombuffer(json.dumps(tree).encode(), dtype=np.uint8)
        try:
            with claimed(self._folder.parent) as token:
                partial = path.with_suffix(f".partial-{token}")
                try:
                    self._folder.mkdir(exist_ok=True)
                    with partial.open("wb") as out:
                        np.savez(out, text, *arrays, allow_pickle=False)
                    partial.replace(path)
                finally:
                    remove(partial)
        except OSError as error:
            code = EngineCode.DISK_FULL if disk_is_full(error) else EngineCode.FOLDER_UNWRITABLE
            raise EngineError(
                code, f"cannot write to '{self._folder}': {error.strerror or error}", hint="free some space"
            ) from error
        self._used.add(path.name)

    def clear(self) -> None:
        """Removes all answers: those of other episodes of the same name."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def evict(self, most_bytes: int = MOST_BYTES) -> None:
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


def _arrays_of(path: Path) -> Iterator[NDArray[Any]]:
    """The arrays that `numpy.savez` wrote, in their order: what `numpy.load` gives, without its many small copies.

    Raises:
        ValueError, OSError, zipfile.BadZipFile: The file is not whole, or no such file.
    """
    with contextlib.ExitStack() as opened:
        archive = opened.enter_context(zipfile.ZipFile(path))
        file = opened.enter_context(path.open("rb"))
        mapped = opened.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        with memoryview(mapped) as whole:
            for member in archive.infolist():
                named = member.header_offset + _SIZES_IN_HEADER
                lengths = (int.from_bytes(whole[at : at + 2], "little") for at in (named, named + 2))
                start = named + 4 + sum(lengths)
                with whole[start : start + member.file_size] as content:
                    if member.compress_type != zipfile.ZIP_STORED or zlib.crc32(content) != member.CRC:
                        raise zipfile.BadZipFile(f"'{member.filename}' is not what was written")
                    yield _array_of(content)


def _array_of(content: memoryview) -> NDArray[Any]:
    """A copy of the array in the content of a `.npy` file."""
    head = io.BytesIO(content[:_LONGEST_HEAD])
    read = {1: np.lib.format.read_array_header_1_0, 2: np.lib.format.read_array_header_2_0}
    shape, fortran, dtype = read[np.lib.format.read_magic(head)[0]](head)
    if dtype.hasobject:
        raise ValueError("an array of objects")
    array = np.empty(shape, dtype, order="F" if fortran else "C")
    with content[head.tell() :] as values:
        array.reshape(-1, order="A").view(np.uint8)[:] = np.frombuffer(values, np.uint8)
    return array


def _used_ns(path: Path) -> int:
    """When an answer was last asked for; 0 when another run has just removed it."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


class CachedReader:
    """Answers from the cache what was asked of the same episodes before, and asks an engine the rest.

    Args:
        opened: Gives the engine. It is called when there is something to ask.
        path: The stored episodes.
        cache: Answers about them.
    """

    def __init__(self, opened: Callable[[], Reader], path: Path, cache: AnswerCache) -> None:
        self._opened, self._path, self._cache = opened, path, cache

    def stored(self, path: Path) -> ir.Table:
        """The stored episodes as a table, of which `fetch` can be asked."""
        return self._table

    def fetch(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of a small result."""
        return self._answer(lambda: self._engine.fetch(self._bound(expression)), "fetch", expression.op())

    def aggregate(self, path: Path, plan: AggregationPlan) -> Aggregates:
        """Aggregates the stored episodes."""
        return self._answer(lambda: self._engine.aggregate(path, plan), "aggregate", plan)

    def map_reduce(self, path: Path, job: MapReduce[T]) -> T:
        """Maps a job over the rows of the stored episodes."""
        return self._answer(lambda: self._engine.map_reduce(path, job), "map_reduce", job)

    @cached_property
    def _engine(self) -> Reader:
        return self._opened()

    @cached_property
    def _table(self) -> ir.Table:
        """A table of the same columns, the same in every run: queries of it can be told apart."""
        types = self._answer(
            lambda: {name: str(kind) for name, kind in self._there.schema().items()}, "columns"
        )
        return ibis.table(types, name=_NAME)

    @cached_property
    def _there(self) -> ir.Table:
        return self._engine.stored(self._path)

    def _bound(self, expression: ir.Table) -> ir.Table:
        """The same question of the table as the engine knows it."""
        found: ir.Table = expression.op().replace({self._table.op(): self._there.op()}).to_expr()
        return found

    def _answer(self, asked: Callable[[], T], *question: object) -> T:
        known, answer = self._cache.get(*question)
        if not known:
            answer = asked()
            self._cache.put(answer, *question)
        found: T = answer
        return found
