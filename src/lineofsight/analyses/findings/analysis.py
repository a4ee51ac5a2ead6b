"""The analysis `findings`: what was found, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.findings.selection import discovered, findings
from lineofsight.analyses.findings.tables import FINDINGS, TOLD, finding_rows, told_rows

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class FindingsAnalysis(Analysis[None]):
    """What was found, in sentences."""

    name = "findings"
    tables = (FINDINGS, TOLD)

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        found_of = discovered(results)
        return {
            "findings": finding_rows(results, findings(results, found_of)),
            "told": told_rows(results, found_of),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.findings.section import found

        return [found(data)]
