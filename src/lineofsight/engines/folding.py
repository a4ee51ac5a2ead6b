"""The fold of all episodes as work that is done part by part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from lineofsight.aggregation.bands import BandFold
from lineofsight.aggregation.groups import merged
from lineofsight.engines.fold import Centres, Folded, FoldPlan, fold_batches


@dataclass(frozen=True, eq=False)
class Folding:
    """Folds episodes into cells, bands and shapes: a `Work`.

    Attributes:
        plan: What they are folded into.
        centres: Provisional centres, the same for all parts of the rows.
    """

    plan: FoldPlan
    centres: Centres = field(repr=False)

    @property
    def columns(self) -> Sequence[str]:
        """Columns of the episodes that are read."""
        return self.plan.columns

    @property
    def bucket(self) -> str:
        """The column that holds each episode's bucket."""
        return self.plan.bucket

    @property
    def below(self) -> int | None:
        """All buckets are looked at."""
        return None

    @property
    def together(self) -> str | None:
        """No two rows must be in the same part."""
        return None

    def over(self, batches: Iterable[pa.RecordBatch]) -> Folded:
        """Folds these rows in their order."""
        return fold_batches(batches, self.plan, self.centres)

    def put_together(self, parts: Sequence[Folded]) -> Folded:
        """What all rows are folded into."""
        bands = BandFold(self.plan.cuts, self.plan.outcomes)
        for part in parts:
            bands.merge(part.bands.sums())
        cells = {name: merged([part.cells[name] for part in parts]) for name in self.plan.attributes}
        everyone = {None: next(iter(cells.values()))} | cells
        shapes = [part.shape for part in parts if part.shape is not None]
        return Folded(everyone, bands, merged(shapes) if shapes else None)
