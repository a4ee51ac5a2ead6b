"""The analysis `findings`: what was found, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.findings.tables import FINDINGS, finding_rows

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class FindingsAnalysis(Analysis[None]):
    """What was found, in sentences."""

    name = "findings"
    tables = (FINDINGS,)

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "findings": finding_rows(results),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.findings.section import findings

        return [findings(data)]
