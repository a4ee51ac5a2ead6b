"""Who answers: which perceptions share a model, what is in it, and why there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyses.answering import weigh
from lineofsight.aggregation.cells import CellAggregator
from lineofsight.aggregation.features import Driver, Number
from lineofsight.analyses.nonresponse.estimate import Weights
from lineofsight.analyses.nonresponse.response_model import (
    ResponseModel,
    fit_response_models,
    response_groups,
)
from lineofsight.engines.aggregate import AggregationPlan, aggregate_batches
from lineofsight.engines.jobs import first_buckets
from lineofsight.engines.response_sums import Episodes, ModelAt, ResponseSums
from lineofsight.model.design import Design
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.reasons import Reason
from lineofsight.stats.logistic import Logistic, LogisticSums
from lineofsight.stats.results import NotEstimable
from model.world import BUCKETS, Rows, behaviour, design, perception, table

NAMES = ("csat", "nps")
PLAIN = design((Driver("a", True),), tuple(map(perception, NAMES)), (), ())


def world(n: int = 600, seed: int = 0, **columns: np.ndarray) -> Rows:
    rng = np.random.default_rng(seed)
    said = rng.integers(1, 6, n).astype(float)
    return {
        "a": rng.normal(size=n), "csat": said, "nps": said, "covered": np.ones(n),
        "bucket": np.arange(n) % BUCKETS, **columns,
    }  # fmt: skip


def answered(n: int, at: int) -> np.ndarray:
    """The first so many answered."""
    return np.where(np.arange(n) < at, 3.0, np.nan)


def view_of(data: Rows, made: Design = PLAIN, shift: float | None = None) -> View:
    """Everyone, summed about the centre of the first batch or about a number."""
    ordered = table(data).sort_by("bucket")
    if shift is None:
        plan = AggregationPlan(made.basis, made.categories, {}, "bucket", BUCKETS, {}, [])
        cells = aggregate_batches(ordered.to_batches(), plan).cells[None]
    else:
        block = made.basis.evaluate({name: data[name] for name in made.basis.sources}, {})
        folded = CellAggregator(made.basis, BUCKETS, np.full(len(made.basis.columns), shift))
        folded.add(
            block, data["bucket"][block.rows].astype(np.int32), np.zeros(block.rows.sum(), dtype=np.int32)
        )
        cells = folded.result()
    return View(None, cells, EVERY_LEVEL, np.ones((1, BUCKETS)))


def models(
    data: Rows, made: Design = PLAIN, *, raked: bool = False, shift: float | None = None
) -> list[ResponseModel]:
    batches = table(data).sort_by("bucket").to_batches()
    view = view_of(data, made, shift)

    def sums(asked: tuple[ModelAt, ...], below: int | None) -> list[LogisticSums]:
        work = ResponseSums(Episodes(made.basis, made.categories, "bucket", below), asked)
        return work.map(first_buckets(batches, work))

    return fit_response_models(view, response_groups(view, NAMES), sums, raked=raked)


# ---- who shares a model ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("both", "groups"), [(98, [NAMES]), (97, [("csat",), ("nps",)])])
def test_perceptions_share_a_model_where_98_of_100_who_answered_either_answered_both(
    both: int, groups: list[tuple[str, ...]]
) -> None:
    data = world(csat=answered(600, 100), nps=answered(600, both))
    assert response_groups(view_of(data), NAMES) == groups


def test_one_that_all_answered_who_were_asked_needs_no_model_and_hides_none() -> None:
    data = world(nps=answered(600, 500))
    assert response_groups(view_of(data), NAMES) == [("nps",)]
    assert response_groups(view_of(world()), NAMES) == []
    data = world(csat=answered(600, 599))
    assert response_groups(view_of(data), NAMES) == [("csat",)]


def test_of_three_the_third_joins_the_group_that_it_is_answered_with() -> None:
    made = design((Driver("a", True),), tuple(map(perception, ("one", "two", "three"))), (), ())
    first, last = np.arange(600) < 200, np.arange(600) >= 300
    data = world(
        one=np.where(first, 3.0, np.nan), two=np.where(last, 3.0, np.nan), three=np.where(first, 4.0, np.nan)
    )
    found = response_groups(view_of(data, made), ("one", "two", "three"))
    assert found == [("one", "three"), ("two",)]


# ---- why there is no model ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (0, Reason.NOBODY_ANSWERED()),
        (19, Reason.FEW_ANSWERED(n=19, columns=1, needed=20)),
        (20, None),
        (580, None),
        (581, Reason.FEW_SILENT(n=19, columns=1, needed=20)),
    ],
)
def test_a_model_of_one_column_needs_twenty_who_answered_and_twenty_who_did_not(
    at: int, reason: Reason | None
) -> None:
    said = answered(600, 600)
    said[np.random.default_rng(1).permutation(600)[at:]] = np.nan
    (found,) = models(world(csat=said, nps=said))
    assert (found.perceptions, found.asked, found.answered) == (NAMES, 600, at)
    if reason is None:
        assert isinstance(found.fitted, Logistic) and found.reached is not None
        assert (found.columns, found.separated, found.left_out) == (1, (), ())
    else:
        assert found.fitted == NotEstimable(reason)  # type: ignore[arg-type]  # a statement
        assert (found.reached, found.left_out) == (None, ())


@pytest.mark.parametrize(("customers", "told"), [(20, True), (19, False)])
def test_a_model_needs_twenty_customers_who_were_asked(customers: int, told: bool) -> None:
    said = np.where(np.random.default_rng(1).random(600) < 0.5, 3.0, np.nan)
    (found,) = models(world(csat=said, nps=said, bucket=np.arange(600) % customers))
    assert isinstance(found.fitted, Logistic) == told
    assert told or found.fitted == NotEstimable(Reason.FEW_ASKED, n=19, needed=20)


def test_where_margins_are_declared_an_intercept_alone_is_enough() -> None:
    """Ten of each kind are needed for it; with raking to follow, no column is."""
    said = answered(600, 600)
    said[np.random.default_rng(1).permutation(600)[12:]] = np.nan
    (alone,), (raked,) = models(world(csat=said, nps=said)), models(world(csat=said, nps=said), raked=True)
    assert alone.fitted == NotEstimable(Reason.FEW_ANSWERED, n=12, columns=1, needed=20)
    assert isinstance(raked.fitted, Logistic)
    assert (raked.columns, raked.left_out) == (0, ("a",))
    assert raked.fitted.coefficients == pytest.approx([np.log(12 / 588)], rel=1e-8)
    fewer = np.where(np.cumsum(~np.isnan(said)) <= 9, said, np.nan)
    (none,) = models(world(csat=fewer, nps=fewer), raked=True)
    assert none.fitted == NotEstimable(Reason.FEW_ANSWERED, n=9, columns=0, needed=10)


def test_whom_nobody_can_stand_for_is_told_and_left_out_of_the_model() -> None:
    data = world(b=np.r_[np.random.default_rng(2).normal(size=300), np.zeros(300)])
    made = design((Driver("a", True), Driver("b", True)), tuple(map(perception, NAMES)), (), ())
    data["csat"] = data["nps"] = answered(600, 300)
    (found,) = models(data, made)
    assert (found.separated, found.columns) == (("b",), 1)
    assert isinstance(found.fitted, Logistic)


# ---- what is in it --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "columns", "left_out"),
    [
        (60, 5, ()),  # ten for each of five columns and the intercept
        (59, 4, ("d",)),
        (50, 4, ("d",)),
        (49, 3, ("c",)),  # the two of 'c' do not fit, and the one of 'd' does
        (40, 3, ("c",)),
        (39, 2, ("c", "d")),
        (29, 1, ("b", "c", "d")),
    ],
)
def test_terms_are_taken_as_declared_and_whole_while_ten_of_the_rarer_kind_are_there_for_each_column(
    at: int, columns: int, left_out: tuple[str, ...]
) -> None:
    """'a' and 'b' have a column each, 'c' a bend too, and 'd' is a control."""
    rng = np.random.default_rng(4)
    drivers = (Driver("a", True), Driver("b", True), Driver("c", True, knots=(0.0,)))
    made = design(drivers, tuple(map(perception, NAMES)), (Number("d"),), ())
    said = np.full(600, np.nan)
    said[rng.permutation(600)[:at]] = 3.0
    (found,) = models(world(csat=said, nps=said, **{name: rng.normal(size=600) for name in "bcd"}), made)
    assert isinstance(found.fitted, Logistic)
    assert (found.columns, found.left_out) == (columns, left_out)


def test_half_as_many_columns_as_customers_are_afforded_with_the_intercept_among_them() -> None:
    rng = np.random.default_rng(4)
    names = [f"x{at}" for at in range(12)]
    made = design([Driver(name, True) for name in names], tuple(map(perception, NAMES)), (), ())
    said = np.where(rng.random(600) < 0.5, 3.0, np.nan)
    data = world(
        csat=said, nps=said, bucket=np.arange(600) % 22, **{name: rng.normal(size=600) for name in names}
    )
    (found,) = models(data, made)
    assert (found.columns, found.left_out) == (10, ("x10", "x11"))


@pytest.mark.parametrize("shift", [None, 0.0, 30.0])
def test_an_absent_value_is_filled_with_the_mean_of_those_that_are_known(shift: float | None) -> None:
    """The same on every engine; columns that are always known are centred at their mean and scaled by their spread."""
    rng = np.random.default_rng(7)
    b = np.where(rng.random(600) < 0.4, np.nan, 5 + rng.normal(size=600))
    d = np.where(rng.random(600) < 0.3, np.nan, 2 + rng.normal(size=600))
    made = design(
        (Driver("a", True), Driver("b", True, knots=(5.0,), optional=True)),
        tuple(map(perception, NAMES)), (Number("d", optional=True),), (),
    )  # fmt: skip
    said = np.where(rng.random(600) < 0.5, 3.0, np.nan)
    (found,) = models(world(csat=said, nps=said, b=b, d=d), made, shift=shift)
    assert found.reached is not None and isinstance(found.fitted, Logistic)
    columns = [made.basis.columns[at] for at in found.reached.regressors.place]
    fills = dict(zip(columns, found.reached.regressors.fill, strict=True))
    assert set(columns) == {"a", "b", "b>5", "b?", "d", "d?"}
    assert fills["b"] == pytest.approx(np.nanmean(b), rel=1e-9)
    assert fills["b>5"] == pytest.approx(np.nanmean(np.maximum(b - 5, 0)), rel=1e-9)
    assert fills["d"] == pytest.approx(np.nanmean(d), rel=1e-9)
    centres = dict(zip(columns, found.reached.regressors.centre, strict=True))
    scales = dict(zip(columns, found.reached.regressors.scale, strict=True))
    assert centres["b"] == pytest.approx(np.nanmean(b), rel=1e-9)
    assert centres["b?"] == pytest.approx(np.isnan(b).mean(), rel=1e-9)
    assert scales["b"] == pytest.approx(np.nan_to_num(b, nan=np.nanmean(b)).std(), rel=1e-9)
    np.testing.assert_array_equal(found.reached.coefficients, found.fitted.coefficients)


def test_weights_of_those_who_answered_begin_with_a_model_that_has_its_reason() -> None:
    made = replace(PLAIN, outcomes=(*PLAIN.outcomes, behaviour("a")))
    data = world(csat=answered(600, 10), nps=answered(600, 10))
    plan = AggregationPlan(made.basis, made.categories, {}, "bucket", BUCKETS, {}, [])
    batches = table(data).sort_by("bucket").to_batches()
    (found,) = weigh(batches, made, aggregate_batches(batches, plan).cells, NAMES)
    reason = Reason.FEW_ANSWERED(n=10, columns=1, needed=20)
    assert isinstance(found, Weights)
    assert (found.weighed, found.reason) == (None, reason)
    assert found.model.fitted == NotEstimable(reason)


@pytest.mark.parametrize(("at", "kind"), [(29, Reason.FEW_ANSWERED), (571, Reason.FEW_SILENT)])
def test_where_the_smallest_term_is_too_large_the_reason_is_what_that_one_needs(
    at: int, kind: Reason
) -> None:
    """One operation with a bend: its two columns and the intercept need thirty of each kind."""
    rng = np.random.default_rng(4)
    made = design((Driver("c", True, knots=(0.0,)),), tuple(map(perception, NAMES)), (), ())
    said = np.full(600, np.nan)
    said[rng.permutation(600)[:at]] = 3.0
    data = world(csat=said, nps=said, c=rng.normal(size=600))
    (found,) = models(data, made)
    assert found.fitted == NotEstimable(kind, n=29, columns=2, needed=30)
    assert (found.columns, found.separated, found.reached) == (2, (), None)
    (raked,) = models(data, made, raked=True)
    assert isinstance(raked.fitted, Logistic) and raked.left_out == ("c",)


def test_twelve_customers_are_too_few_for_any_column_though_they_answer_often() -> None:
    said = np.where(np.random.default_rng(1).random(600) < 0.5, 3.0, np.nan)
    (found,) = models(world(csat=said, nps=said, bucket=np.arange(600) % 12))
    assert found.fitted == NotEstimable(Reason.FEW_ASKED, n=12, needed=20)


def test_columns_that_together_tell_exactly_who_answers_are_refused_and_nothing_breaks() -> None:
    """Among those who answered, and among those who did not, the two are the same but for a constant."""
    rng = np.random.default_rng(3)
    said = np.where(np.arange(600) % 2 == 0, 3.0, np.nan)
    b = (np.arange(600) // 2 % 2).astype(float)
    made = design((Driver("b", True), Driver("d", True)), tuple(map(perception, NAMES)), (), ())
    for shift in (1.0, 2.0, rng.normal()):
        (found,) = models(world(csat=said, nps=said, b=b, d=b + shift * ~np.isnan(said)), made)
        assert found.fitted == NotEstimable(Reason.ANSWERS_TOLD_EXACTLY)
        assert (found.reached, found.separated, found.columns) == (None, (), 2)
