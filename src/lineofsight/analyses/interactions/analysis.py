"""The analysis `interactions`: whether effects depend on how customers feel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.interactions.estimate import (
    Interactions,
    Products,
    count_products,
    estimate_interactions,
)
from lineofsight.analyses.interactions.tables import (
    INTERACTIONS,
    NATURAL_EFFECTS,
    interaction_rows,
    natural_rows,
)
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.model.inputs import Counting


class InteractionsAnalysis(Analysis[Interactions]):
    """Whether effects depend on how customers feel."""

    name = "interactions"
    result = Interactions
    needs = (Leakage,)
    tables = (
        INTERACTIONS,
        NATURAL_EFFECTS,
    )

    def count(self, counting: Counting) -> Products | None:
        """A pass over those who answered, for products of drivers and perceptions."""
        return count_products(counting)

    def estimate(self, results: Results, counted: Any) -> Interactions:
        """Whether effects depend on how customers feel."""
        return estimate_interactions(results.sample, counted, results[Leakage].leaks)

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "interactions": interaction_rows(results),
            "natural_effects": natural_rows(results),
        }
