"""Customers and segments mind operations differently; what happens to them does not depend on it."""

from dataclasses import replace

from benchmarks.proof.scenarios.base import WORLD, Scenario
from benchmarks.proof.world import Segment

SCENARIO = Scenario(
    "varied",
    "Heterogeneous: segments and customers mind differently",
    replace(
        WORLD,
        segments=(Segment("new", 0.3, 0.0), Segment("regular", 0.4, 1.0), Segment("loyal", 0.3, 2.0)),
        varied=0.4,
    ),
    known=frozenset({"robust in a segment"}),
)
