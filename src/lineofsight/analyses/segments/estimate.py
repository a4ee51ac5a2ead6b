"""For whom: how much effects differ between segments, and where each differs most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.segments.heterogeneity import Heterogeneity, heterogeneities
from lineofsight.analyses.segments.search import Difference, search_segments
from lineofsight.model.sample import Sample


@dataclass(frozen=True, eq=False)
class Segments:
    """What differs between segments.

    Attributes:
        different: How total effects differ between the segments of each attribute.
        differences: Where each effect differs most, found on one half of the customers and measured on the other.
    """

    different: Sequence[Heterogeneity]
    differences: Sequence[Difference]


def compare_segments(sample: Sample, effects: Effects) -> Segments:
    """Pools the effects of segments, and searches for where they differ."""
    return Segments(
        heterogeneities(effects.effects, sample.level),
        search_segments(effects.questions, sample.segments, sample.level),
    )
