"""Decompositions of a change in a mean, against statsmodels on the rows, by hand, and on planted changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.datasets import ccard
from statsmodels.stats.oaxaca import OaxacaBlinder

from lineofsight.reasons import Reason
from lineofsight.stats.bootstrap import bootstrap_weights
from lineofsight.stats.decomposition import Threefold, Twofold, threefold, twofold
from lineofsight.stats.moments import Moments, fold
from lineofsight.stats.results import NotEstimable
from lineofsight.words.reasons import clause

REFERENCES = ("average", "before", "after", "pooled")


def moments(rows: np.ndarray, shift: np.ndarray | float = 0.0, weights: np.ndarray | None = None) -> Moments:
    """Of columns x0, x1, ... and, last, y; every row its own bucket, then resampled, the estimate first."""
    n, p = rows.shape
    names = (*(f"x{at}" for at in range(p - 1)), "y")
    centre = np.broadcast_to(np.asarray(shift, dtype=np.float64), (p,))
    made = Moments(names, centre, *fold(rows, np.arange(n), n, centre))
    return made.resample(np.ones((1, n)) if weights is None else np.vstack([np.ones(n), weights]))


def least_squares(rows: np.ndarray, indicator: np.ndarray | None = None) -> np.ndarray:
    """Coefficients by `lstsq` on the rows, without the intercept and the indicator."""
    extra = [] if indicator is None else [indicator]
    design = np.column_stack([rows[:, :-1], *extra, np.ones(len(rows))])
    return np.linalg.lstsq(design, rows[:, -1])[0][: rows.shape[1] - 1]


def two(*args: object, **kwargs: object) -> Twofold:
    found = twofold(*args, **kwargs)  # type: ignore[arg-type]  # the fields asked for
    assert isinstance(found, Twofold), found
    return found


def three(*args: object) -> Threefold:
    found = threefold(*args)  # type: ignore[arg-type]  # the fields asked for
    assert isinstance(found, Threefold), found
    return found


def parts(found: Twofold | Threefold) -> list[np.ndarray]:
    if isinstance(found, Twofold):
        return [*found.explained.values(), found.unexplained]
    return [*found.endowments.values(), found.coefficients, *found.interaction.values()]


def assert_adds_up(found: Twofold | Threefold, difference: np.ndarray | None = None) -> None:
    """To 1e-10 of the difference or, where larger parts cancel, of the largest part."""
    each = parts(found)
    scale = np.max(np.abs([found.difference, *each]), axis=0)
    assert np.isfinite(scale).all()
    assert (np.abs(sum(each) - found.difference) <= 1e-10 * scale).all()
    if difference is not None:
        np.testing.assert_allclose(found.difference, difference, rtol=1e-10, atol=1e-12)


@pytest.fixture(scope="module")
def cards() -> tuple[np.ndarray, np.ndarray]:
    """AGE, INCOME, INCOMESQ and AVGEXP of those who rent, and of those who own (Greene 1992; 72 persons)."""
    data = ccard.load_pandas()
    rows = np.column_stack([data.exog[["AGE", "INCOME", "INCOMESQ"]], data.endog]).astype(float)
    owns = data.exog["OWNRENT"].to_numpy() == 1
    return rows[~owns], rows[owns]


@pytest.fixture(scope="module")
def oaxaca() -> OaxacaBlinder:
    data = ccard.load_pandas()
    return OaxacaBlinder(data.endog.to_numpy(), data.exog.to_numpy(), 3, hasconst=False)


CARDS = {"age": ["x0"], "income": ["x1", "x2"]}


def test_ccard_as_the_documentation_of_statsmodels_prints_it(cards: tuple[np.ndarray, np.ndarray]) -> None:
    before, after = (moments(rows) for rows in cards)
    pooled, seen = two(before, after, "y", CARDS, "pooled"), three(before, after, "y", CARDS)
    found = [pooled.unexplained, sum(pooled.explained.values()), pooled.difference]
    np.testing.assert_allclose(np.ravel(found), [27.94091, 130.80954, 158.75044], atol=5.1e-6, rtol=0)
    found = [sum(seen.endowments.values()), seen.coefficients, sum(seen.interaction.values())]
    np.testing.assert_allclose(np.ravel(found), [321.74824, 75.45371, -238.45151], atol=5.1e-6, rtol=0)


@pytest.mark.parametrize(
    ("reference", "kind", "weight"),
    [
        ("pooled", "pooled", None),
        ("average", "reimers", None),
        ("average", "self_submitted", 0.5),
        ("after", "self_submitted", 1.0),  # the weight is of the group with the larger mean: the owners
        ("before", "self_submitted", 0.0),
    ],
)
def test_twofold_equals_statsmodels(
    cards: tuple[np.ndarray, np.ndarray],
    oaxaca: OaxacaBlinder,
    reference: str,
    kind: str,
    weight: float | None,
) -> None:
    found = two(*(moments(rows, rows[0]) for rows in cards), "y", CARDS, reference)
    unexplained, explained, gap = oaxaca.two_fold(two_fold_type=kind, submitted_weight=weight).params
    np.testing.assert_allclose(found.unexplained[0], unexplained, rtol=1e-10)
    np.testing.assert_allclose(sum(found.explained.values())[0], explained, rtol=1e-10)  # type: ignore[index]  # there is one, or the test fails
    np.testing.assert_allclose(found.difference[0], gap, rtol=1e-10)
    each = (oaxaca.exog_f_mean - oaxaca.exog_s_mean) * oaxaca.t_params
    np.testing.assert_allclose(found.explained["age"][0], each[0], rtol=1e-10)
    np.testing.assert_allclose(found.explained["income"][0], each[1] + each[2], rtol=1e-10)


def test_threefold_equals_statsmodels(cards: tuple[np.ndarray, np.ndarray], oaxaca: OaxacaBlinder) -> None:
    found = three(*(moments(rows, rows[0]) for rows in cards), "y", CARDS)
    endowments, coefficients, interaction, gap = oaxaca.three_fold().params
    np.testing.assert_allclose(sum(found.endowments.values())[0], endowments, rtol=1e-10)  # type: ignore[index]  # there is one, or the test fails
    np.testing.assert_allclose(found.coefficients[0], coefficients, rtol=1e-10)
    np.testing.assert_allclose(sum(found.interaction.values())[0], interaction, rtol=1e-10)  # type: ignore[index]  # there is one, or the test fails
    np.testing.assert_allclose(found.difference[0], gap, rtol=1e-10)


def test_by_hand() -> None:
    """Before y = 1 + 2x at x = 0, 1, 2; after y = 4 + 3x at x = 2, 4, 6, 8: means 1 and 5, 3 and 19.

    Pooled: sums of squares about the period's mean 2 and 20, products 4 and 60, so 64 / 22.
    """
    before = moments(np.array([[0.0, 1], [1, 3], [2, 5]]))
    after = moments(np.array([[2.0, 10], [4, 16], [6, 22], [8, 28]]))
    groups = {"x": ["x0"]}
    for reference, slope in (("before", 2.0), ("after", 3.0), ("average", 2.5), ("pooled", 64 / 22)):
        found = two(before, after, "y", groups, reference)
        np.testing.assert_allclose(found.explained["x"], [4 * slope], rtol=1e-13)
        np.testing.assert_allclose(found.unexplained, [16 - 4 * slope], rtol=1e-12)
    seen = three(before, after, "y", groups)
    np.testing.assert_allclose(seen.endowments["x"], [4 * 2.0], rtol=1e-13)  # (5 - 1) 2
    np.testing.assert_allclose(seen.coefficients, [1 * (3.0 - 2) + (4 - 1)], rtol=1e-12)
    np.testing.assert_allclose(seen.interaction["x"], [4 * (3.0 - 2)], rtol=1e-12)
    assert seen.difference == [16.0]
    assert not seen.borrowed
    assert not seen.left_out


def test_two_rates_are_standardised_as_kitagawa_does() -> None:
    """Kitagawa (1955): rates by class at the average composition, and composition at the average rates."""
    count = np.array([[60, 30, 10], [20, 30, 50]])
    good = np.array([[30, 24, 9], [8, 27, 45]])
    periods = []
    for n, k in zip(count, good, strict=True):
        classes = np.repeat([[0, 0], [1, 0], [0, 1]], n, axis=0)
        outcome = np.concatenate([np.arange(size) < some for size, some in zip(n, k, strict=True)])
        periods.append(moments(np.column_stack([classes, outcome]).astype(float)))
    share, rate = count / count.sum(axis=1, keepdims=True), good / count
    found = two(*periods, "y", {"class": ["x0", "x1"]})
    np.testing.assert_allclose(
        found.explained["class"][0], (share[1] - share[0]) @ rate.mean(axis=0), rtol=1e-12
    )
    np.testing.assert_allclose(found.unexplained[0], (rate[1] - rate[0]) @ share.mean(axis=0), rtol=1e-12)


def drawn(rng: np.random.Generator, n: int, k: int, centre: float = 0.0) -> np.ndarray:
    """Correlated regressors whose means, and the outcome's, differ from call to call."""
    x = rng.normal(size=(n, k)) + rng.normal(size=(n, 1)) * rng.normal(size=k) + rng.normal(size=k)
    y = x @ rng.normal(size=k) + rng.normal() + rng.normal(size=n)
    return np.column_stack([x, y]) + centre


