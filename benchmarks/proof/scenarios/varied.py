"""Customers and segments mind operations differently; what happens to them does not depend on it.

A customer who minds more both feels and does more, which no model sees: of satisfaction's part too much is found, and of
the direct part too little, so that a direct part of nothing is called something too often.
"""

from dataclasses import replace

from benchmarks.proof.scenarios.base import WORLD, Scenario
from benchmarks.proof.world import Segment

_PATHS = frozenset({"direct", "via", "C→B"})

SCENARIO = Scenario(
    "varied",
    "Heterogeneous: segments and customers mind differently",
    replace(
        WORLD,
        segments=(Segment("new", 0.3, 0.0), Segment("regular", 0.4, 1.0), Segment("loyal", 0.3, 2.0)),
        varied=0.4,
    ),
    biased=_PATHS,
    biased_in_segments=_PATHS,
    known=frozenset({"false direct"}),
)
