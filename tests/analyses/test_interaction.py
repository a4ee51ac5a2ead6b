"""Interactions and natural effects beside regressions on the rows, and beside a planted truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
import statsmodels.api as sm

from lineofsight.aggregation.features import Driver
from lineofsight.aggregation.products import MOST_PRODUCTS, ProductBasis, product
from lineofsight.analyses.interactions.estimate import interactions
from lineofsight.analyses.interactions.natural_effects import Interaction, NaturalEffects
from lineofsight.engines.jobs import first_buckets
from lineofsight.engines.products import ProductAggregation
from lineofsight.engines.response_sums import Episodes
from lineofsight.model.design import Design
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.bootstrap import bootstrap_weights
from lineofsight.stats.results import Estimate, NotEstimable
from model.touchpoints import DAYS, NAMES, WAIT, company, rows
from model.world import BUCKETS, Rows, coded, columns, resampled, table, without

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")

CENTRES = {"days": 4.0, "wait": 11.0, "parcel": 6.0, "desk": 5.5, "overall": 5.0}
LEAK = Reason.SEPARATES(name="days", other="spend")


def basis_of(made: Design) -> ProductBasis:
    felt = [info.name for info in made.outcomes if info.kind == "perception"]
    return ProductBasis(made.basis, tuple(i.outcome for i in made.outcomes), tuple(felt), CENTRES)


def cells(data: Rows, made: Design, parts: int = 1) -> object:
    basis = basis_of(made)
    work = ProductAggregation(
        Episodes(made.basis, made.categories, "bucket"), basis, BUCKETS, np.full(len(basis.columns), 1.0)
    )
    order = np.argsort(data["bucket"], kind="stable")
    whole = table({name: values[order] for name, values in data.items()})
    size = -(-len(order) // parts)
    sliced = [whole.slice(at, size).to_batches(max_chunksize=700) for at in range(0, len(order), size)]
    return work.reduce([work.map(first_buckets(part, work)) for part in sliced])


def ask(
    data: Rows, made: Design, replicates: int = 0, leaks: dict[tuple[str, str], str] | None = None
) -> tuple[list[Interaction], list[NaturalEffects]]:
    drawn = bootstrap_weights(BUCKETS, replicates, np.random.default_rng(5))
    weights = np.vstack([np.ones((1, BUCKETS)), drawn])
    view = View(None, cells(data, made), EVERY_LEVEL, weights)
    return interactions(made, basis_of(made), view, leaks or {})


def by_hand(data: Rows, made: Design, driver: Driver, names: Sequence[str]) -> dict[str, float]:
    """NaturalEffects effects row by row: each row's outcome at its own and its better driver, and at the feelings of each."""
    x = columns(data, made)
    keep = np.all([~np.isnan(coded(data, name)) for name in (*names, "spend")], axis=0)
    x = {name: values[keep] for name, values in x.items()}
    value = data[driver.name][keep]
    known = ~np.isnan(value)
    better = np.where(known, value * 0.9, value)

    def at(level: np.ndarray) -> dict[str, np.ndarray]:
        moved = dict(x)
        filled = np.where(known, level, 123.0)
        moved[driver.name] = filled
        return moved | {f"{driver.name}>{k:g}": np.maximum(filled - k, 0) for k in driver.knots}

    def crossed(level: np.ndarray) -> np.ndarray:
        return np.where(known, level - CENTRES[driver.name], 0.0)

    def matrix(of: dict[str, np.ndarray], *more: np.ndarray) -> np.ndarray:
        return np.column_stack([np.ones(keep.sum()), *of.values(), *more])

    felt = [coded(data, name)[keep] for name in names]
    firsts = [sm.OLS(m, matrix(x)).fit() for m in felt]
    products = [crossed(value) * m for m in felt]
    second = sm.OLS(data["spend"][keep], matrix(x, *felt, *products)).fit()

    def mean(level: np.ndarray, felt_at: np.ndarray) -> float:
        ms = [first.predict(matrix(at(felt_at))) for first in firsts]
        row = matrix(at(level), *ms, *(crossed(level) * m for m in ms))
        return float(second.predict(row).mean())

    own, direct, indirect, both = (mean(*pair) for pair in (
        (value, value), (better, value), (value, better), (better, better),
    ))  # fmt: skip
    step = np.where(known, better - value, 0.0).mean()
    return {
        "total": both - own, "pure direct": direct - own, "total indirect": both - direct,
        "total direct": both - indirect, "pure indirect": indirect - own,
        "mediated interaction": both - direct - (indirect - own),
        **{f"× {name}": second.params[-len(names) + at] * step for at, name in enumerate(names)},
    }  # fmt: skip


