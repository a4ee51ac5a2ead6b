"""Nothing depends on an operation until it is far worse than average."""

from benchmarks.proof.scenarios.base import WORLD, Scenario, changed
from benchmarks.proof.world import World


def bent(*, declared: bool) -> World:
    """The base company with a knee in two operations."""
    return changed(
        changed(WORLD, "delivery", knee=1.2, declared=declared), "defects", knee=1.0, declared=declared
    )


SCENARIO = Scenario(
    "thresholds",
    "Thresholds, no knots declared",
    bent(declared=False),
)
