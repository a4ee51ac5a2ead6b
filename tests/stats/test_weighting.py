"""Weights, their trimming and what they cost; raking beside an installed survey package."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.reasons import Reason
from lineofsight.stats.raking import Empty, rake
from lineofsight.stats.results import NotEstimable
from lineofsight.stats.weighting import MOST_WEIGHT, Tally, inverse_probability_weights, least_probability


def test_no_answer_counts_for_more_than_ten() -> None:
    p = np.array([0.2, 0.019, 0.02, 0.5])
    weight, trimmed = inverse_probability_weights(p, least_probability(0.2))
    np.testing.assert_allclose(weight, [5, 50, 50, 2])
    assert trimmed.tolist() == [False, True, False, False]
    assert weight.max() == MOST_WEIGHT / 0.2  # the mean of all weights is 1 / 0.2


def test_effective_sample_size_is_kish() -> None:
    """Kish's design effect of 1 + the squared coefficient of variation, as samplics 0.6 computes it."""
    one, two = Tally.of(RAKED[:5], np.zeros(5, bool)), Tally.of(RAKED[5:], np.ones(9, bool))
    both = one + two
    assert both.n / both.effective_sample_size == pytest.approx(DESIGN_EFFECT, rel=1e-9)
    assert both.trimmed_share == 9 / 14
    assert both.largest_weight == pytest.approx(RAKED.max() / RAKED.mean())
    assert Tally.of(np.full(7, 3.0), np.zeros(7, bool)).effective_sample_size == 7


