"""Each customer's episodes beside each other and beside the next one, by least squares on the rows themselves."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.aggregation.cells import CellAggregator
from lineofsight.aggregation.features import Driver, Number
from lineofsight.aggregation.groups import Cells
from lineofsight.aggregation.histories import NextColumns, WithinColumns
from lineofsight.analyses.comparisons.comparison import Comparison
from lineofsight.analyses.comparisons.estimate import compare
from lineofsight.analyses.effects.estimate import Effects, estimate_effects
from lineofsight.engines.aggregate import AggregationPlan, aggregate_batches
from lineofsight.engines.histories import Histories
from lineofsight.model.design import Design
from lineofsight.model.sample import Sample, draw_sample
from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate, NotEstimable
from model.world import BUCKETS, Rows, behaviour, columns, design, perception, table

CUSTOMERS, EACH, KNOT = 400, 4, 20.0
N = CUSTOMERS * EACH
RUN = np.repeat(np.arange(CUSTOMERS), EACH)
AT = np.tile(np.arange(EACH), CUSTOMERS)
DRIVERS = (Driver("speed", False), Driver("wait", False, knots=(KNOT,)))
MADE = design(DRIVERS, (perception("csat"), behaviour("spend")), (Number("z"),), regions=())


def world(seed: int = 3) -> Rows:
    rng = np.random.default_rng(seed)
    mood = rng.normal(size=CUSTOMERS)[RUN]
    speed, wait = rng.gamma(4, 2, N), rng.gamma(3, 8, N)
    z = rng.normal(size=N) + 0.3 * mood
    csat = 5 - 0.1 * speed - 0.03 * np.maximum(wait - KNOT, 0) + mood + rng.normal(size=N)
    spend = 50 + 3 * csat - 0.5 * speed + 5 * mood + 4 * rng.normal(size=N)
    return {
        "speed": speed, "wait": wait, "z": z, "csat": np.where(RUN % 3 == 0, np.nan, csat), "spend": spend,
        "covered": np.ones(N), "bucket": RUN % BUCKETS,
    }  # fmt: skip


DATA = world()


def histories(data: Rows, made: Design) -> Histories:
    block = made.basis.evaluate({name: data[name] for name in made.basis.sources}, {})
    within, ahead = WithinColumns(made.basis), NextColumns(made.basis)
    parts = (within, *within.evaluate(block, RUN)), (ahead, *ahead.evaluate(block, RUN, AT))
    cells: list[Cells] = []
    for of, found, places in parts:
        folded = CellAggregator(of, BUCKETS, np.zeros(len(of.columns)))
        folded.add(found, data["bucket"][places].astype(np.int32), np.zeros(len(places), dtype=np.int32))
        cells.append(folded.result())
    return Histories(within=cells[0], following=cells[1], customers=CUSTOMERS)


def sampled(data: Rows, made: Design, replicates: int = 20) -> tuple[Sample, Effects]:
    plan = AggregationPlan(made.basis, made.categories, {}, "bucket", BUCKETS, {}, [])
    cells = aggregate_batches(table(data).to_batches(), plan).cells
    sample = draw_sample(made, cells, replicates, np.random.default_rng(1))
    return sample, estimate_effects(sample, {})


SAMPLE, EFFECTS = sampled(DATA, MADE)
FOUND = compare(SAMPLE, EFFECTS, histories(DATA, MADE)).found


def the(cause: str, outcome: str, kind: str) -> Comparison:
    (one,) = [each for each in FOUND if (each.cause, each.outcome, each.kind) == (cause, outcome, kind)]
    return one


def claim(cause: str, outcome: str) -> Estimate:
    (one,) = [
        e.result
        for e in EFFECTS.effects
        if (e.cause, e.outcome, e.path) == (cause, outcome, "total") and e.change in ("better", "point")
    ]
    assert isinstance(one, Estimate)
    return one


def moved(driver: str, slopes: dict[str, float], prefix: str = "") -> float:
    """What the mean change over everyone does by these slopes."""
    value = DATA[driver]
    steps = {driver: -0.1 * value}
    if driver == "wait":
        steps["wait>20"] = np.maximum(0.9 * value - KNOT, 0) - np.maximum(value - KNOT, 0)
    return sum(slopes[prefix + name] * step.mean() for name, step in steps.items())


def test_every_claim_is_compared_within_customers_and_every_driver_with_its_next_value() -> None:
    assert [(each.cause, each.outcome, each.kind) for each in FOUND] == [
        *((driver, outcome, "next") for outcome in ("csat", "spend") for driver in ("speed", "wait")),
        *((driver, outcome, "within") for outcome in ("csat", "spend") for driver in ("speed", "wait")),
        ("csat", "spend", "within"),
    ]
    assert compare(SAMPLE, EFFECTS, None).found == []


@pytest.mark.parametrize("outcome", ["csat", "spend"])
@pytest.mark.parametrize("driver", ["speed", "wait"])
def test_within_customers_it_is_least_squares_of_differences_from_their_means(
    driver: str, outcome: str
) -> None:
    """With an effect for each customer and for what of theirs was observed."""
    found, known = the(driver, outcome, "within"), ~np.isnan(DATA[outcome])
    x = columns(DATA, MADE)
    matrix = np.column_stack([*x.values(), DATA[outcome]])[known]
    means = np.column_stack([np.bincount(RUN[known], column, CUSTOMERS) for column in matrix.T])
    differences = matrix - means[RUN[known]] / EACH
    slopes = dict(
        zip(x, np.linalg.lstsq(differences[:, :-1], differences[:, -1], rcond=None)[0], strict=True)
    )
    assert isinstance(found.result, Estimate)
    assert found.result.value == pytest.approx(moved(driver, slopes), rel=1e-7)
    assert found.claimed == claim(driver, outcome) or found.claimed.value == claim(driver, outcome).value  # type: ignore[union-attr]  # estimates
    assert (found.n, found.customers) == (known.sum(), len(np.unique(DATA["bucket"][known])))


def test_a_perceptions_own_effect_within_customers_is_beside_the_drivers() -> None:
    found, known = the("csat", "spend", "within"), ~np.isnan(DATA["csat"])
    x = columns(DATA, MADE) | {"csat": DATA["csat"]}
    matrix = np.column_stack([*x.values(), DATA["spend"]])[known]
    means = np.column_stack([np.bincount(RUN[known], column, CUSTOMERS) for column in matrix.T])
    differences = matrix - means[RUN[known]] / EACH
    slope = np.linalg.lstsq(differences[:, :-1], differences[:, -1], rcond=None)[0][-1]
    assert isinstance(found.result, Estimate) and isinstance(found.claimed, Estimate)
    assert found.result.value == pytest.approx(slope, rel=1e-7)
    assert found.claimed.value == claim("csat", "spend").value
    assert found.n == known.sum()


@pytest.mark.parametrize("outcome", ["csat", "spend"])
@pytest.mark.parametrize("driver", ["speed", "wait"])
def test_the_next_episodes_driver_stands_beside_this_ones_in_one_model(driver: str, outcome: str) -> None:
    found = the(driver, outcome, "next")
    here = np.flatnonzero((AT < EACH - 1) & ~np.isnan(DATA[outcome]))
    x = columns(DATA, MADE)
    own = {name: values[here] for name, values in x.items()}
    then = {f"next:{name}": values[here + 1] for name, values in x.items() if name != "z"}
    matrix = np.column_stack([np.ones(len(here)), *own.values(), *then.values()])
    fitted = np.linalg.lstsq(matrix, DATA[outcome][here], rcond=None)[0][1:]
    slopes = dict(zip([*own, *then], fitted, strict=True))
    assert isinstance(found.result, Estimate) and isinstance(found.claimed, Estimate)
    assert found.result.value == pytest.approx(moved(driver, slopes, "next:"), rel=1e-7)
    assert found.claimed.value == pytest.approx(moved(driver, slopes), rel=1e-7)
    assert (found.n, found.customers) == (len(here), len(np.unique(DATA["bucket"][here])))


def test_what_never_changes_for_a_customer_cannot_be_told_within_customers() -> None:
    data = {**DATA, "speed": np.random.default_rng(0).gamma(4, 2, CUSTOMERS)[RUN]}
    sample, effects = sampled(data, MADE, 5)
    found = {
        (each.cause, each.outcome, each.kind): each.result
        for each in compare(sample, effects, histories(data, MADE)).found
    }
    same = NotEstimable(Reason.AMONG_SAME_CUSTOMERS, inner=(Reason.SAME_EVERYWHERE(),))
    for outcome in ("csat", "spend"):
        assert found["speed", outcome, "within"] == same
        assert isinstance(found["wait", outcome, "within"], Estimate)
        assert isinstance(found["speed", outcome, "next"], NotEstimable)
        assert isinstance(found["wait", outcome, "next"], Estimate)
