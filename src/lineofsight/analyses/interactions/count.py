"""From stored episodes to interactions: the columns, the pass over those who answered, and the questions asked of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lineofsight.aggregation.cells import Cells
from lineofsight.aggregation.products import ProductBasis, changed
from lineofsight.engines.products import ProductAggregation
from lineofsight.engines.response_sums import Episodes
from lineofsight.episodes.columns import BUCKET
from lineofsight.model.inputs import Counting
from lineofsight.model.population import EVERY_LEVEL, View


@dataclass(frozen=True, eq=False)
class Products:
    """The columns with products, and those who answered in them; no cells where products are too many."""

    basis: ProductBasis
    cells: Cells | None


def count_products(counting: Counting) -> Products | None:
    """Moments with products of drivers and perceptions; None where nothing can be asked of them."""
    design, everyone, file = counting.design, counting.everyone, counting.aligned.file
    perceptions = [info for info in design.outcomes if info.kind == "perception" and info.main]
    if not perceptions or all(info.kind != "behaviour" for info in design.outcomes):
        return None
    view = View(None, everyone, EVERY_LEVEL, np.ones((1, everyone.buckets)))
    known = [view.population((info.source,)).mean(info.name).value for info in perceptions]
    centres = dict(zip((info.name for info in perceptions), known, strict=True))
    for driver in design.basis.drivers:
        centres[driver.name] = view.average(f"value:{driver.name}", f"known:{driver.name}").value
    basis = ProductBasis(
        design.basis,
        tuple(info.outcome for info in design.outcomes if info.main),
        tuple(info.name for info in perceptions),
        {name: value if np.isfinite(value) else 0.0 for name, value in centres.items()},
    )
    if basis.too_many:
        return Products(basis, None)
    counting.progress("folding what depends on how customers feel")
    at = dict(zip(everyone.basis.columns, everyone.shift, strict=True))
    at |= {changed(column): view.average(changed(column)).value for column in design.basis.slopes}
    shift = np.array([at.get(column, 0.0) for column in basis.columns])
    work = ProductAggregation(Episodes(design.basis, design.categories, BUCKET), basis, file.buckets, shift)
    return Products(basis, counting.reader.map_reduce(file.path, work))
