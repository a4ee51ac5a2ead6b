"""Perceptions that nearly say the same: which of them paths go through, and which not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lineofsight.analyses.leakage.redundancy import (
    RedundantPerception,
    correlation_ratio,
    redundant_kept_out,
    redundant_perceptions,
    suspected_redundancy,
)
from lineofsight.analyses.leakage.suspicions import Suspicion
from lineofsight.reasons import Reason
from model.three_drivers import DATA, SPEED, N
from model.world import Rows, behaviour, design, estimate, perception, without

CSAT = np.where(np.isnan(DATA["csat"]), np.random.default_rng(1).integers(1, 6, N), DATA["csat"])
NOISE = np.random.default_rng(2).normal(size=N)


def redundant(
    together: dict[tuple[str, str], dict[tuple[float, float], int]] | None = None, **said: np.ndarray
) -> list[tuple[str, tuple[str, ...], float]]:
    """The perceptions that had better go, declared in this order, with what stays and the share that it explains."""
    data: Rows = without(DATA, **said)
    made = design(drivers=(SPEED,), outcomes=(*(perception(name) for name in said), behaviour("spend")))
    found = redundant_perceptions(made, estimate(data, made, 0).everyone, together or {})
    return [(each.perception, each.kept, each.explained) for each in found]


@pytest.mark.parametrize(("error", "gone"), [(0.3, True), (0.4, False)])
def test_one_of_two_goes_from_nine_tenths_of_the_variance_on(error: float, gone: bool) -> None:
    other = CSAT + error * CSAT.std() * NOISE
    found = redundant(first=CSAT, second=other)
    r2 = np.corrcoef(CSAT, other)[0, 1] ** 2
    assert (r2 >= 0.9) == gone
    assert found == ([("second", ("first",), pytest.approx(r2, abs=0.01))] if gone else [])


def test_of_two_that_give_each_other_the_one_with_more_answers_stays() -> None:
    fewer = np.where(np.arange(N) < 200, np.nan, CSAT)
    assert [each[:2] for each in redundant(first=CSAT, second=fewer)] == [("second", ("first",))]
    assert [each[:2] for each in redundant(first=fewer, second=CSAT)] == [("first", ("second",))]


@pytest.mark.parametrize("fine_first", [True, False])
def test_of_two_the_one_stays_that_gives_the_other_though_fewer_answered_it(fine_first: bool) -> None:
    """Whether somebody is at an end of the scale follows from the answer, and not the other way round."""
    ends = np.isin(CSAT, (1, 5)).astype(float)
    fine = np.where(np.arange(N) < 200, np.nan, CSAT)
    said = {"fine": fine, "ends": ends} if fine_first else {"ends": ends, "fine": fine}
    one, other = said.values()
    pairs, counts = np.unique(np.column_stack([one, other])[200:], axis=0, return_counts=True)
    together = {tuple(pair): int(count) for pair, count in zip(pairs.tolist(), counts, strict=True)}
    found = redundant({tuple(said): together}, **said)  # type: ignore[dict-item]  # of two names
    assert [each[:2] for each in found] == [("ends", ("fine",))]
    assert found[0][2] == pytest.approx(1.0)


def test_an_index_of_others_goes_and_its_parts_stay() -> None:
    rng = np.random.default_rng(5)
    one, two = rng.normal(size=(2, N))
    found = redundant(one=one, two=two, index=one + two)
    assert [each[:2] for each in found] == [("index", ("one", "two"))]
    assert redundant(one=one, two=two, index=one + two + rng.normal(size=N)) == []


@pytest.mark.parametrize(("more", "told"), [(5, True), (4, False)])
def test_answers_explain_nothing_where_episodes_are_fewer_than_five_for_each_and_the_mean(
    more: int, told: bool
) -> None:
    """Two answers need 15 episodes; here each goes with its own answer to the other question."""
    together = {(1.0, 10.0): 10, (2.0, 20.0): more}
    for of in (0, 1):
        assert correlation_ratio(together, of) == (pytest.approx(1.0, rel=1e-12) if told else 0.0)


def test_a_correlation_ratio_is_that_of_groups_less_what_chance_explains() -> None:
    """As an analysis of variance has it: each answer's mean of the other, adjusted for their number."""
    together = {(1.0, 3.0): 12, (1.0, 5.0): 4, (2.0, 3.0): 3, (2.0, 5.0): 9, (4.0, 5.0): 7, (4.0, 8.0): 2}
    rows = np.array([pair for pair, count in together.items() for _ in range(count)])
    for of, by in ((0, 1), (1, 0)):
        groups = [rows[rows[:, by] == level, of] for level in np.unique(rows[:, by])]
        inside = sum(((group - group.mean()) ** 2).sum() for group in groups) / (len(rows) - len(groups))
        expected = 1 - inside / rows[:, of].var(ddof=1)
        assert correlation_ratio(together, of) == pytest.approx(expected, rel=1e-12)


