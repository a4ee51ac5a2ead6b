"""Segments mind operations differently and meet other ranges of them, and nothing depends on two of these until far out."""

from dataclasses import replace

from benchmarks.proof.scenarios.base import Scenario
from benchmarks.proof.scenarios.sorted import SCENARIO as SORTED
from benchmarks.proof.scenarios.thresholds import bent

SCENARIO = Scenario(
    "mixed",
    "Thresholds, and those who mind most meet the widest range",
    replace(bent(declared=False), segments=SORTED.world.segments),
)