def test_weighted_answers_stand_for_those_asked() -> None:
    """Horvitz-Thompson: unbiased where the response probabilities are known."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=200_000)
    p = 1 / (1 + np.exp(1.5 - x))
    answered = rng.random(len(x)) < p
    weight, _ = inverse_probability_weights(p[answered], 0.0)
    assert x[answered].mean() > 0.5
    assert np.average(x[answered], weights=weight) == pytest.approx(0, abs=0.03)
    assert weight.sum() == pytest.approx(len(x), rel=0.02)


WEIGHTS = np.array([1.2, 0.8, 2.0, 1.5, 1.0, 3.1, 0.7, 1.9, 1.1, 2.4, 1.3, 0.9, 1.6, 2.2])
REGION = np.array([*"nnnnnsssssseee"])
AGE = np.array([*"yoyomymoyomyoy"])
SHARES = {"region": {"n": 0.40, "s": 0.35, "e": 0.25}, "age": {"y": 0.30, "o": 0.45, "m": 0.25}}
# samplics 0.6.0, SampleWeight().rake(..., tol=1e-14, ctrl_tol=1e-14): raked weights, and calculate_deff_weight of them
RAKED = np.array(
    [
        0.8878906372,
        1.2498238264,
        1.4798177287,
        2.3434196746,
        2.7190481331,
        1.1413349069,
        0.9470831534,
        1.4770173253,
        0.4049898057,
        1.8657060951,
        1.7588687135,
        0.7536678159,
        2.8290330785,
        1.8422991056,
    ]
)
DESIGN_EFFECT = 1.204409243902


def joint(weight: np.ndarray = WEIGHTS, region: np.ndarray = REGION) -> np.ndarray:
    table = np.zeros((4, 4))
    for w, r, a in zip(weight, region, AGE, strict=True):
        table["nse?".index(r), "yom?".index(a)] += w
    return table


def shares() -> list[np.ndarray]:
    return [np.array([*share.values()]) for share in SHARES.values()]


def test_raked_weights_are_those_of_a_survey_package() -> None:
    found = rake(joint(), shares())
    assert isinstance(found, tuple)
    regions, ages = found
    raked = WEIGHTS * regions[["nse".index(r) for r in REGION]] * ages[["yom".index(a) for a in AGE]]
    np.testing.assert_allclose(raked, RAKED, rtol=1e-8)
    for r, share in SHARES["region"].items():
        assert raked[r == REGION].sum() == pytest.approx(share * WEIGHTS.sum(), rel=1e-10)


def test_one_margin_is_poststratification() -> None:
    (factors,) = rake(np.array([2.0, 6.0, 0.0]), [np.array([0.5, 0.5])])  # type: ignore[misc]
    np.testing.assert_allclose(factors, [2, 4 / 6, 1])


def test_who_has_no_level_keeps_the_weight_and_the_margin_holds_among_the_others() -> None:
    region = np.where(np.arange(14) == 3, "?", REGION)
    found = rake(joint(region=region), shares())
    assert isinstance(found, tuple)
    places = ["nse?".index(r) for r in region]
    raked = WEIGHTS * found[0][places] * found[1][["yom".index(a) for a in AGE]]
    known = region != "?"
    for r, share in SHARES["region"].items():
        assert raked[r == region].sum() / raked[known].sum() == pytest.approx(share, rel=1e-10)
    assert found[0][3] == found[1][3] == 1


def test_a_level_nobody_has_is_named_and_margins_that_clash_are_refused() -> None:
    table = joint()
    table[1] = 0
    assert rake(table, shares()) == Empty(0, 1)
    clash = rake(
        np.array([[5.0, 0, 0], [0, 5.0, 0], [0, 0, 0]]), [np.array([0.2, 0.8]), np.array([0.8, 0.2])]
    )
    assert isinstance(clash, NotEstimable) and clash.reason == Reason.MARGINS_CLASH()


def test_raking_does_not_depend_on_the_unit_of_the_weights() -> None:
    """Also where all of a level together weigh less than one."""
    whole, small = rake(joint(), shares()), rake(joint() / 1000, shares())
    assert isinstance(whole, tuple) and isinstance(small, tuple)
    for one, other in zip(whole, small, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


def test_no_answers_add_nothing_to_a_tally() -> None:
    none, some = Tally.of(np.array([]), np.array([], bool)), Tally.of(np.array([2.0, 1.0]), np.zeros(2, bool))
    assert some + none == none + some == some


def test_margins_hold_nowhere_when_nobody_has_a_known_level_of_one() -> None:
    """Nobody's region is known: where no level of it has a share either, none is missing."""
    unknown = np.zeros((2, 3))
    unknown[1, :2] = 5.0
    assert rake(unknown, [np.array([0.0]), np.array([0.5, 0.5])]) == NotEstimable(Reason.NO_KNOWN_LEVEL)


def test_a_level_without_a_share_counts_for_nothing_and_need_not_be_there() -> None:
    found = rake(np.array([2.0, 6.0, 0.0, 1.0]), [np.array([0.25, 0.75, 0.0])])
    assert isinstance(found, tuple)
    np.testing.assert_allclose(found[0], [1.0, 1.0, 0.0, 1.0])
    held = rake(np.array([2.0, 6.0, 4.0, 1.0]), [np.array([0.25, 0.75, 0.0])])
    assert isinstance(held, tuple)
    np.testing.assert_allclose(held[0], [1.5, 1.5, 0.0, 1.0])
    # but a share, however small, that nobody can stand for has no factor
    assert rake(np.array([2.0, 6.0, 0.0, 1.0]), [np.array([0.25, 0.7499, 0.0001])]) == Empty(0, 2)


def test_an_empty_level_is_named_by_its_own_margin_and_place() -> None:
    table = joint()
    table[:, 2] = 0
    assert rake(table, shares()) == Empty(1, 2)


def test_a_factor_multiplies_over_rounds_and_raking_what_holds_already_changes_nothing() -> None:
    first = rake(joint(), shares())
    assert isinstance(first, tuple)
    held = joint() * first[0][:, None] * first[1]
    again = rake(held, shares())
    assert isinstance(again, tuple)
    for factors in again:
        np.testing.assert_allclose(factors, 1.0, rtol=1e-9)