DATA = rows()
DATA["spend"] = DATA["spend"] + 0.4 * (DATA["days"] - 4) * np.nan_to_num(DATA["overall"], nan=5.0)
MADE = company()


@pytest.mark.parametrize("driver", [DAYS, WAIT])
def test_all_effects_are_those_of_the_rows(driver: Driver) -> None:
    """Also of a driver that is bent and often absent, and in a resample."""
    crossed, natural = ask(DATA, MADE, 20)
    drawn = bootstrap_weights(BUCKETS, 20, np.random.default_rng(5))
    (mine,) = [one for one in natural if one.driver == driver.name]
    assert mine.through == NAMES and mine.reason is None
    for at, data in ((None, DATA), (7, resampled(DATA, drawn[7]))):
        expected = by_hand(data, MADE, driver, NAMES)
        found = dict(mine.effects) | {
            f"× {one.perception}": one.result for one in crossed if one.driver == driver.name
        }
        assert found.keys() == expected.keys()
        for name, estimated in found.items():
            assert isinstance(estimated, Estimate)
            got = estimated.value if at is None else estimated.replicates[at]
            assert got == pytest.approx(expected[name], rel=1e-7, abs=1e-9), name


def test_pure_and_total_add_up_in_every_replicate() -> None:
    _, natural = ask(DATA, MADE, 30)
    for one in natural:
        e = {name: np.array([v.value, *v.replicates]) for name, v in one.effects.items()}
        assert e["pure direct"] + e["total indirect"] == pytest.approx(e["total"], rel=1e-9)
        assert e["total direct"] + e["pure indirect"] == pytest.approx(e["total"], rel=1e-9)
        assert e["total direct"] - e["pure direct"] == pytest.approx(e["mediated interaction"], abs=1e-12)


def test_parts_of_the_rows_give_the_same_cells() -> None:
    one, three = cells(DATA, MADE), cells(DATA, MADE, 3)
    _, whole = one.moments(lambda pattern: True)
    _, parts = three.moments(lambda pattern: True)
    assert parts.count.sum() == np.sum(~np.isnan(DATA["parcel"]))  # who is silent is not there
    for name in ("count", "sums", "products"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name), rel=1e-9, abs=1e-6)


def test_the_planted_interaction_is_found() -> None:
    """Pooled over twelve companies the errors are nothing, and the spread is that of the standard errors."""
    scores, truth = [], 0.4
    for seed in range(12):
        data = rows(1500, seed=seed + 50)
        data["spend"] = data["spend"] + truth * data["days"] * np.nan_to_num(data["overall"])
        crossed, natural = ask(data, MADE, 100)
        (one,) = [c for c in crossed if (c.driver, c.perception) == ("days", "overall")]
        keep = ~np.isnan(data["overall"] + data["desk"] + data["parcel"])
        days = data["days"][keep]
        expected = {"interaction": -0.1 * truth * days.mean()}
        # parcel = 8 − 0.5 days …, overall = 1 + 0.4 parcel + 0.3 desk − 0.05 days …
        slope = -0.05 + 0.4 * -0.5
        shift = -0.1 * days * slope
        expected["pure indirect"] = np.mean(2.0 * shift + 0.5 * (-0.1 * days * -0.5) + truth * days * shift)
        expected["mediated interaction"] = np.mean(truth * -0.1 * days * shift)
        (mine,) = [n for n in natural if n.driver == "days"]
        found = {"interaction": one.result, **mine.effects}
        assert one.p_value < 0.01
        scores.append(
            [(found[name].value - value) / found[name].standard_error for name, value in expected.items()]
        )
    pooled = np.array(scores)
    assert (np.abs(pooled.mean(axis=0)) < 2.5 / np.sqrt(len(pooled))).all(), pooled.mean(axis=0)
    assert ((pooled.std(axis=0) > 0.5) & (pooled.std(axis=0) < 1.7)).all()


