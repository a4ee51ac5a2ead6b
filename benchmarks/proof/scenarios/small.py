"""Three hundred customers."""

from dataclasses import replace

from benchmarks.proof.scenarios.base import WORLD, Scenario

SCENARIO = Scenario("small", "Small: 300 customers", replace(WORLD, customers=300))
