"""The test of balance: fair lots are seldom called unfair, and unfair ones are found."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.aggregation.features import Driver
from lineofsight.analyses.evidence.assignment import UNBALANCED, Assignment, assignments
from lineofsight.engines.aggregate import AggregationPlan, aggregate_batches
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.project.models import Assigned
from lineofsight.stats.bootstrap import bootstrap_weights
from model.world import BUCKETS, design, perception, table

LOTS = Assigned(how="random", because="a test")


def balance(seed: int, *, unfair: float = 0.0, repeats: int = 3) -> Assignment:
    """Lots drawn by customer, of whom each comes several times; `unfair` is how much a control has to do with them."""
    rng = np.random.default_rng([7, seed])
    who = np.repeat(np.arange(400), repeats)
    z, region = rng.normal(size=400)[who], rng.choice(["n", "s", "e"], 400)[who]
    lot = (rng.random(400) < 0.5 + unfair * np.tanh(z[::repeats]))[who].astype(float)
    data = {
        "lot": lot, "z": z, "region": region.astype(object), "csat": rng.normal(size=len(who)) + lot,
        "covered": np.ones(len(who)), "bucket": who % BUCKETS,
    }  # fmt: skip
    made = design((Driver("lot", True),), (perception("csat"),), regions=("n", "s", "e"))
    plan = AggregationPlan(made.basis, made.categories, {}, "bucket", BUCKETS, {}, [])
    cells = aggregate_batches(table(data).to_batches(), plan).cells[None]
    weights = np.vstack([np.ones((1, BUCKETS)), bootstrap_weights(BUCKETS, 200, rng)])
    return assignments(made, View(None, cells, EVERY_LEVEL, weights), {"lot": LOTS})["lot"]


def test_fair_lots_are_seldom_called_unfair() -> None:
    """At the level of the test: of 200 companies with fair lots, two are expected to fail, and 99.9 % see at most 7."""
    found = [balance(seed) for seed in range(200)]
    assert sum(not each.balanced for each in found) <= 7
    assert 60 <= sum(each.p_value < 0.5 for each in found) <= 140  # p-values are spread evenly
    assert found[0].columns == 3


@pytest.mark.parametrize("seed", range(5))
def test_unfair_lots_are_found(seed: int) -> None:
    found = balance(seed, unfair=0.3)
    assert found.p_value < UNBALANCED and found.strongest == "z" and not found.balanced
