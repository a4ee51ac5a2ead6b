"""Two drivers that matter and one that a test makes what it needs: one small company for many tests."""

from __future__ import annotations

import numpy as np

from lineofsight.aggregation.features import Driver
from lineofsight.stats.results import Estimate
from model.world import Chain, behaviour, design, estimate, find, perception, rows, without

DATA = rows(1500, seed=3)
N = len(DATA["speed"])
SPEED, WAIT, OTHER = Driver("speed", False), Driver("wait", False), Driver("other", True)
OUTCOMES = (perception("csat"), behaviour("stay"), behaviour("spend"))


def with_other(values: np.ndarray, replicates: int = 100, **more: object) -> Chain:
    made = design(drivers=(SPEED, WAIT, OTHER), outcomes=OUTCOMES)
    return estimate(without(DATA, other=values.astype(float)), made, replicates, **more)  # type: ignore[arg-type]


def assert_estimated(result: Chain, cause: str, *outcomes: str) -> None:
    for outcome in outcomes:
        found = find(result, cause, outcome).result
        assert isinstance(found, Estimate), found
        assert np.isfinite(found.value) and np.isfinite(found.replicates).all()
