"""Seven in eight episodes end without a purchase, and a few purchases are most of the money."""

from dataclasses import replace

from benchmarks.proof.scenarios.base import WORLD, Scenario

SCENARIO = Scenario(
    "skewed",
    "Skewed spend, mostly zero",
    replace(WORLD, spend=replace(WORLD.spend, buyers=0.125, noise=3.0)),
)
