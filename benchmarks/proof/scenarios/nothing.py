"""No operation has any effect, and satisfaction none on what customers do; only the control matters."""

from dataclasses import replace

from benchmarks.proof.scenarios.base import WORLD, Scenario

SCENARIO = Scenario(
    "nothing",
    "Nothing has any effect",
    replace(
        WORLD,
        satisfaction=replace(WORLD.satisfaction, effects={}),
        stays=replace(WORLD.stays, effects={}, satisfaction=0.0),
        spend=replace(WORLD.spend, effects={}, satisfaction=0.0),
    ),
)