@settings(max_examples=60, deadline=None)
@given(
    k=st.integers(1, 6),
    centre=st.sampled_from([0.0, 1e3, 1e9]),
    flat=st.sets(st.tuples(st.integers(0, 5), st.booleans())),
    seed=st.integers(0, 2**20),
)
def test_parts_add_up_in_every_replicate(
    k: int, centre: float, flat: set[tuple[int, bool]], seed: int
) -> None:
    """Also where columns are constant in a period or in both, whatever the reference."""
    rng = np.random.default_rng(seed)
    periods = [drawn(rng, n, k, centre) for n in (60, 45)]
    for at, later in flat:
        if at < k:
            periods[later][:, at] = centre + later
    weights = [bootstrap_weights(len(rows), 20, rng) for rows in periods]
    difference = [w @ rows[:, -1] / len(rows) for w, rows in zip(weights, periods, strict=True)]
    shift = periods[0][0]
    made = [moments(rows, shift, w) for rows, w in zip(periods, weights, strict=True)]
    groups = {"first": ["x0"], **({"rest": [f"x{at}" for at in range(1, k)]} if k > 1 else {})}
    for found in (
        *(two(*made, "y", groups, reference) for reference in REFERENCES),
        three(*made, "y", groups),
    ):
        assert_adds_up(found)
        np.testing.assert_allclose(
            found.difference[1:], difference[1] - difference[0], atol=1e-12 * max(1, 10 * centre)
        )
        assert len(found.left_out) == sum({(at, False), (at, True)} <= flat for at in range(k))


