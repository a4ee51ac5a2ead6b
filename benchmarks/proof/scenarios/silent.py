"""Whether a customer answers depends on what happened to them."""

from dataclasses import replace

from benchmarks.proof.scenarios.base import WORLD, Scenario
from benchmarks.proof.world import Response

SCENARIO = Scenario(
    "silent",
    "Response depends on operations",
    replace(WORLD, response=Response(0.4, {"delivery": 0.3, "parking": -0.3, "advice": 0.2})),
)
