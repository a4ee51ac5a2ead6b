"""Arrow batches of stored episodes, folded by the kernel: the same code on every engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lineofsight.core.bands import BandFold
from lineofsight.core.basis import Basis, Block, Codes
from lineofsight.core.cells import CellFold, Cells
from lineofsight.core.results import Array

Levels = Mapping[str, Sequence[str]]

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
    for batch in map(partial(_with_levels, columns=needed), _chunks(batches)):
        values = {name: doubles(batch.column(name)) for name in basis.sources}
        codes = {name: level_codes(batch.column(categories[name]), found) for name, found in levels.items()}
        block = basis.evaluate(values, codes)
        place = batch.column(bucket_column).to_numpy(zero_copy_only=False).astype(np.int32)[block.rows]
        if bands is not None:
            _add_bands(bands, basis, block, values)
        for name, fold in folds.items():
            level = (
                np.zeros(len(place), dtype=np.int32)
                if name is None
                else level_codes(batch.column(name), segments[name])[block.rows]
            )
            fold.add(block, place, level)
    cells = {name: fold.result() for name, fold in folds.items()}
    cells.setdefault(None, next(iter(cells.values())))
    return cells


def _chunks(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, batch.num_rows, _CHUNK):
            yield batch.slice(start, _CHUNK)


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
    validity, data = column.buffers()
    here = slice(column.offset, column.offset + len(column))
    values: Array = (
        np.frombuffer(data, dtype=np.float64)[here] if data is not None else np.full(len(column), np.nan)
    )
    if not column.null_count or validity is None:
        return values
    # Arrow's own conversion goes value by value where some are missing; its bitmap is unpacked ten times as fast.
    bits = np.unpackbits(np.frombuffer(validity, dtype=np.uint8), bitorder="little")[here]
    return np.where(bits.view(np.bool_), values, np.nan)


def level_codes(column: pa.Array, levels: Sequence[str]) -> Codes:
    """Places of values in `levels`; `len(levels)` for any other value, -1 for none."""
    text = column.cast(pa.string())
    found = pc.index_in(text, value_set=pa.array(levels, pa.string()))
    codes: Codes = pc.fill_null(found, len(levels)).to_numpy(zero_copy_only=False).astype(np.int32)
    if text.null_count:
        codes[np.asarray(pc.is_null(text))] = -1
    return codes