def test_a_bent_line_is_not_taken_for_an_interaction() -> None:
    """A driver whose worth falls the better it is, without any interaction: the square tells it from one."""
    data = rows(4000, seed=2)
    data["spend"] = data["spend"] + 0.5 * (data["days"] - 4.0) ** 2
    crossed, _ = ask(data, MADE, 100)
    mine = {one.perception: one for one in crossed if one.driver == "days"}
    assert mine["parcel"].q_value < 0.01 and mine["parcel"].p_beside_squares > 0.05
    assert not any(one.clear for one in mine.values())
    planted = dict(
        data, spend=rows(4000, seed=2)["spend"] + 0.4 * data["days"] * np.nan_to_num(data["overall"])
    )
    crossed, _ = ask(planted, MADE, 100)
    assert [one.perception for one in crossed if one.driver == "days" and one.clear] == ["overall"]


def why(found: Sequence[Interaction | NaturalEffects], driver: str) -> set[Statement | None]:
    mine = [one for one in found if one.driver == driver]
    return {
        one.reason
        if isinstance(one, NaturalEffects)
        else one.result.reason
        if isinstance(one.result, NotEstimable)
        else None
        for one in mine
    }


def test_a_driver_that_gives_the_behaviour_away_is_refused_and_the_others_stay() -> None:
    crossed, natural = ask(DATA, MADE, 20, {("days", "spend"): LEAK})
    assert why(crossed, "days") == why(natural, "days") == {LEAK}
    assert why(crossed, "wait") == why(natural, "wait") == {None}


def test_a_perception_that_gives_the_behaviour_away_stands_alone() -> None:
    crossed, natural = ask(DATA, MADE, 20, {("overall", "spend"): LEAK})
    assert [one.through for one in natural if one.driver == "days"] == [("parcel", "desk"), ("overall",)]
    refused = [one for one in crossed if one.perception == "overall"]
    assert {one.result.reason for one in refused} == {LEAK}


def test_a_perception_that_is_always_the_same_is_refused_and_the_others_stay() -> None:
    same = without(DATA, desk=np.where(np.isnan(DATA["desk"]), np.nan, 5.0))
    crossed, natural = ask(same, MADE, 20)
    mine = {one.perception: one.result for one in crossed if one.driver == "days"}
    assert mine["desk"] == NotEstimable(Reason.SAME_EVERYWHERE)
    assert isinstance(mine["overall"], Estimate) and isinstance(mine["parcel"], Estimate)
    (of_days,) = [one for one in natural if one.driver == "days"]
    assert of_days.through == ("parcel", "overall") and of_days.reason is None
    keep = ~np.isnan(same["desk"])  # who answered all, also what cannot be told apart
    expected = by_hand(
        {name: values[keep] for name, values in same.items()}, MADE, DAYS, ("parcel", "overall")
    )
    assert of_days.effects["total"].value == pytest.approx(expected["total"], rel=1e-7)


def test_a_driver_at_its_limit_changes_nothing() -> None:
    best = replace(DAYS, limit=100.0, higher_is_better=True)
    at_limit = company()
    at_limit = replace(at_limit, basis=replace(at_limit.basis, drivers=(best, WAIT)))
    crossed, natural = ask(without(DATA, days=DATA["days"] + 200.0), at_limit, 20)
    assert why(crossed, "days") == why(natural, "days") == {Reason.NOTHING_CHANGES()}


def test_nobody_with_answer_and_behaviour() -> None:
    crossed, natural = ask(without(DATA, spend=np.full(len(DATA["spend"]), np.nan)), MADE, 20)
    assert why(crossed, "days") == why(natural, "days") == {Reason.NO_EPISODE()}


