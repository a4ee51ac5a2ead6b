"""The analysis `bands`: what can be seen before anything is held equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lineofsight.analyses.bands.tables import BANDS, band_rows
from lineofsight.analyses.base import Analysis, Results, Row

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class BandsAnalysis(Analysis[None]):
    """What can be seen before anything is held equal."""

    name = "bands"
    part = "sure"
    tables = (BANDS,)

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "bands": band_rows(results),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.bands.section import bands

        return [bands(data)]
