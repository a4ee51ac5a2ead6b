"""Arrow batches of stored episodes: prefetched, cut into chunks, and their columns as arrays of numpy."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lineofsight.aggregation.basis import Codes
from lineofsight.stats.results import Array

T = TypeVar("T")
Entry = TypeVar("Entry", bound=np.generic)
_CHUNK = 1 << 13  # rows worked on at a time: their columns stay in the processor's cache

_off = ContextVar("without_prefetch", default=False)


def prefetch(items: Iterable[T]) -> Iterator[T]:
    """The same items in the same order, each made in another thread while the one before is worked on."""
    coming = iter(items)
    if _off.get():
        yield from coming
        return
    with ThreadPoolExecutor(max_workers=1) as maker:
        try:
            following = maker.submit(next, coming, None)
            while (item := following.result()) is not None:
                following = maker.submit(next, coming, None)
                yield item
        finally:
            maker.shutdown(cancel_futures=True)


@contextlib.contextmanager
def without_prefetch() -> Iterator[None]:
    """Inside nothing is made ahead, where other processes have work for all processors."""
    token = _off.set(True)
    try:
        yield
    finally:
        _off.reset(token)


def chunks(batches: Iterable[pa.RecordBatch], size: int = _CHUNK) -> Iterator[pa.RecordBatch]:
    """The same rows, a few at a time: the same few, however they come in batches."""
    held: list[pa.RecordBatch] = []
    missing = size
    for batch in batches:
        start = 0
        while batch.num_rows - start >= missing:
            yield joined([*held, batch.slice(start, missing)])
            start, missing, held = start + missing, size, []
        if start < batch.num_rows:
            held.append(batch.slice(start))
            missing -= batch.num_rows - start
    if held:
        yield joined(held)


def joined(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """The rows of all of them, one after the other."""
    if len(batches) == 1:
        return batches[0]
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def where(mask: NDArray[np.bool_], part: NDArray[Entry]) -> NDArray[Entry]:
    """These rows; the same array where that is all."""
    return part if mask.all() else part[mask]


def doubles(column: pa.Array) -> Array:
    """A column as doubles, NaN where it is missing."""
    if not (pa.types.is_float64(column.type) or pa.types.is_integer(column.type)):
        column = column.cast(pa.float64())
    known, values = _known(column), _buffer(column).astype(np.float64, copy=False)
    return values if known is None else np.where(known, values, np.nan)


def whole_numbers(column: pa.Array) -> Codes:
    """A column of whole numbers, none of which is missing."""
    if not pa.types.is_integer(column.type):
        column = column.cast(pa.int32())
    return _buffer(column).astype(np.int32, copy=False)


def level_codes(column: pa.Array, levels: Sequence[str]) -> Codes:
    """Places of values in `levels`; `len(levels)` for any other value, -1 for none."""
    encoded = column
    if not pa.types.is_dictionary(column.type):
        encoded = column.cast(pa.string()).dictionary_encode()
    place = {level: at for at, level in enumerate(levels)}
    codes = [place.get(value, len(levels)) for value in encoded.dictionary.to_pylist()]
    known, index = _known(encoded.indices), _buffer(encoded.indices)
    found: Codes = np.array([*codes, -1], dtype=np.int32)[
        index if known is None else np.where(known, index, len(codes))
    ]
    return found


# Arrow's own conversions go value by value where some are missing, and import pandas where that is installed.


def _buffer(column: pa.Array) -> NDArray[Any]:
    """The numbers of a column as they lie in memory; anything where one is missing."""
    data, dtype = column.buffers()[1], np.dtype(column.type.to_pandas_dtype())
    if data is None:  # nothing there at all
        return np.zeros(len(column), dtype=dtype)
    return np.frombuffer(data, dtype=dtype)[column.offset : column.offset + len(column)]


def _known(column: pa.Array) -> NDArray[np.bool_] | None:
    """Which values are there; None where all are."""
    validity = column.buffers()[0]
    if not column.null_count or validity is None:
        return None
    bits = np.unpackbits(np.frombuffer(validity, dtype=np.uint8), bitorder="little")
    return bits[column.offset : column.offset + len(column)].view(np.bool_)
