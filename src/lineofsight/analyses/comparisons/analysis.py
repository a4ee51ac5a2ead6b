"""The analysis `comparisons`: claims held against what was before, what came next, and the same customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.comparisons.estimate import Comparisons, compare, count_histories
from lineofsight.analyses.comparisons.tables import COMPARISONS, comparison_rows
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.engines.histories import Histories
from lineofsight.model.inputs import Counting


class ComparisonsAnalysis(Analysis[Comparisons]):
    """Claims held against what was before, what came next, and the same customers."""

    name = "comparisons"
    doing = "comparing with what came before, and customers with themselves"
    result = Comparisons
    needs = (Effects,)
    tables = (COMPARISONS,)

    def count(self, counting: Counting) -> Histories | None:
        """A pass over the customers with several episodes."""
        return count_histories(counting)

    def estimate(self, results: Results, counted: Any) -> Comparisons:
        """Claims held against what was before, what came next, and the same customers."""
        return compare(results.sample, results[Effects], counted)

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "comparisons": comparison_rows(results),
        }
