"""Everything as the models take it to be."""

from benchmarks.proof.scenarios.base import WORLD, Scenario

SCENARIO = Scenario("plain", "As the models take it to be", WORLD)
