"""Two operations go with what customers spent before, which goes with everything they do, and is declared."""

from dataclasses import replace

from benchmarks.proof.scenarios.base import WORLD, Scenario, changed

_MIXED = changed(changed(WORLD, "music", control=0.6), "delivery", control=-0.5)

SCENARIO = Scenario(
    "declared",
    "Confounded by a declared control",
    replace(
        _MIXED,
        satisfaction=replace(WORLD.satisfaction, control=0.4),
        stays=replace(WORLD.stays, control=0.09),
        spend=replace(WORLD.spend, control=10.0),
    ),
)
