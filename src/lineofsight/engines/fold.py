"""Arrow batches of stored episodes, folded by the kernel: the same code on every engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lineofsight.core.bands import BandFold
from lineofsight.core.basis import Basis, Block, Codes
from lineofsight.core.cells import CellFold, Cells
from lineofsight.core.results import Array
from lineofsight.engines.ahead import ahead

Levels = Mapping[str, Sequence[str]]
Number = TypeVar("Number", np.float64, np.int32)

_CHUNK = 1 << 15  # rows worked on at a time: their columns stay in the processor's cache


def fold_batches(
    batches: Iterable[pa.RecordBatch],
    basis: Basis,
    categories: Mapping[str, str],
    segments: Levels,
    bucket: tuple[str, int],
    bands: BandFold | None = None,
) -> dict[str | None, Cells]:
    """Folds stored episodes into cells, once per segment attribute; the key None is all of them together.

    Args:
        batches: Stored episodes in their order.
        basis: What models are linear in.
        categories: Column of the episodes of each category of the basis.
        segments: Column of each segment attribute with the levels that are kept apart.
        bucket: The column that holds each episode's bucket, and the number of buckets.
        bands: Adds up outcomes by band of each driver in the same pass.
    """
    bucket_column, buckets = bucket
    names: list[str | None] = [*segments] or [None]
    folds = {name: CellFold(basis, buckets) for name in names}
    levels = {category.name: category.levels for category in basis.categories}
    needed = [categories[category.name] for category in basis.categories if not category.absent]

    def evaluated(batch: pa.RecordBatch) -> tuple[Block, Codes, dict[str | None, Codes]]:
        batch = _with_levels(batch, needed)
        values = {name: doubles(batch.column(name)) for name in basis.sources}
        codes = {name: level_codes(batch.column(categories[name]), found) for name, found in levels.items()}
        block = basis.evaluate(values, codes)
        if bands is not None:
            _add_bands(bands, basis, block, values)
        place = _buffer(batch.column(bucket_column).cast(pa.int32()), np.int32)[block.rows]
        return block, place, {name: _level(batch, name, segments)[block.rows] for name in names}

    for block, place, level in ahead(map(evaluated, _chunks(batches))):
        for name, fold in folds.items():
            fold.add(block, place, level[name])
    cells = {name: fold.result() for name, fold in folds.items()}
    cells.setdefault(None, next(iter(cells.values())))
    return cells


def _chunks(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, batch.num_rows, _CHUNK):
            yield batch.slice(start, _CHUNK)


def _level(batch: pa.RecordBatch, name: str | None, segments: Levels) -> Codes:
    """Level codes of a segment attribute; all 0 where there is none."""
    if name is None:
        return np.zeros(batch.num_rows, dtype=np.int32)
    return level_codes(batch.column(name), segments[name])


def _with_levels(batch: pa.RecordBatch, columns: Sequence[str]) -> pa.RecordBatch:
    """The rows that have a level in every one of the columns: without it an episode is not complete."""
    for name in columns:
        if batch.column(name).null_count:
            batch = batch.filter(pc.is_valid(batch.column(name)))
    return batch


def _add_bands(bands: BandFold, basis: Basis, block: Block, values: Mapping[str, Array]) -> None:
    first = len(basis.columns) - len(basis.outcomes)
    outcomes = {outcome.name: block.matrix[:, first + at] for at, outcome in enumerate(basis.outcomes)}
    bands.add({driver.name: values[driver.name][block.rows] for driver in basis.drivers}, outcomes)


def doubles(column: pa.Array) -> Array:
    """A column as doubles, NaN where it is missing."""
    column = column.cast(pa.float64())
    known, values = _known(column), _buffer(column, np.float64)
    return values if known is None else np.where(known, values, np.nan)


def level_codes(column: pa.Array, levels: Sequence[str]) -> Codes:
    """Places of values in `levels`; `len(levels)` for any other value, -1 for none."""
    encoded = column.cast(pa.string()).dictionary_encode()
    place = {level: at for at, level in enumerate(levels)}
    codes = [place.get(value, len(levels)) for value in encoded.dictionary.to_pylist()]
    known, index = _known(encoded.indices), _buffer(encoded.indices, np.int32)
    found: Codes = np.array([*codes, -1], dtype=np.int32)[
        index if known is None else np.where(known, index, len(codes))
    ]
    return found


# Arrow's own conversions go value by value where some are missing, and import pandas where that is installed.


def _buffer(column: pa.Array, dtype: type[Number]) -> NDArray[Number]:
    """The values of a column as they lie in memory; anything where one is missing."""
    data = column.buffers()[1]
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
