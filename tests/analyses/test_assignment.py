"""The test of balance: fair lots are seldom called unfair, and unfair ones are found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lineofsight.aggregation.features import Category, Driver, Number, Outcome
from lineofsight.analyses.evidence.assignment import UNBALANCED, Assignment, assignments
from lineofsight.engines.aggregate import AggregationPlan, aggregate_batches
from lineofsight.episodes.columns import PERIOD
from lineofsight.model.design import Design
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.project.models import Assigned
from lineofsight.stats.bootstrap import bootstrap_weights
from model.world import BUCKETS, Rows, behaviour, design, perception, table

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


def balance_of(data: Rows, made: Design, replicates: int = 200) -> Assignment:
    plan = AggregationPlan(made.basis, made.categories, {}, "bucket", BUCKETS, {}, [])
    cells = aggregate_batches(table(data).to_batches(), plan).cells[None]
    drawn = bootstrap_weights(BUCKETS, replicates, np.random.default_rng(2))
    view = View(None, cells, EVERY_LEVEL, np.vstack([np.ones((1, BUCKETS)), drawn]))
    return assignments(made, view, {"lot": Assigned(how="chance", because="as it came")})["lot"]


def company(seed: int = 1, n: int = 1200) -> Rows:
    rng = np.random.default_rng(seed)
    return {
        "lot": (rng.random(n) < 0.5).astype(float), "z": rng.normal(size=n), "spend": rng.normal(size=n),
        "spend:before": rng.normal(size=n), "region": rng.choice(["n", "s"], n).astype(object),
        "when": rng.choice(["q1", "q2"], n).astype(object), "covered": np.ones(n), "bucket": np.arange(n) % BUCKETS,
    }  # fmt: skip


def with_before(numbers: tuple[Number, ...] = (Number("z"),)) -> Design:
    """The behaviour is known from before the operations, too; periods are held equal."""
    earlier = Outcome("spend:before", "spend:before")
    base = design((Driver("lot", True),), (behaviour("spend"),), numbers, regions=())
    when = Category("period", ("q1", "q2"), others=False, absent=False)
    basis = replace(base.basis, categories=(when,), outcomes=(*base.basis.outcomes, earlier))
    info = replace(behaviour("spend"), outcome=earlier, main=False)
    return replace(base, basis=basis, categories={"period": PERIOD}, pre_period={"spend": info})


def test_what_customers_did_before_is_tested_beside_the_controls_and_periods_are_not() -> None:
    data = company()
    data[PERIOD] = data["when"]
    fair = balance_of(data, with_before())
    assert (fair.how, fair.because, fair.columns) == ("chance", "as it came", 2)
    assert fair.balanced and fair.p_value <= 1.0
    by_past = {
        **data,
        "lot": (data["spend:before"] + np.random.default_rng(0).normal(size=1200) > 0).astype(float),
    }
    found = balance_of(by_past, with_before())
    assert not found.balanced and found.strongest == "spend:before"
    by_control = {**data, "lot": (data["z"] + np.random.default_rng(0).normal(size=1200) > 0).astype(float)}
    assert balance_of(by_control, with_before()).strongest == "z"
    by_time = {
        **data,
        "lot": np.where(data["when"] == "q2", np.random.default_rng(0).random(1200) < 0.9, data["lot"]),
    }
    assert balance_of(by_time, with_before()).balanced  # the share that gets it may change over time


def test_the_least_p_value_counts_as_often_as_there_are_tests() -> None:
    data = company()
    data[PERIOD] = data["when"]
    alone = balance_of(data, replace(with_before(), pre_period={}))
    both = balance_of(data, with_before())
    past = balance_of(data, with_before(numbers=()))
    assert (alone.columns, past.columns, both.columns) == (1, 1, 2)
    assert both.p_value == pytest.approx(min(1.0, 2 * min(alone.p_value, past.p_value)), rel=0.05)


def test_with_nothing_that_was_there_before_the_lots_are_untested() -> None:
    data = company()
    data[PERIOD] = data["when"]
    found = balance_of(data, replace(with_before(numbers=()), pre_period={}))
    assert found == Assignment("chance", "as it came")
    assert np.isnan(found.p_value) and (found.strongest, found.columns) == (None, 0)
    few = {name: values[:15] for name, values in data.items()}
    assert balance_of(few, with_before()) == Assignment("chance", "as it came")


def test_that_an_operation_is_absent_is_nothing_that_was_there_before_it() -> None:
    data = company()
    data[PERIOD] = data["when"]
    data["lot"] = np.where(np.random.default_rng(5).random(1200) < 0.2, np.nan, data["lot"])
    base = replace(with_before(), pre_period={})
    made = replace(base, basis=replace(base.basis, drivers=(Driver("lot", True, optional=True),)))
    found = balance_of(data, made)
    assert (found.columns, found.strongest) == (1, "z")
