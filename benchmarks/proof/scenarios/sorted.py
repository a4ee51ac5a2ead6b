"""Segments mind operations differently, and operations vary more in some than in others."""

from dataclasses import replace

from benchmarks.proof.scenarios.base import WORLD, Scenario
from benchmarks.proof.world import Segment

SCENARIO = Scenario(
    "sorted",
    "Heterogeneous: those who mind most meet the widest range",
    replace(
        WORLD,
        segments=(Segment("town", 0.5, 0.5, 1.2, 0.7), Segment("country", 0.5, 1.5, 0.8, 1.4)),
    ),
)
