"""The analysis `today`: what operations, perceptions and behaviours look like today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.today.tables import (
    BEHAVIOURS,
    DRIVERS,
    PERCEPTIONS,
    behaviour_rows,
    driver_rows,
    perception_rows,
)

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class TodayAnalysis(Analysis[None]):
    """What operations, perceptions and behaviours look like today."""

    name = "today"
    part = "whom"
    tables = (
        DRIVERS,
        PERCEPTIONS,
        BEHAVIOURS,
    )

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "drivers": driver_rows(results),
            "perceptions": perception_rows(results),
            "behaviours": behaviour_rows(results),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.today.section import today

        return [today(data)]
