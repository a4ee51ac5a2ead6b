"""The analysis `segments`: for whom each driver matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.segments.estimate import Segments, compare_segments
from lineofsight.analyses.segments.tables import (
    DIFFERENCES,
    HETEROGENEITY,
    SEGMENTS,
    difference_rows,
    heterogeneity_rows,
    segment_rows,
)

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class SegmentsAnalysis(Analysis[Segments]):
    """For whom each driver matters."""

    name = "segments"
    part = "whom"
    doing = "searching for where effects differ"
    result = Segments
    needs = (Effects,)
    tables = (
        DIFFERENCES,
        HETEROGENEITY,
        SEGMENTS,
    )

    def estimate(self, results: Results, counted: Any) -> Segments:
        """For whom each driver matters."""
        return compare_segments(results.sample, results[Effects])

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "differences": difference_rows(results),
            "heterogeneity": heterogeneity_rows(results),
            "segments": segment_rows(results),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.segments.section import segments

        return [segments(data)]
