"""The analysis `shape`: where what goes with a driver bends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.analyses.shape.estimate import Shapes, estimate_shapes
from lineofsight.analyses.shape.tables import SHAPE, shape_rows

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class ShapeAnalysis(Analysis[Shapes]):
    """Where what goes with a driver bends."""

    name = "shape"
    doing = "looking for bends"
    result = Shapes
    needs = (Leakage,)
    tables = (SHAPE,)

    def estimate(self, results: Results, counted: Any) -> Shapes:
        """Where what goes with a driver bends."""
        return estimate_shapes(results.sample, results[Leakage].leaks)

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "shape": shape_rows(results),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.shape.section import shape

        return [shape(data)]
