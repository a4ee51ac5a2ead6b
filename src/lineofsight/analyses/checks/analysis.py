"""The analysis `checks`: what would fool a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.checks.estimate import Doubts, find_doubts
from lineofsight.analyses.checks.tables import WARNINGS, warning_rows
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.analyses.segments.estimate import Segments


class ChecksAnalysis(Analysis[Doubts]):
    """What would fool a reader."""

    name = "checks"
    result = Doubts
    needs = (
        Leakage,
        Segments,
    )
    tables = (WARNINGS,)

    def estimate(self, results: Results, counted: Any) -> Doubts:
        """What would fool a reader."""
        return find_doubts(
            results.project,
            results.file,
            results.profile,
            results.sample,
            results[Leakage],
            results[Segments],
        )

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "warnings": warning_rows(results),
        }
