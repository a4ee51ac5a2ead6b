"""The analysis `paths`: how much passes through how customers feel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.paths.estimate import Shares, shares
from lineofsight.analyses.paths.tables import MEDIATION, mediation_rows

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class PathsAnalysis(Analysis[Shares]):
    """How much passes through how customers feel."""

    name = "paths"
    result = Shares
    needs = (Effects,)
    tables = (MEDIATION,)

    def estimate(self, results: Results, counted: Any) -> Shares:
        """How much passes through how customers feel."""
        return Shares(shares(results[Effects].effects, results.level))

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "mediation": mediation_rows(results),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.paths.section import paths

        return [paths(data)]
