"""The analysis `overview`: the chain as one picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lineofsight.analyses.base import Analysis

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class OverviewAnalysis(Analysis[None]):
    """The chain as one picture."""

    name = "overview"

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.overview.section import chain

        return [chain(data)]