@pytest.mark.parametrize("reference", REFERENCES)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**20))
def test_every_replicate_equals_a_fit_on_its_rows(reference: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    periods = [drawn(rng, n, 3) for n in (50, 70)]
    weights = [bootstrap_weights(len(rows), 3, rng) for rows in periods]
    made = [moments(rows, 0.3, w) for rows, w in zip(periods, weights, strict=True)]
    found = two(*made, "y", {"a": ["x2", "x0"], "b": ["x1"]}, reference)
    for r in range(3):
        first, last = (
            np.repeat(rows, w[r].astype(int), axis=0) for rows, w in zip(periods, weights, strict=True)
        )
        slopes = {
            "before": least_squares(first),
            "after": least_squares(last),
            "pooled": least_squares(np.vstack([first, last]), np.repeat([0.0, 1.0], [len(first), len(last)])),
        }
        slopes["average"] = (slopes["before"] + slopes["after"]) / 2
        means = first.mean(axis=0), last.mean(axis=0)
        start, end = (
            mean[3] - mean[:3] @ slopes[way] for mean, way in zip(means, ("before", "after"), strict=True)
        )
        other = means[1][:3] @ (slopes["after"] - slopes[reference]) + end - start
        other += means[0][:3] @ (slopes[reference] - slopes["before"])
        np.testing.assert_allclose(found.unexplained[r + 1], other, rtol=1e-8, atol=1e-9)
        each = (means[1] - means[0])[:3] * slopes[reference]
        np.testing.assert_allclose(found.explained["a"][r + 1], each[0] + each[2], rtol=1e-8, atol=1e-9)
        np.testing.assert_allclose(found.explained["b"][r + 1], each[1], rtol=1e-8, atol=1e-9)


def test_the_average_is_symmetric_and_threefold_holds_the_others() -> None:
    rng = np.random.default_rng(1)
    made = [drawn(rng, n, 3) for n in (80, 50)]
    before, after = (moments(rows, 0.5, rng.multinomial(90, [1 / len(rows)] * len(rows), 6)) for rows in made)
    groups = {"a": ["x0", "x1"], "b": ["x2"]}
    forth, back = two(before, after, "y", groups), two(after, before, "y", groups)
    np.testing.assert_allclose(parts(forth), [-part for part in parts(back)], rtol=1e-10)
    seen = three(before, after, "y", groups)
    for group in groups:
        at_before, at_after = (
            two(before, after, "y", groups, way).explained[group] for way in ("before", "after")
        )
        np.testing.assert_allclose(seen.endowments[group], at_before, rtol=1e-12)
        np.testing.assert_allclose(seen.endowments[group] + seen.interaction[group], at_after, rtol=1e-10)
        np.testing.assert_allclose(forth.explained[group], (at_before + at_after) / 2, rtol=1e-10)


def test_far_means_leave_the_digits() -> None:
    rng = np.random.default_rng(2)
    rows = [drawn(rng, n, 3) for n in (400, 300)]
    rows = [np.round(part * 2**16) / 2**16 for part in rows]  # so that 2**30 can be added without rounding
    groups = {"a": ["x0"], "b": ["x1", "x2"]}
    near = [moments(part, rows[0][0]) for part in rows]
    far = [moments(part + 2.0**30, part[0] + 2.0**30) for part in rows]  # each about a shift of its own
    for reference in REFERENCES:
        expected, found = (parts(two(*made, "y", groups, reference)) for made in (near, far))
        np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("reference", REFERENCES)
def test_one_driver_that_moved_is_the_whole_change(reference: str) -> None:
    """The same rows with one driver 2 later: three times that in the outcome, and nothing else."""
    rng = np.random.default_rng(3)
    rows = drawn(rng, 500, 3)
    later = rows + np.array([0.0, 2.0, 0.0, 2.0 * least_squares(rows)[1]])
    draws = bootstrap_weights(500, 5, rng)  # of customers who are in both periods
    found = two(
        moments(rows, 0.0, draws),
        moments(later, 0.0, draws),
        "y",
        {"other": ["x0", "x2"], "moved": ["x1"]},
        reference,
    )
    np.testing.assert_allclose(found.explained["moved"][0], found.difference[0], rtol=1e-10)
    np.testing.assert_allclose(found.explained["other"], 0, atol=1e-10)
    assert np.abs(found.difference[0]) > 0.1
    assert_adds_up(found)


@pytest.mark.parametrize("reference", REFERENCES)
def test_an_intercept_that_moved_is_unexplained(reference: str) -> None:
    rows = drawn(np.random.default_rng(4), 300, 3)
    found = two(
        moments(rows), moments(rows + np.array([0, 0, 0, 7.0])), "y", {"all": ["x0", "x1", "x2"]}, reference
    )
    np.testing.assert_allclose(found.unexplained, 7, rtol=1e-12)
    np.testing.assert_allclose(found.explained["all"], 0, atol=1e-12)


def test_drivers_of_a_planted_change_are_found_within_their_intervals() -> None:
    """Known means and coefficients: both parts within 4 of the bootstrap's standard errors, which are small."""
    rng = np.random.default_rng(5)
    means, slopes, level = (
        np.array([[1.0, 5.0], [2.0, 4.5]]),
        np.array([[0.5, -1.0], [0.8, -1.0]]),
        [3.0, 2.9],
    )
    periods = []
    for mean, slope, start in zip(means, slopes, level, strict=True):
        x = mean + rng.normal(size=(3000, 2)) @ [[1, 0.5], [0, 1]]
        y = start + x @ slope + rng.normal(size=3000)
        periods.append(moments(np.column_stack([x, y]), 2.0, bootstrap_weights(3000, 100, rng)))
    found = two(*periods, "y", {"a": ["x0"], "b": ["x1"]})
    truth = [1.0 * 0.65, -0.5 * -1.0, -0.1 + 0.3 * 1.5]
    for part, expected in zip(parts(found), truth, strict=True):
        error = part[1:].std(ddof=1)
        assert abs(part[0] - expected) < 4 * error < 0.3


def levels(rng: np.random.Generator, shares: Sequence[float], effects: Sequence[float]) -> np.ndarray:
    """Indicators of four levels, a driver that goes with them, and an outcome."""
    level = rng.choice(4, 400, p=shares)
    driver = level + rng.normal(size=400)
    y = np.array(effects)[level] + 0.7 * driver + rng.normal(size=400)
    return np.column_stack([np.eye(4)[level], driver, y])


@pytest.mark.parametrize("reference", REFERENCES)
def test_no_group_depends_on_the_omitted_category_or_on_where_zero_is(reference: str) -> None:
    rng = np.random.default_rng(6)
    rows = [levels(rng, [0.4, 0.3, 0.2, 0.1], [0, 1, 2, 3]), levels(rng, [0.1, 0.2, 0.3, 0.4], [3, 0, 5, 1])]
    made = [moments(part) for part in rows]
    moved = [moments(part + np.array([0, 0, 0, 0, 30, 0])) for part in rows]
    expected, seen = None, None
    for periods, omitted in ((made, 0), (made, 2), (moved, 3)):
        groups = {"level": [f"x{at}" for at in range(4) if at != omitted], "driver": ["x4"]}
        found, form = parts(two(*periods, "y", groups, reference)), parts(three(*periods, "y", groups))
        expected, seen = expected or found, seen or form
        np.testing.assert_allclose(found, expected, rtol=1e-9)
        np.testing.assert_allclose(form, seen, rtol=1e-9)


def promotion() -> tuple[np.ndarray, np.ndarray]:
    """A promotion (x1) that is not there before, worth 2; it goes with x0, whose effect rises from 1 to 3."""
    rng = np.random.default_rng(7)
    x = rng.normal(size=(2, 400))
    given_to = (x[1] + rng.normal(size=400) > 0).astype(float)
    before = np.column_stack([x[0], np.zeros(400), x[0]])
    return before, np.column_stack([x[1], given_to, 3 * x[1] + 2 * given_to])


def test_a_column_without_variation_before_has_its_effect_of_after() -> None:
    rows = promotion()
    before, after = (moments(part, 0.25) for part in rows)
    groups = {"x": ["x0"], "promotion": ["x1"]}
    share, step = rows[1][:, 1].mean(), rows[1][:, 0].mean() - rows[0][:, 0].mean()
    for reference, slope in (("before", 1), ("after", 3), ("average", 2)):
        found = two(before, after, "y", groups, reference)
        np.testing.assert_allclose(found.explained["promotion"], 2 * share, rtol=1e-10)
        np.testing.assert_allclose(found.explained["x"], slope * step, rtol=1e-10)
        assert_adds_up(found)
        assert list(found.borrowed) == ([] if reference == "after" else ["x1"])
    assert found.borrowed["x1"] == Reason.LENT(at="after", inner=(Reason.SAME_EVERYWHERE(at="before"),))
    seen = three(before, after, "y", groups)
    np.testing.assert_allclose(seen.interaction["promotion"], 0, atol=1e-12)
    back = two(after, before, "y", groups)
    np.testing.assert_allclose(back.explained["promotion"], -2 * share, rtol=1e-10)
    assert back.borrowed["x1"] == Reason.LENT(at="before", inner=(Reason.SAME_EVERYWHERE(at="after"),))
    assert not two(before, after, "y", groups, "pooled").borrowed


@pytest.mark.parametrize("step", [0.2, 1e-6])
def test_a_column_that_goes_with_the_period_is_left_out(step: float) -> None:
    rng = np.random.default_rng(8)
    rows = [drawn(rng, n, 3) for n in (60, 80)]
    plain = [moments(part) for part in rows]
    for later, part in enumerate(rows):
        part[:, 1] = 0.1 + step * later
    tied = [moments(part, -40.0, bootstrap_weights(len(part), 4, rng)) for part in rows]
    found = two(*tied, "y", {"a": ["x0"], "law": ["x1"], "b": ["x2"]})
    without = two(*plain, "y", {"a": ["x0"], "b": ["x2"]})
    assert list(found.explained) == ["a", "b"]
    assert list(found.left_out) == ["x1"]
    assert found.left_out["x1"].code == Reason.TIED_TO_PERIOD
    assert not found.borrowed
    np.testing.assert_allclose(np.array(parts(found))[:, 0], np.ravel(parts(without)), rtol=1e-10)
    assert_adds_up(found)
    mixed = two(*tied, "y", {"a": ["x0", "x1"], "b": ["x2"]})
    np.testing.assert_allclose(parts(mixed), parts(found), rtol=1e-12)
    alone = two(*tied, "y", {"law": ["x1"]})
    assert alone.explained == {}
    np.testing.assert_array_equal(alone.unexplained, alone.difference)


@pytest.mark.parametrize("shift", [0.0, 0.3, -40.0])
def test_a_column_that_never_varies_has_no_part(shift: float) -> None:
    rng = np.random.default_rng(9)
    rows = [drawn(rng, n, 2) for n in (60, 80)]
    for part in rows:
        part[:, 0] = 0.1
    for reference in REFERENCES:
        found = two(*(moments(part, shift) for part in rows), "y", {"a": ["x0"], "b": ["x1"]}, reference)
        assert found.explained["a"] == [0.0]
        assert not found.left_out
        assert not found.borrowed
        np.testing.assert_allclose(
            found.explained["b"],
            two(*(moments(part, shift) for part in rows), "y", {"b": ["x1"]}, reference).explained["b"],
            rtol=1e-10,
        )


@pytest.mark.filterwarnings("error")
def test_a_replicate_that_cannot_be_had_is_nan_and_leaves_the_others() -> None:
    rng = np.random.default_rng(10)
    before, after = (drawn(rng, n, 3) for n in (60, 80))
    before[:, 1] = np.arange(60) < 2  # varies only if one of the first two rows is drawn
    after[3:, 0] = 2 * after[3:, 2] - 1  # depends, but for the first three rows
    after[:, 1] = 1 - (np.arange(80) < 2)
    one, other = np.ones((5, 60)), np.ones((5, 80))
    other[0, :3] = 0  # depends after, and x1 is 1 throughout
    one[1] = 0  # no row
    one[2, :2] = 0  # x1 is 0 throughout before: its effect of after
    one[3, :2], other[3, :2] = 0, 0  # x1 is 0 before and 1 after
    made = moments(before, 0.5, one), moments(after, 0.5, other)
    groups = {"a": ["x0", "x1"], "b": ["x2"]}
    for reference in REFERENCES:
        found = two(*made, "y", groups, reference)
        lost = np.isnan(parts(found))
        assert (lost == lost[0]).all()
        # pooled, the rows before tell x0 and x2 apart; at before's coefficients x1 varies there
        assert lost[0].tolist() == [False, reference in ("average", "after"), True, False, True, False]
        for part in parts(found):
            np.testing.assert_allclose(part[5], part[0], rtol=1e-10)
        assert np.isnan(found.difference).tolist() == [False, False, True, False, False, False]
    lost = np.isnan(parts(three(*made, "y", groups)))
    assert (lost == [False, True, True, False, True, False]).all()


def test_an_outcome_that_does_not_vary_in_a_period_has_parts() -> None:
    rng = np.random.default_rng(11)
    before, after = (drawn(rng, n, 2) for n in (60, 80))
    before[:, -1] = 5
    found = two(moments(before), moments(after), "y", {"a": ["x0"], "b": ["x1"]}, "before")
    assert [found.explained[group][0] for group in ("a", "b")] == [0, 0]
    np.testing.assert_allclose(found.unexplained, after[:, -1].mean() - 5, rtol=1e-12)


def refused(*args: object) -> str:
    found = twofold(*args)  # type: ignore[arg-type]  # the fields asked for
    assert isinstance(found, NotEstimable)
    return clause(found.reason)


@pytest.mark.filterwarnings("error")
def test_an_estimate_that_cannot_be_had_says_why() -> None:
    rng = np.random.default_rng(12)
    before, after = (drawn(rng, n, 3) for n in (60, 80))
    groups = {"a": ["x0", "x1"], "b": ["x2"]}
    twin = after.copy()
    twin[:, 2] = 3 * twin[:, 0] + 1
    whole, dependent = moments(before), moments(twin)
    assert refused(whole, dependent, "y", groups).startswith("in after: 'x0': it moves")
    assert isinstance(threefold(whole, dependent, "y", groups), NotEstimable)
    assert_adds_up(two(whole, dependent, "y", groups, "before"))  # what is needed is there
    assert_adds_up(two(whole, dependent, "y", groups, "pooled"))
    both = before.copy()
    both[:, 2] = 3 * both[:, 0] - 5
    assert refused(moments(both), dependent, "y", groups, "pooled").startswith("in pooled: ")
    flat = before.copy()
    flat[:, 0] = 1
    assert "in after: " in refused(moments(flat), dependent, "y", groups, "before")  # nothing to borrow
    assert refused(moments(before[:3]), whole, "y", groups) == (
        "in before: too few: 3 customers (or groups of them) with what it takes, and a model of 3 columns needs 4"
    )
    assert refused(moments(before[:2]), moments(after[:2]), "y", groups, "pooled") == (
        "in pooled: too few: 3 customers (or groups of them) with what it takes, and a model of 3 columns needs 4"
    )
    for made in ((moments(before[:0]), whole), (whole, moments(before[:0]))):
        assert refused(*made, "y", groups).endswith("there are no episodes")


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({}, "at least one group"),
        ({"a": ["x0"], "b": []}, "at least one column"),
        ({"a": ["x0"], "b": ["x1", "x0"]}, "only once"),
        ({"a": ["x0", "y"]}, "only once"),
        ({"a": ["x0", "x7"]}, "no column 'x7'"),
    ],
)
def test_groups_that_cannot_be_meant_are_refused(groups: Mapping[str, Sequence[str]], message: str) -> None:
    made = moments(drawn(np.random.default_rng(13), 30, 2))
    with pytest.raises(ValueError, match=message):
        twofold(made, made, "y", groups)
    with pytest.raises(ValueError, match=message):
        threefold(made, made, "y", groups)


def test_other_arguments_that_cannot_be_meant_are_refused() -> None:
    rows = drawn(np.random.default_rng(14), 30, 2)
    made, more = moments(rows), moments(rows, 0.0, np.ones((3, 30)))
    with pytest.raises(ValueError, match="not 1 and 4"):
        twofold(made, more, "y", {"a": ["x0"]})
    with pytest.raises(ValueError, match="average, before, after, pooled, not 'neumark'"):
        twofold(made, made, "y", {"a": ["x0"]}, "neumark")  # type: ignore[arg-type]  # the fields asked for
