"""The same thresholds, with their knots declared."""

from benchmarks.proof.scenarios.base import Scenario
from benchmarks.proof.scenarios.thresholds import bent

SCENARIO = Scenario("knots", "Thresholds, knots declared", bent(declared=True))
