"""Arrow batches of stored episodes, folded by the kernel: the same code on every engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lineofsight.aggregation.bands import BandFold
from lineofsight.aggregation.basis import Basis, Block, Codes
from lineofsight.aggregation.cells import CellFold, Cells, centre
from lineofsight.aggregation.shape_basis import ShapeBasis
from lineofsight.engines.ahead import ahead
from lineofsight.stats.kernel import centred
from lineofsight.stats.results import Array

Levels = Mapping[str, Sequence[str]]
Entry = TypeVar("Entry", bound=np.generic)

FIRST_ROWS = 1 << 14  # rows, or a few times as many, whose means are the provisional centres
_CHUNK = 1 << 13  # rows worked on at a time: their columns stay in the processor's cache


@dataclass(frozen=True, slots=True)
class FoldPlan:
    """What stored episodes are folded into.

    Attributes:
        basis: What models are linear in.
        categories: Column of the episodes of each category of the basis.
        segments: Column of each segment attribute, and of the periods, with the levels that are kept apart.
        bucket: The column that holds each episode's bucket.
        buckets: Number of buckets.
        cuts: Per driver, where its bands begin and end.
        outcomes: The outcomes that are added up by band.
        shape: What shapes of drivers are told from, of everyone; None where that is not asked.
    """

    basis: Basis
    categories: Mapping[str, str]
    segments: Levels
    bucket: str
    buckets: int
    cuts: Mapping[str, Sequence[float]]
    outcomes: Sequence[str]
    shape: ShapeBasis | None = None

    @property
    def attributes(self) -> list[str | None]:
        """What cells are kept apart by: each segment attribute, or nothing (None)."""
        return [*self.segments] or [None]

    @property
    def columns(self) -> list[str]:
        """Columns of the episodes that are read."""
        return list(
            dict.fromkeys([*self.basis.sources, *self.categories.values(), *self.segments, self.bucket])
        )


@dataclass(frozen=True)
class Folded:
    """Folded episodes: cells by segment attribute (None: all of them together), outcomes by band, and shapes."""

    cells: Mapping[str | None, Cells]
    bands: BandFold
    shape: Cells | None = None


@dataclass(frozen=True, slots=True)
class Centres:
    """Provisional centres that several folds of the same plan share: of all models, and of shapes."""

    models: Array
    shape: Array | None = None


def fold_batches(batches: Iterable[pa.RecordBatch], plan: FoldPlan, centres: Centres | None = None) -> Folded:
    """Folds stored episodes, in the order they come.

    Args:
        batches: Stored episodes with the plan's columns.
        plan: What they are folded into.
        centres: Provisional centres; by default the means of the first rows.
    """
    if centres is None:
        centres, batches = _first_centres(batches, plan)
    folds = {name: CellFold(plan.basis, plan.buckets, centres.models) for name in plan.attributes}
    bands = BandFold(plan.cuts, plan.outcomes)
    shapes = None if plan.shape is None else CellFold(plan.shape, plan.buckets, centres.shape)

    def prepared(batch: pa.RecordBatch) -> tuple[Block, Array, Codes, dict[str | None, Codes], Block | None]:
        batch, block = evaluated(batch, plan.basis, plan.categories)
        bands.add(*_banded(block, plan.basis))
        place = where(block.rows, whole_numbers(batch.column(plan.bucket)))
        levels = {name: where(block.rows, _level(batch, name, plan.segments)) for name in folds}
        shaped = None if plan.shape is None else plan.shape.evaluate(block)
        return block, centred(block.matrix, centres.models), place, levels, shaped

    for block, rows, place, level, shaped in ahead(map(prepared, chunks(batches))):
        for name, fold in folds.items():
            fold.add(block, place, level[name], rows=rows)
        if shapes is not None and shaped is not None:
            shapes.add(shaped, place, np.zeros_like(place))
    cells = {name: fold.result() for name, fold in folds.items()}
    cells.setdefault(None, next(iter(cells.values())))
    return Folded(cells, bands, None if shapes is None else shapes.result())


def centres_of(batches: Iterable[pa.RecordBatch], plan: FoldPlan) -> Centres:
    """Means of the complete episodes among the first rows that hold any: centres that several folds can share."""
    return _first_centres(batches, plan)[0]


def _first_centres(
    batches: Iterable[pa.RecordBatch], plan: FoldPlan
) -> tuple[Centres, Iterator[pa.RecordBatch]]:
    """The centres, and all the rows once more."""
    seen = []
    coming = chunks(batches, FIRST_ROWS)
    block = None
    for batch in coming:
        seen.append(batch)
        block = evaluated(batch, plan.basis, plan.categories, means=False)[1]
        if len(block.matrix):
            break
    matrix = np.zeros((0, len(plan.basis.columns))) if block is None else block.matrix
    shape = None
    if plan.shape is not None:
        none = np.zeros((0, len(plan.shape.columns)))
        shape = centre(none if block is None else plan.shape.evaluate(block).matrix)
    return Centres(centre(matrix), shape), chain(seen, coming)


def evaluated(
    batch: pa.RecordBatch, basis: Basis, categories: Mapping[str, str], *, means: bool = True
) -> tuple[pa.RecordBatch, Block]:
    """The rows of a batch that have all needed levels, and the complete ones among them in the basis."""
    needed = [categories[category.name] for category in basis.categories if not category.absent]
    batch = _with_levels(batch, needed)
    values = {name: doubles(batch.column(name)) for name in basis.sources}
    codes = {c.name: level_codes(batch.column(categories[c.name]), c.levels) for c in basis.categories}
    return batch, basis.evaluate(values, codes, means=means)


def _banded(block: Block, basis: Basis) -> tuple[dict[str, Array], dict[str, Array]]:
    """What outcomes are added up by band of: the values of each driver, and of each outcome."""
    at = {name: index for index, name in enumerate(basis.columns)}
    drivers = {driver.name: block.matrix[:, at[driver.name]] for driver in basis.drivers}
    outcomes = {outcome.name: block.matrix[:, at[outcome.name]] for outcome in basis.outcomes}
    return {name: np.ascontiguousarray(values) for name, values in drivers.items()}, outcomes


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


def _level(batch: pa.RecordBatch, name: str | None, segments: Levels) -> Codes:
    """Level codes of a segment attribute; all 0 where there is none."""
    if name is None:
        return np.zeros(batch.num_rows, dtype=np.int32)
    return level_codes(batch.column(name), segments[name])


def _with_levels(batch: pa.RecordBatch, columns: Sequence[str]) -> pa.RecordBatch:
    """The rows that have a level in every one of the columns: without it an episode is not complete."""
    for name in columns:
        if batch.column(name).null_count:
            batch = batch.filter(batch.column(name).is_valid())
    return batch


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
