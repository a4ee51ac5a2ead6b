"""The analysis `stability`: whether what goes with a driver stays what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.stability.estimate import Stabilities, estimate_stability
from lineofsight.analyses.stability.tables import STABILITY, stability_rows
from lineofsight.analyses.why_moved.estimate import Changes


class StabilityAnalysis(Analysis[Stabilities]):
    """Whether what goes with a driver stays what it is."""

    name = "stability"
    result = Stabilities
    needs = (
        Effects,
        Changes,
    )
    tables = (STABILITY,)

    def estimate(self, results: Results, counted: Any) -> Stabilities:
        """Whether what goes with a driver stays what it is."""
        return estimate_stability(results.sample, results[Effects], results[Changes])

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "stability": stability_rows(results),
        }