def test_too_many_products_are_refused() -> None:
    drivers = tuple(Driver(f"d{at}", False) for at in range(MOST_PRODUCTS // 3 + 1))
    many = replace(MADE, basis=replace(MADE.basis, drivers=drivers))
    basis = basis_of(many)
    assert basis.too_many and basis.products == ()
    crossed, natural = interactions(many, basis, None, {})
    assert len(crossed) == basis.wanted and len(natural) == len(drivers)
    assert why(natural, "d0") == {Reason.TOO_MANY_PAIRS(n=42, needed=40)}
    assert not basis_of(MADE).too_many and product("days", "overall") in basis_of(MADE).columns


def test_columns_by_hand() -> None:
    basis = basis_of(MADE)
    batch = pa.record_batch(table({name: values[:50] for name, values in DATA.items()}).to_batches()[0])
    work = ProductAggregation(
        Episodes(MADE.basis, MADE.categories, "bucket"), basis, BUCKETS, np.zeros(len(basis.columns))
    )
    ((block, bucket),) = work._blocks([batch])
    keep = ~np.isnan(DATA["parcel"][:50])
    assert len(bucket) == keep.sum() == len(block.matrix)
    place = basis.columns.index(product("wait", "desk"))
    wait, desk = DATA["wait"][:50][keep], DATA["desk"][:50][keep]
    expected = np.where(np.isnan(wait), 0.0, wait - 11.0) * (desk - 5.5)
    assert block.matrix[:, place] == pytest.approx(expected, nan_ok=True)
    moved = block.matrix[:, basis.columns.index("better:wait")]
    assert moved == pytest.approx(np.nan_to_num(-0.1 * wait))


@pytest.mark.parametrize(("drivers", "too_many"), [(40, False), (41, True)])
def test_up_to_forty_pairs_of_driver_and_perception_are_asked_about(drivers: int, too_many: bool) -> None:
    made = replace(MADE.basis, drivers=tuple(Driver(f"d{at}", False) for at in range(drivers)))
    basis = ProductBasis(made, tuple(i.outcome for i in MADE.outcomes), ("overall",), CENTRES)
    assert basis.wanted == drivers and basis.too_many == too_many
    assert len(basis.products) == (0 if too_many else drivers)


def test_whatever_is_refused_is_refused_of_each_pair_with_its_names_and_episodes() -> None:
    crossed, natural = ask(DATA, MADE, 10, {("days", "spend"): LEAK})
    n = int((~np.isnan(DATA["desk"] + DATA["parcel"] + DATA["overall"] + DATA["spend"])).sum())

    def told(found: Sequence[Interaction]) -> list[tuple[object, ...]]:
        assert all(np.isnan([one.p_value, one.q_value, one.p_beside_squares]).all() for one in found)
        return [(one.driver, one.perception, one.behaviour, one.n, one.result) for one in found]

    mine = [one for one in crossed if one.driver == "days"]
    assert told(mine) == [("days", name, "spend", n, NotEstimable(LEAK)) for name in NAMES]
    assert [one for one in natural if one.driver == "days"] == [
        NaturalEffects("days", "spend", NAMES, n, reason=LEAK)
    ]
    assert {one.n for one in (*crossed, *natural)} == {n}
    drivers = tuple(Driver(f"d{at}", False) for at in range(14))
    many = replace(MADE, basis=replace(MADE.basis, drivers=drivers))
    basis = basis_of(many)
    refused = Reason.TOO_MANY_PAIRS(n=42, needed=40)
    crossed, natural = interactions(many, basis, None, {})
    names = [driver.name for driver in drivers]
    assert told(crossed) == [
        (driver, name, "spend", 0, NotEstimable(refused)) for driver in names for name in NAMES
    ]
    assert natural == [NaturalEffects(driver, "spend", NAMES, 0, reason=refused) for driver in names]


def test_an_interaction_is_clear_by_its_q_value_and_beside_squares() -> None:
    one = Interaction("days", "desk", "spend", 100, NotEstimable(LEAK))
    for q, beside, clear in ((0.05, 0.05, True), (0.051, 0.05, False), (0.05, 0.051, False)):
        assert replace(one, q_value=q, p_beside_squares=beside).clear == clear
    assert not one.clear
