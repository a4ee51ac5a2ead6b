"""The analysis `effects`: what every cause goes with in every outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.effects.estimate import Effects, estimate_effects
from lineofsight.analyses.effects.tables import EFFECTS, HEADROOM, effect_rows, headroom_rows
from lineofsight.analyses.leakage.estimate import Leakage

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class EffectsAnalysis(Analysis[Effects]):
    """What every cause goes with in every outcome."""

    name = "effects"
    doing = "estimating effects"
    result = Effects
    needs = (Leakage,)
    tables = (
        EFFECTS,
        HEADROOM,
    )

    def estimate(self, results: Results, counted: Any) -> Effects:
        """What every cause goes with in every outcome."""
        return estimate_effects(results.sample, results[Leakage].leaks, results.progress)

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "effects": effect_rows(results),
            "headroom": headroom_rows(results),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.effects.section import effects

        return [effects(data)]
