"""The analysis `why_moved`: why each outcome moved between two periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.analyses.why_moved.estimate import Changes, estimate_changes
from lineofsight.analyses.why_moved.tables import CHANGES, change_rows

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class WhyMovedAnalysis(Analysis[Changes]):
    """Why each outcome moved between two periods."""

    name = "why_moved"
    doing = "comparing periods"
    result = Changes
    needs = (
        Leakage,
        Effects,
    )
    tables = (CHANGES,)

    def estimate(self, results: Results, counted: Any) -> Changes:
        """Why each outcome moved between two periods."""
        return estimate_changes(results.sample, results[Effects], results[Leakage].leaks)

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "changes": change_rows(results),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.why_moved.section import why

        return [why(data)]
