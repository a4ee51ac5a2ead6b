"""The analysis `evidence`: how sure each claim is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.checks.estimate import Doubts
from lineofsight.analyses.comparisons.estimate import Comparisons
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.evidence.estimate import Evidence, judge_effects
from lineofsight.analyses.evidence.tables import ROBUSTNESS, robustness_rows
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.analyses.segments.estimate import Segments
from lineofsight.analyses.stability.estimate import Stabilities

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData


class EvidenceAnalysis(Analysis[Evidence]):
    """How sure each claim is."""

    name = "evidence"
    part = "sure"
    doing = "judging how sure each effect is"
    result = Evidence
    needs = (
        Effects,
        Segments,
        Doubts,
        Stabilities,
        Comparisons,
        Leakage,
    )
    tables = (ROBUSTNESS,)

    def estimate(self, results: Results, counted: Any) -> Evidence:
        """How sure each claim is."""
        return judge_effects(
            results.sample,
            results[Effects],
            results[Segments],
            results[Doubts],
            results[Stabilities],
            results[Comparisons],
            results[Leakage],
            results.project.assigned,
            ordered=results.project.episodes.ordered,
        )

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "robustness": robustness_rows(results),
        }

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report."""
        from lineofsight.analyses.evidence.section import evidence

        return [evidence(data)]
