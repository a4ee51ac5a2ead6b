"""The analysis `importance`: how much of what varies in each outcome goes with each driver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.importance.estimate import Importances, estimate_importance
from lineofsight.analyses.importance.tables import IMPORTANCE, importance_rows
from lineofsight.analyses.leakage.estimate import Leakage

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class ImportanceAnalysis(Analysis[Importances]):
    """How much of what varies in each outcome goes with each driver."""

    name = "importance"
    doing = "measuring importance"
    result = Importances
    needs = (Leakage,)
    tables = (IMPORTANCE,)

    def estimate(self, results: Results, counted: Any) -> Importances:
        """How much of what varies in each outcome goes with each driver."""
        return estimate_importance(results.sample, results[Leakage].leaks)

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "importance": importance_rows(results),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.importance.section import priorities

        return [priorities(data)]
