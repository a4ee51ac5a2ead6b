"""The shape of a line in a word, and the class of a rating: every rule by estimates that are given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyses.shapes import BUCKETS, FELT, basis_of, kano_of, shapes_of, view_of
from lineofsight.aggregation.features import Driver, Outcome
from lineofsight.aggregation.shape_basis import ShapeBasis
from lineofsight.analyses.ratings.estimate import Kano, estimate_ratings, kano
from lineofsight.analyses.shape.estimate import classify, estimate_shapes, shapes
from lineofsight.analyses.shape.piecewise_linear import Gains, PiecewiseLinear
from lineofsight.analyses.shape.thresholds import Threshold
from lineofsight.model.design import Design
from lineofsight.model.sample import Sample
from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate

Ends = tuple[float, float]


def between(low: float, high: float) -> Estimate:
    """An estimate whose interval, at any level, has these ends."""
    return Estimate((low + high) / 2, np.repeat([low, high], 50))


def line(below: Ends, above: Ends) -> PiecewiseLinear:
    """A line of one bend whose slopes have these intervals."""
    first, second = between(*below), between(*above)
    slopes = np.array([[each.value, *each.replicates] for each in (first, second)])
    coefficients = np.array([slopes[0], slopes[1] - slopes[0]])
    return PiecewiseLinear((1.0,), coefficients, np.zeros_like(coefficients), np.zeros(101), 0.0, 2.0, 0)


def told(worse: Ends, better: Ends, threshold: tuple[Ends, Ends] | None = None) -> str:
    """The word for a line that is known to bend."""
    apart = Estimate(0.0, np.zeros(100))
    gains = Gains(between(*worse), between(*better), apart)
    bend = None if threshold is None else Threshold(apart, *(between(*ends) for ends in threshold), 1.0)
    return classify(line((1, 2), (1, 2)), gains, bend, curved=True, level=0.95)


@pytest.mark.parametrize(
    ("below", "above", "word"),
    [
        ((0.5, 1.5), (0.2, 1.0), "straight"),
        ((-1.5, -0.5), (-1.0, -0.2), "straight"),
        ((0.5, 1.5), (-1.0, -0.2), "untold"),  # clear on both sides, and it turns
        ((-0.1, 1.5), (0.2, 1.0), "untold"),
        ((0.5, 1.5), (-0.1, 1.0), "untold"),
        ((0.5, 1.5), (0.0, 0.0), "untold"),
    ],
)
def test_without_a_clear_bend_a_line_is_straight_where_it_clearly_goes_one_way(
    below: Ends, above: Ends, word: str
) -> None:
    made = line(below, above)
    gains = made.gains(higher_is_better=True, more_is_good=True)
    assert classify(made, gains, None, curved=False, level=0.95) == word
    bend = Threshold(between(1, 1), between(0, 0), between(1, 2), 1.0)
    assert classify(made, gains, bend, curved=False, level=0.95) == word  # a bend alone makes no threshold


@pytest.mark.parametrize(
    ("worse", "better", "word"),
    [
        ((2.0, 3.0), (0.5, 1.0), "diminishing"),
        ((2.0, 3.0), (-2.0, 0.1), "diminishing"),  # what is left may be nothing
        ((2.0, 3.0), (-2.0, -0.5), "curved"),  # but not clearly a loss
        ((-0.5, 3.0), (-4.0, -1.0), "curved"),
        ((0.5, 1.0), (2.0, 3.0), "increasing"),
        ((-2.0, 0.1), (2.0, 3.0), "increasing"),
        ((-2.0, -0.5), (2.0, 3.0), "curved"),
        ((-3.0, -2.0), (-1.0, 0.5), "curved"),
        ((1.0, 2.0), (0.0, 1.0), "diminishing"),
        ((1.0, 2.0), (1.0, 2.0), "curved"),  # no clear difference
    ],
)
def test_returns_diminish_or_increase_where_the_difference_is_clear_and_neither_side_clearly_a_loss(
    worse: Ends, better: Ends, word: str
) -> None:
    assert told(worse, better) == word


@pytest.mark.parametrize(
    ("below", "above", "word"),
    [
        ((-0.2, 0.2), (2.0, 4.0), "threshold"),
        ((2.0, 4.0), (-0.2, 0.2), "threshold"),
        ((0.9, 1.3), (2.0, 4.0), "threshold"),  # a third of the steeper side is not excluded
        ((1.1, 1.3), (2.0, 4.0), "curved"),
        ((-1.3, -0.9), (2.0, 4.0), "threshold"),
        ((-1.3, -1.1), (2.0, 4.0), "curved"),
        ((-0.2, 0.2), (-4.0, -2.0), "threshold"),
        ((-0.2, 0.2), (-1.0, 4.0), "curved"),  # the steeper side is not clear
        ((-0.2, 0.2), (0.0, 4.0), "curved"),
    ],
)
def test_a_bend_is_a_threshold_where_one_side_is_clear_and_the_other_may_be_level(
    below: Ends, above: Ends, word: str
) -> None:
    assert told((1.0, 2.0), (1.0, 2.0), (below, above)) == word


def test_gains_are_rises_for_a_unit_better_over_each_half_of_the_line() -> None:
    """By hand: slopes of 2 below and 5 above the knot at 1, told from 0 to 3."""
    made = PiecewiseLinear((1.0,), np.array([[2.0], [3.0]]), np.zeros((2, 1)), np.zeros(1), 0.0, 3.0, 0)

    def told(*, higher: bool, more: bool) -> tuple[float, ...]:
        gains = made.gains(higher_is_better=higher, more_is_good=more)
        return gains.worse.value, gains.better.value, gains.whole.value

    assert told(higher=True, more=True) == (2.0, 5.0, 4.0)
    assert told(higher=False, more=True) == (-5.0, -2.0, -4.0)
    assert told(higher=True, more=False) == (-2.0, -5.0, -4.0)
    assert told(higher=False, more=False) == (5.0, 2.0, 4.0)
    # where the line is not told beyond its knots, a tenth of their distance is, or of the knot itself
    for knots, ends in (((4.0, 8.0), (3.6, 8.4)), ((4.0,), (3.6, 4.4)), ((0.0,), (-0.1, 0.1))):
        rises = np.array([[2.0], *[[3.0]] * len(knots)])
        open_ended = PiecewiseLinear(
            knots, rises, np.zeros((len(rises), 1)), np.zeros(1), None, None, len(knots) // 2
        )
        gains = open_ended.gains(higher_is_better=True, more_is_good=True)
        low, high = (open_ended.at(end) for end in ends)
        assert low is not None and high is not None
        assert gains.whole.value == pytest.approx((high.value - low.value) / (ends[1] - ends[0]))
        middle = knots[len(knots) // 2]
        there = open_ended.at(middle)
        assert there is not None
        assert gains.worse.value == pytest.approx((there.value - low.value) / (middle - ends[0]))
    assert made.at(None) is None
    assert made.ends == (0.0, 1.0, 3.0)
    assert [slope.value for slope in made.slopes] == [2.0, 5.0]


# ---- ratings --------------------------------------------------------------------------------------------

PLANTED = {
    # what the worse and the better end of the scale change, in standard deviations of the noise
    "must": (-1.0, 0.0, "must-have"),
    "delight": (0.0, 1.0, "delighter"),
    "both": (-0.7, 0.7, "performance"),
    "mostly": (-1.6, 0.2, "must-have"),
    "more": (-0.2, 1.6, "delighter"),
    "nothing": (0.0, 0.0, "indifferent"),
    "wrong": (0.6, -0.6, "reverse"),
    "end": (0.0, -0.6, "reverse"),
    "turned": (-0.6, -0.6, None),
    "dip": (0.6, 0.6, None),
    "trace": (-1.6, -0.15, "must-have"),
    "speck": (0.15, 1.6, "delighter"),
}


def rated(n: int = 20_000, seed: int = 4) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    data = {name: rng.integers(1, 6, n).astype(float) for name in PLANTED}
    felt = rng.normal(size=n)
    for name, (penalty, reward, _) in PLANTED.items():
        felt += penalty * (data[name] <= 2) + reward * (data[name] >= 4)
    return data | {"felt": felt, "z": rng.normal(size=n), "bucket": np.arange(n) % BUCKETS}


def test_every_class_is_told_of_a_rating_that_has_it_and_has_its_numbers() -> None:
    data = rated()
    drivers = tuple(Driver(name, True) for name in PLANTED)
    basis = basis_of(data, drivers, dict.fromkeys(PLANTED, (1.0, 5.0)))
    for one in kano_of(data, basis, [FELT]):
        penalty, reward, kind = PLANTED[one.attribute]
        reason = None if kind is not None else Reason.SIDES_OPPOSED()
        assert (one.kind, one.reason, one.n) == (kind, reason, len(data["felt"])), one.attribute
        assert one.penalty is not None and one.reward is not None and one.difference is not None
        assert one.penalty.value == pytest.approx(penalty, abs=0.08)
        assert one.reward.value == pytest.approx(reward, abs=0.08)
        assert one.difference.value == pytest.approx(one.reward.value + one.penalty.value)
        loss, gain = max(-one.penalty.value, 0.0), max(one.reward.value, 0.0)
        if one.asymmetry is not None:
            assert one.asymmetry.value == pytest.approx((gain - loss) / (gain + loss))
        else:
            assert loss == gain == 0.0


def test_what_gives_the_outcome_away_and_what_is_no_rating_hide_no_rating_that_comes_after() -> None:
    data = rated(4000)
    names = ("must", "delight", "both")
    drivers = (Driver("must", True), Driver("z", True), *(Driver(name, True) for name in names[1:]))
    basis = basis_of(data, drivers, dict.fromkeys(names, (1.0, 5.0)), controls=())
    leak = Reason.COPY(name="must", other="felt")
    found = kano(basis, view_of(data, basis, 50), [FELT], {("must", "felt"): leak})
    assert [one.attribute for one in found] == ["must", "delight", "both"]
    assert found[0] == Kano("must", "felt", 4000, reason=leak)
    assert all(one.kind is not None and one.reward is not None for one in found[1:])


def test_ends_that_nobody_or_everybody_chose_are_told_by_their_side() -> None:
    rng = np.random.default_rng(5)
    n = 2000
    data = {
        "never": rng.choice([2.0, 3.0], n),  # never good
        "always": np.full(n, 5.0),
        "seldom": rng.choice([3.0, 4.0], n),  # never bad
        "low": rng.choice([3.0, 5.0], n),  # where low is good: never at the better end
        "z": rng.normal(size=n), "felt": rng.normal(size=n), "bucket": np.arange(n) % BUCKETS,
    }  # fmt: skip
    names = ("never", "always", "seldom", "low")
    drivers = tuple(Driver(name, name != "low") for name in names)
    basis = basis_of(data, drivers, dict.fromkeys(names, (1.0, 5.0)))
    found = {one.attribute: one for one in kano_of(data, basis, [FELT], 50)}
    nobody, everybody = Reason.NOBODY_AT_END, Reason.EVERYBODY_AT_END
    assert found["never"].reason == nobody(kind="better")
    assert found["seldom"].reason == nobody(kind="worse")
    assert found["low"].reason == nobody(kind="better")
    assert found["always"].reason == Reason.SEVERAL(inner=(nobody(kind="worse"), everybody(kind="better")))
    told = {name: (one.penalty is not None, one.reward is not None) for name, one in found.items()}
    assert told == {
        "never": (True, False),
        "always": (False, False),
        "seldom": (False, True),
        "low": (True, False),
    }
    assert {one.kind for one in found.values()} == {None}


@pytest.mark.parametrize(
    ("penalty", "reward", "code"),
    [(-0.35, -0.05, Reason.ONE_CLEAR), (0.05, 0.35, Reason.ONE_CLEAR), (-0.05, 0.05, Reason.NEITHER_CLEAR)],
)
def test_a_class_that_cannot_be_told_says_which_side_is_clear(
    penalty: float, reward: float, code: Reason
) -> None:
    """Two hundred answers: an effect of a third is clear at best, and no difference of both sides is."""
    seen = set()
    for seed in range(12):
        rng = np.random.default_rng(seed)
        n = 400
        rating = rng.integers(1, 6, n).astype(float)
        felt = penalty * (rating <= 2) + reward * (rating >= 4) + rng.normal(size=n)
        data = {"rating": rating, "z": rng.normal(size=n), "felt": felt, "bucket": np.arange(n) % BUCKETS}
        (one,) = kano_of(data, basis_of(data, (Driver("rating", True),), {"rating": (1.0, 5.0)}), [FELT], 100)
        assert (one.kind is None) != (one.reason is None)
        if one.reason is None:
            continue
        assert one.penalty is not None and one.reward is not None and one.difference is not None
        clear = one.penalty.excludes_zero(0.95), one.reward.excludes_zero(0.95)
        seen.add(one.reason.code)
        if one.reason.code == Reason.ONE_CLEAR:
            assert sum(clear) == 1 and not one.difference.excludes_zero(0.95)
            assert one.reason.kind == ("penalty" if clear[0] else "reward")
        elif one.reason.code == Reason.SIDES_OPPOSED:  # by chance
            assert clear == (True, True) and one.penalty.value * one.reward.value > 0
        else:
            assert one.reason == Reason.NEITHER_CLEAR() and clear == (False, False)
    assert code in seen


# ---- lines ----------------------------------------------------------------------------------------------


def test_what_has_no_line_hides_none_that_comes_after_it() -> None:
    rng = np.random.default_rng(2)
    n = 1500
    data = {name: rng.gamma(4, 2, n) for name in ("first", "last")}
    data |= {
        "same": np.ones(n),
        "z": rng.normal(size=n),
        "felt": rng.normal(size=n),
        "bucket": np.arange(n) % BUCKETS,
    }
    found = shapes_of(data, [Driver(name, True) for name in ("same", "first", "last")], 50)
    assert found["same"].reason == Reason.FEW_VALUES() and found["same"].verdict is None
    assert all(found[name].line is not None and found[name].verdict for name in ("first", "last"))
    leak = Reason.COPY(name="first", other="felt")
    basis = basis_of(data, [Driver(name, True) for name in ("first", "last")])
    told = shapes(basis, view_of(data, basis, 50), [FELT], {("first", "felt"): leak})
    assert [(each.reason, each.line is None, each.n) for each in told] == [(leak, True, n), (None, False, n)]


def test_an_outcome_that_nobody_has_has_no_shape_and_no_class_with_its_reason() -> None:
    data = rated(1000)
    data["felt"] = np.full(1000, np.nan)
    basis = basis_of(data, (Driver("must", True),), {"must": (1.0, 5.0)})
    (shape,) = shapes(basis, view_of(data, basis, 20), [FELT], {})
    assert (shape.n, shape.line, shape.verdict, shape.reason) == (0, None, None, Reason.NO_EPISODE())
    (one,) = kano_of(data, basis, [FELT], 20)
    assert (one.n, one.penalty, one.reward, one.reason) == (0, None, None, Reason.NO_EPISODE())


@pytest.mark.parametrize(
    ("penalty", "reward", "kind"),
    [
        (-0.05, 0.05, "indifferent"),  # surely below a tenth of the outcome's standard deviation
        (-0.15, 0.15, "performance"),
        (-1.0, 0.4, "performance"),  # less than three times as large
        (-1.0, 0.25, "must-have"),
        (-0.4, 1.0, "performance"),
        (-0.25, 1.0, "delighter"),
    ],
)
@pytest.mark.parametrize("better", ["higher", "lower"])
def test_small_is_a_tenth_and_lopsided_is_three_times(
    penalty: float, reward: float, kind: str, better: str
) -> None:
    """Many answers, so that intervals are narrow; where the outcome had better be low, all is turned round."""
    rng = np.random.default_rng(6)
    n, sign = 40_000, 1.0 if better == "higher" else -1.0
    rating = rng.integers(1, 6, n).astype(float)
    felt = sign * (penalty * (rating <= 2) + reward * (rating >= 4)) + rng.normal(size=n)
    data = {"rating": rating, "z": rng.normal(size=n), "felt": felt, "bucket": np.arange(n) % BUCKETS}
    basis = basis_of(data, (Driver("rating", True),), {"rating": (1.0, 5.0)})
    (one,) = kano_of(data, basis, [replace(FELT, better=better)], 100)
    assert one.kind == kind
    assert one.penalty is not None and one.penalty.value == pytest.approx(sign * penalty, abs=0.04)
    assert one.asymmetry is not None
    assert one.asymmetry.value == pytest.approx((reward + penalty) / (reward - penalty), abs=0.35)


def test_a_rating_that_gives_the_outcome_away_is_not_held_equal_and_without_ratings_there_is_nothing() -> (
    None
):
    data = rated(4000)
    data["must"] = np.clip(np.round(data["felt"]), 1, 5)
    names = ("must", "both")
    basis = basis_of(data, [Driver(name, True) for name in names], dict.fromkeys(names, (1.0, 5.0)))
    alone = basis_of(data, [Driver("both", True)], {"both": (1.0, 5.0)})
    leak = Reason.COPY(name="must", other="felt")
    found = kano(basis, view_of(data, basis, 20), [FELT], {("must", "felt"): leak})[1]
    (expected,) = kano(alone, view_of(data, alone, 20), [FELT], {})
    assert found.penalty is not None and expected.penalty is not None
    assert found.penalty.value == pytest.approx(expected.penalty.value, rel=1e-9)
    plain = basis_of(data, [Driver("both", True)])
    assert kano(plain, view_of(data, plain, 20), [FELT], {}) == []


def sample_of(shape: ShapeBasis, *, asked: bool, told: bool) -> Sample:
    """A sample with cells for shapes, a design that asks for them, or only one of these."""
    data = rated(2000)
    view = view_of(data, shape, 20)
    outcomes = (FELT, replace(FELT, outcome=Outcome("felt:second", "felt"), main=False))
    made = Design(shape.base, outcomes, {}, {}, shape=shape if asked else None)
    return Sample(made, [], view, [], 0.9, {}, view.cells if told else None)


def test_shapes_and_classes_are_those_of_main_outcomes_where_they_were_asked_for_and_counted() -> None:
    data = rated(2000)
    shape = basis_of(data, (Driver("must", True), Driver("both", True)), {"must": (1.0, 5.0)})
    for asked, told in ((True, False), (False, True), (False, False)):
        sample = sample_of(shape, asked=asked, told=told)
        assert estimate_shapes(sample, {}).found == [] and estimate_ratings(sample, {}).found == []
    sample, leak = (
        sample_of(shape, asked=True, told=True),
        {("both", "felt"): Reason.COPY(name="both", other="felt")},
    )
    found = estimate_shapes(sample, leak).found
    assert [(one.driver, one.outcome) for one in found] == [("must", "felt"), ("both", "felt")]
    expected = shapes(shape, sample.everyone, [FELT], leak, 0.9)
    assert [one.reason for one in found] == [one.reason for one in expected]
    assert found[0].line is not None and expected[0].line is not None
    np.testing.assert_array_equal(found[0].line.coefficients, expected[0].line.coefficients)
    (one,) = estimate_ratings(sample, leak).found
    (other,) = kano(shape, sample.everyone, [FELT], leak, 0.9)
    assert (one.attribute, one.kind, one.n) == ("must", other.kind, 2000)
    assert one.penalty is not None and other.penalty is not None and one.penalty.value == other.penalty.value


def test_a_control_that_is_a_copy_of_another_moves_no_threshold() -> None:
    rng = np.random.default_rng(3)
    n = 6000
    x, z = rng.uniform(0, 10, n), rng.normal(size=n)
    data = {"x": x, "z": z, "copy": 2 * z, "bucket": np.arange(n) % BUCKETS}
    data["felt"] = np.maximum(x - 5, 0) + z + rng.normal(size=n)
    driver = (Driver("x", True),)
    found = []
    for controls in (("z",), ("z", "copy")):
        basis = basis_of(data, driver, controls=controls)
        (one,) = shapes(basis, view_of(data, basis, 60), [FELT], {})
        assert one.verdict == "threshold" and one.threshold is not None
        found.append(one.threshold)
    assert found[1].place.value == pytest.approx(found[0].place.value, rel=1e-6) == pytest.approx(5, abs=0.3)
    assert found[1].change == pytest.approx(found[0].change, rel=1e-6)
    assert found[1].above.value == pytest.approx(found[0].above.value, rel=1e-6)
