"""Whether effects depend on how customers feel, and their natural direct and indirect parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lineofsight.analyses.interactions.count import Products
from lineofsight.analyses.interactions.interaction import interactions
from lineofsight.analyses.interactions.natural import Interaction, Natural
from lineofsight.model.effects import Leaks
from lineofsight.model.sample import Sample


@dataclass(frozen=True, eq=False)
class Interactions:
    """All interactions, and the natural effects that they give."""

    crossed: Sequence[Interaction] = field(default_factory=list)
    natural: Sequence[Natural] = field(default_factory=list)


def estimate_interactions(sample: Sample, products: Products | None, leaks: Leaks) -> Interactions:
    """All interactions and natural effects, with the resamples and the controls of all other estimates."""
    if products is None:
        return Interactions()
    view = None if products.cells is None else sample.of(products.cells)
    return Interactions(*interactions(sample.design, products.basis, view, leaks))