def test_nothing_explains_answers_that_are_all_the_same_or_that_nobody_gave() -> None:
    assert correlation_ratio({}, 0) == 0.0
    together = {(1.0, 3.0): 50, (1.0, 4.0): 50}
    assert (correlation_ratio(together, 0), correlation_ratio(together, 1)) == (0.0, 0.0)


@pytest.mark.parametrize(("customers", "gone"), [(20, True), (19, False)])
def test_of_fewer_than_twenty_customers_no_perception_goes(customers: int, gone: bool) -> None:
    """Two identical perceptions, of which one is told by the line and one by their answers."""
    data = without(DATA, first=CSAT, second=CSAT, bucket=np.arange(N) % customers)
    made = design(drivers=(SPEED,), outcomes=(perception("first"), perception("second"), behaviour("spend")))
    everyone = estimate(data, made, 0).everyone
    pairs, counts = np.unique(CSAT, return_counts=True)
    answers = {(one, one): int(count) for one, count in zip(pairs.tolist(), counts, strict=True)}
    for together in ({}, {("first", "second"): answers}):
        found = redundant_perceptions(made, everyone, together)
        assert [(each.perception, each.kept, each.n) for each in found] == [("second", ("first",), N)] * gone


def test_a_perception_that_is_gone_takes_no_other_with_it_and_only_main_ones_are_looked_at() -> None:
    rng = np.random.default_rng(9)
    middle = rng.normal(size=N)
    near = {
        "first": middle + 0.25 * rng.normal(size=N),
        "second": middle,
        "third": middle + 0.25 * rng.normal(size=N),
    }
    r2 = {name: np.corrcoef(middle, values)[0, 1] ** 2 for name, values in near.items()}
    assert r2["first"] > 0.9 and r2["third"] > 0.9
    assert np.corrcoef(near["first"], near["third"])[0, 1] ** 2 < 0.9
    assert [each[:2] for each in redundant(**near)] == [("second", ("first",))]
    data = without(DATA, first=CSAT, second=CSAT)
    aside = replace(perception("second"), main=False)
    made = design(drivers=(SPEED,), outcomes=(perception("first"), aside, behaviour("spend")))
    assert redundant_perceptions(made, estimate(data, made, 0).everyone, {}) == []


def test_of_several_indexes_the_last_goes_first_and_the_rest_is_looked_at_again() -> None:
    one, two, three = np.random.default_rng(5).normal(size=(3, N))
    found = redundant(one=one, two=two, sum=one + two, three=three, wide=one - two + 2 * three)
    assert [each[:2] for each in found] == [
        ("wide", ("one", "two", "sum", "three")),
        ("sum", ("one", "two", "three")),
    ]
    assert [each[2] for each in found] == pytest.approx([1.0, 1.0])


def test_a_twin_is_no_way_to_behaviours_but_where_the_project_insists_or_its_twin_is_no_way_either() -> None:
    outcomes = (perception("csat"), *(behaviour(name) for name in ("stay", "spend", "care")))
    made = design(drivers=(SPEED,), outcomes=outcomes)
    twin = RedundantPerception("second", ("csat",), 0.95, 100)
    leak = Reason.COPY(name="csat", other="spend")
    leaks, insisted = {("csat", "spend"): leak}, {("second", "care"): "known before"}
    why = Reason.TWIN(name="second", other="csat", share=0.95)
    through = Reason.PATHS_THROUGH_TWIN(names=("csat",), inner=(why,))
    assert redundant_kept_out(made, [twin], leaks, insisted) == {("second", "stay"): through}
    assert redundant_kept_out(made, [twin], {("second", "stay"): leak}, {}) == {
        ("second", "spend"): through, ("second", "care"): through,
    }  # fmt: skip
    told = [*suspected_redundancy([twin], insisted | {("other", "stay"): "something else"})]
    assert told == [
        Suspicion("twin", "second", None, why, 0.95, 100, kept_out=True),
        Suspicion("twin", "second", "care", why, 0.95, 100, insisted="known before"),
    ]
    several = RedundantPerception("index", ("one", "two"), 0.99, 100)
    assert several.reason == Reason.TWIN_OF_SEVERAL(name="index", names=("one", "two"), share=0.99)


def test_each_pair_of_twins_is_found_whatever_stands_between_them() -> None:
    other = np.random.default_rng(8).normal(size=N)
    found = redundant(a=CSAT, b=2 * CSAT + 1, c=other, d=-other)
    assert [each[:2] for each in found] == [("b", ("a",)), ("d", ("c",))]
