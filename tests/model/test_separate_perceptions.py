"""Perceptions answered by different people."""

from __future__ import annotations

import numpy as np
import pytest

from model.three_drivers import DATA, SPEED
from model.world import (
    behaviour,
    design,
    estimate,
    find,
    outside,
    perception,
    without,
)

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def test_perceptions_answered_by_different_people_are_asked_apart() -> None:
    half = DATA["bucket"] % 2 == 0
    csat = np.where(half, np.nan_to_num(DATA["csat"], nan=3.0), np.nan)
    nps = np.where(~half, np.nan_to_num(DATA["nps"], nan=7.0), np.nan)
    nps[:300] = np.nan
    made = design(drivers=(SPEED,), outcomes=(perception("nps"), perception("csat"), behaviour("stay")))
    result = estimate(without(DATA, csat=csat, nps=nps), made, 50)
    direct = [e for e in result.effects if e.path == "direct" and e.change == "better"]
    assert [e.given for e in direct] == [("csat",)]  # the one that more people answered
    keys = [(e.cause, e.outcome, e.segment, e.path, e.change) for e in result.effects]
    assert len(keys) == len(set(keys))
    data = without(DATA, csat=csat, nps=nps)
    for name, known in (("csat", csat), ("nps", nps)):
        plain = without(data, nps=nps) if name == "csat" else {**data, "csat": nps}
        slope, _ = outside(plain, made, "stay", beside=("csat",))
        assert find(result, name, "stay", change="point").result.value == pytest.approx(
            slope["csat"], rel=1e-8
        )
        assert (
            find(result, name, "stay", change="point").n == (~np.isnan(known) & ~np.isnan(DATA["stay"])).sum()
        )


@pytest.mark.parametrize(("both", "given"), [(200, ("csat", "nps")), (199, ("csat",))])
def test_perceptions_are_asked_about_together_from_half_of_the_same_people_on(
    both: int, given: tuple[str, ...]
) -> None:
    """400 answer the one, 250 the other, and some of them both."""
    rng = np.random.default_rng(4)
    csat = np.where(np.arange(1500) < 400, rng.integers(1, 6, 1500), np.nan)
    nps = np.full(1500, np.nan)
    nps[400 - both : 650 - both] = rng.integers(0, 11, 250)
    made = design(drivers=(SPEED,), outcomes=(perception("csat"), perception("nps"), behaviour("spend")))
    result = estimate(without(DATA, csat=csat, nps=nps, spend=np.nan_to_num(DATA["spend"])), made, 0)
    direct = find(result, "speed", "spend", "direct")
    assert direct.given == given
    assert direct.n == (both if len(given) == 2 else 400)
