"""Perceptions that nearly say the same: which of them paths go through, and which not."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.analyses.leakage.redundancy import correlation_ratio, redundant_perceptions
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
