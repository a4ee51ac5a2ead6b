"""The analysis `leakage`: what is kept out, before anything else is estimated."""

from __future__ import annotations

from typing import Any

from lineofsight.analyses.base import Analysis, Results
from lineofsight.analyses.leakage.estimate import Leakage, leakage_of


class LeakageAnalysis(Analysis[Leakage]):
    """Which columns give an outcome away, or are nearly another."""

    name = "leakage"
    doing = "looking for what gives outcomes away"
    result = Leakage

    def estimate(self, results: Results, counted: Any) -> Leakage:
        """Looks at the columns of the sample and at what the profile counted."""
        return leakage_of(results.project, results.profile, results.sample)
