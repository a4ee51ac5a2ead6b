"""The analysis `controls`: which controls are held equal, and why."""

from __future__ import annotations

from collections.abc import Mapping

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.controls.tables import CONTROLS, control_rows


class ControlsAnalysis(Analysis[None]):
    """Which controls are held equal, and why."""

    name = "controls"
    tables = (CONTROLS,)

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "controls": control_rows(results),
        }
