"""The analysis `alternatives`: what each claim would be with other columns held equal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineofsight.analyses.alternatives.estimate import Alternatives, estimate_alternatives
from lineofsight.analyses.alternatives.tables import ALTERNATIVES, alternative_rows
from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.leakage.estimate import Leakage


class AlternativesAnalysis(Analysis[Alternatives]):
    """What each claim would be with a control that is kept out, or without what is doubted."""

    name = "alternatives"
    doing = "estimating with and without what is doubted"
    result = Alternatives
    needs = (Leakage, Effects)
    tables = (ALTERNATIVES,)

    def estimate(self, results: Results, counted: Any) -> Alternatives:
        """What each claim would be with other columns held equal."""
        return estimate_alternatives(results.sample, results[Leakage], results[Effects])

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its table."""
        return {"alternatives": alternative_rows(results)}
