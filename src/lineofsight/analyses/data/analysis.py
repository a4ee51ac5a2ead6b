"""The analysis `data`: what was read, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.data.tables import (
    COLUMNS,
    DROPS,
    EPISODES,
    TABLES_READ,
    column_rows,
    drop_rows,
    episode_rows,
    table_rows,
)

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class DataAnalysis(Analysis[None]):
    """What was read, and what was left out."""

    name = "data"
    part = "made"
    tables = (
        EPISODES,
        DROPS,
        TABLES_READ,
        COLUMNS,
    )

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "episodes": episode_rows(results),
            "drops": drop_rows(results),
            "tables": table_rows(results),
            "columns": column_rows(results),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.data.limits_section import left_out
        from lineofsight.analyses.data.section import method

        return [left_out(data), method(data)]
