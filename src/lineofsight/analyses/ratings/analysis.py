"""The analysis `ratings`: which ratings penalise, reward, or both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.analyses.ratings.estimate import Ratings, estimate_ratings
from lineofsight.analyses.ratings.tables import KANO, kano_rows


class RatingsAnalysis(Analysis[Ratings]):
    """Which ratings penalise, reward, or both."""

    name = "ratings"
    result = Ratings
    needs = (Leakage,)
    tables = (KANO,)

    def estimate(self, results: Results, counted: Any) -> Ratings:
        """Which ratings penalise, reward, or both."""
        return estimate_ratings(results.sample, results[Leakage].leaks)

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables."""
        return {
            "kano": kano_rows(results),
        }
