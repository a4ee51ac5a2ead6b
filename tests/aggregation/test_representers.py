"""The representer of a change: what its column is, and that it makes a straight line give averages over customers."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.aggregation.representers import (
    DictionarySums,
    Move,
    Representer,
    Terms,
    dictionary_sums,
    knots_among,
    representer_of,
)
from lineofsight.engines.codec import decode, encode

NONE: dict[str, np.ndarray] = {}


def found(
    terms: Terms,
    value: np.ndarray,
    codes: dict[str, np.ndarray] = NONE,
    numbers: dict[str, np.ndarray] = NONE,
) -> Representer | None:
    return representer_of(terms, dictionary_sums(terms, value, Move(value, 0.9 * value), codes, numbers))


def column(
    made: Representer | None,
    value: np.ndarray,
    codes: dict[str, np.ndarray] = NONE,
    numbers: dict[str, np.ndarray] = NONE,
) -> np.ndarray:
    assert made is not None
    return made.at(value, made.parts(codes, numbers, len(value)))


def by_least_squares(value: np.ndarray, outcome: np.ndarray, *beside: np.ndarray) -> np.ndarray:
    """Fitted coefficients of the value and the columns beside, after an intercept."""
    return np.linalg.lstsq(np.column_stack([np.ones(len(value)), value, *beside]), outcome, rcond=None)[0][1:]


def quantiles(value: np.ndarray) -> tuple[float, ...]:
    positive = value[value != 0]
    return knots_among(np.quantile(positive, [0.25, 0.5, 0.75, 0.9, 0.97]), value.min(), value.max())


def test_of_a_lognormal_value_it_is_the_logarithm_and_a_line() -> None:
    """The representer of a change by a share is, there, linear in the logarithm (a derivative by the logarithm)."""
    value = np.exp(0.5 * np.random.default_rng(1).normal(size=200_000))
    made = column(found(Terms(quantiles(value)), value), value)
    assert made.std() == pytest.approx(1, rel=1e-3)
    both = np.column_stack([np.ones(len(value)), value, np.log(value)])
    left = made - both @ np.linalg.lstsq(both, made, rcond=None)[0]
    assert left.var() < 0.03


def test_of_a_gamma_value_a_line_is_enough() -> None:
    """There the line itself is the representer of a small change by a share, so nothing is to be gained."""
    value = np.random.default_rng(2).gamma(3.0, 2.0, 200_000)
    terms = Terms(quantiles(value))
    assert (
        representer_of(terms, dictionary_sums(terms, value, Move(value, 0.999 * value), NONE, NONE)) is None
    )


@pytest.mark.parametrize("seed", range(4))
def test_with_its_column_least_squares_gives_the_average_effect(seed: int) -> None:
    """Those in one town meet a wide range and mind most, delays hurt beyond a threshold, and some never wait."""
    rng = np.random.default_rng(seed)
    n = 60_000
    town = rng.integers(0, 3, n).astype(np.int32)
    age = rng.normal(40, 10, n)
    value = np.where(
        rng.random(n) < 0.3, 0.0, np.exp(np.array([0.3, 0.5, 0.8])[town] * rng.normal(size=n) + age / 80)
    )
    minds = np.array([0.4, 1.0, 2.0])[town] + 0.02 * (age - 40)

    def outcome(x: np.ndarray) -> np.ndarray:
        return minds * x + 2 * np.maximum(x - 3, 0)

    truth = float((outcome(0.9 * value) - outcome(value)).mean())
    noisy = outcome(value) + rng.normal(size=n)
    terms = Terms(quantiles(value), (("town", 3),), ("age",))
    codes, numbers = {"town": town}, {"age": age}
    made = found(terms, value, codes, numbers)
    assert made is not None
    parts = made.parts(codes, numbers, n)
    now, then = made.at(value, parts), made.at(0.9 * value, parts)
    levels = [(town == level).astype(float) for level in (1, 2)]
    slope, _, _, _ = by_least_squares(value, noisy, age, *levels)
    line = slope * float((-0.1 * value).mean())
    main, averaging, *_ = by_least_squares(value, noisy, now, age, *levels)
    average = main * float((-0.1 * value).mean()) + averaging * float((then - now).mean())
    assert abs(line / truth - 1) > 0.2
    assert average == pytest.approx(truth, rel=0.03)


def test_what_the_change_does_to_any_column_of_the_dictionary_is_its_product_with_the_representer() -> None:
    """`E[ρ f] = E[f(changed) − f]`, up to the ridge and a factor that is the same for all."""
    rng = np.random.default_rng(3)
    value, town = rng.gamma(0.7, 2.0, 50_000), rng.integers(0, 2, 50_000).astype(np.int32)
    value *= np.array([1.0, 1.0 + rng.random(25_000).mean()])[town]
    terms = Terms(quantiles(value), (("town", 2),))
    codes = {"town": town}
    rho = column(found(terms, value, codes), value, codes)
    dictionary, changed = terms.columns(value, codes, NONE), terms.columns(0.9 * value, codes, NONE)
    live = dictionary.std(axis=0) > 0
    scale = dictionary.std(axis=0)[live]
    products = ((rho - rho.mean())[:, None] * dictionary).mean(axis=0)[live] / scale
    moved = (changed - dictionary).mean(axis=0)[live] / scale
    factor = float(products @ moved / (moved @ moved))
    np.testing.assert_allclose(products, factor * moved, atol=0.03 * float(np.abs(factor * moved).max()))


def test_sums_of_parts_are_those_of_the_whole_and_absent_values_do_not_count() -> None:
    rng = np.random.default_rng(4)
    value = np.where(rng.random(3000) < 0.2, np.nan, rng.exponential(size=3000))
    town = rng.integers(-1, 4, 3000).astype(np.int32)
    age = np.where(rng.random(3000) < 0.1, np.nan, rng.normal(size=3000))
    terms = Terms((0.5, 1.0), (("town", 2),), ("age",))

    def sums(rows: slice) -> DictionarySums:
        return dictionary_sums(
            terms, value[rows], Move(value[rows], 0.9 * value[rows]), {"town": town[rows]}, {"age": age[rows]}
        )

    whole, parts = sums(slice(None)), sums(slice(0, 1000)) + sums(slice(1000, None))
    known = ~np.isnan(value)
    assert whole.n == parts.n == known.sum()
    np.testing.assert_allclose(parts.products, whole.products)
    np.testing.assert_allclose(parts.moved, whole.moved)
    names = terms.columns(value[known], {"town": town[known]}, {"age": age[known]})
    np.testing.assert_allclose(whole.sums, names.sum(axis=0))
    assert whole.sums[3] == 0  # nobody waits 0: the mark is not there


def test_other_levels_and_none_are_one_more_level() -> None:
    terms = Terms((), (("town", 2),))
    value = np.array([1.0, 2.0, 3.0, 4.0])
    rows = terms.columns(value, {"town": np.array([0, 1, 2, -1], dtype=np.int32)}, NONE)
    np.testing.assert_array_equal(rows[:, 2:4], [[0, 0], [1, 0], [0, 1], [0, 1]])
    np.testing.assert_array_equal(rows[:, 4:], [[0, 0], [2, 0], [0, 3], [0, 4]])
    made = terms.weighted(np.array([1.0, 0.0, 10.0, 20.0, 0.5, 0.25]))
    codes = {"town": np.array([0, 1, 7, -1], dtype=np.int32)}
    np.testing.assert_allclose(column(made, value, codes), [1, 2 + 10 + 1, 3 + 20 + 0.75, 4 + 20 + 1])


def test_a_count_of_few_values_has_no_value_apart() -> None:
    """Half a call less than 1 lies between 0 and 1: a mark of 0 would leave nothing that tells what that does."""
    value = np.random.default_rng(5).poisson(1.5, 20_000).astype(float)
    marked, counted = Terms((1.0, 2.0, 3.0)), Terms((1.0, 2.0, 3.0), zero_apart=False)
    assert marked.columns(value, NONE, NONE)[:, 4].sum() == (value == 0).sum()
    assert not counted.columns(value, NONE, NONE)[:, 4].any()
    made = found(counted, value)
    assert made is None or made.at_zero == 0


@pytest.mark.parametrize("value", [np.zeros(0), np.array([2.0]), np.full(50, 3.0), np.full(50, np.nan)])
def test_nothing_that_varies_has_one(value: np.ndarray) -> None:
    assert found(Terms((1.0,)), value) is None


def test_nothing_that_changes_has_one() -> None:
    value = np.random.default_rng(6).exponential(size=500)
    terms = Terms(quantiles(value))
    assert representer_of(terms, dictionary_sums(terms, value, Move(value, value), NONE, NONE)) is None


def test_it_is_absent_where_the_value_is_and_is_stored_as_it_is() -> None:
    value = np.exp(np.random.default_rng(7).normal(size=4000))
    made = found(Terms(quantiles(value)), value)
    assert np.isnan(column(made, np.array([np.nan, 1.0]))).tolist() == [True, False]
    assert decode(*encode(made)) == made


def test_weights_are_the_same_in_whichever_order_rows_are_added() -> None:
    value = np.exp(np.random.default_rng(8).normal(size=30_000))
    terms = Terms(quantiles(value))
    parts = [dictionary_sums(terms, v, Move(v, 0.9 * v), NONE, NONE) for v in np.split(value, 3)]
    one = representer_of(terms, parts[0] + parts[1] + parts[2])
    other = representer_of(terms, parts[2] + (parts[1] + parts[0]))
    assert one is not None and one == other
