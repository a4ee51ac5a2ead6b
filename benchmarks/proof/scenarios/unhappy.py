"""The less satisfied answer more often."""

from dataclasses import replace

from benchmarks.proof.scenarios.base import WORLD, Scenario
from benchmarks.proof.world import Response

SCENARIO = Scenario(
    "unhappy",
    "Response depends on satisfaction itself",
    replace(WORLD, response=Response(0.4, satisfaction=-0.15)),
    biased=frozenset({"A→C", "via"}),
)
