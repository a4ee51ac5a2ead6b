"""Columns of the basis by hand: knots, absence, levels, the change, codings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineofsight.aggregation.basis import Basis, Block
from lineofsight.aggregation.features import Category, Driver, Number, Outcome

NAN = float("nan")


def basis(**parts: object) -> Basis:
    empty: dict[str, object] = {"drivers": (), "numbers": (), "categories": (), "outcomes": (), "share": 0.1}
    return Basis(**{**empty, **parts})  # type: ignore[arg-type]


def evaluate(made: Basis, codes: dict[str, list[int]] | None = None, **values: list[float]) -> Block:
    return made.evaluate(
        {name: np.array(column, dtype=float) for name, column in values.items()},
        {name: np.array(column, dtype=np.int32) for name, column in (codes or {}).items()},
    )


def column(made: Basis, block: Block, name: str) -> list[float]:
    return block.matrix[:, made.columns.index(name)].tolist()


def mean(made: Basis, block: Block, name: str) -> list[float]:
    return block.means[:, made.mean_columns.index(name)].tolist()


def test_knots_bend_the_line() -> None:
    made = basis(drivers=(Driver("x", False, knots=(2.0, 10.5)),))
    block = evaluate(made, x=[1, 2, 5, 12])
    assert made.columns == ("x", "x>2", "x>10.5")
    assert column(made, block, "x>2") == [0, 0, 3, 10]
    assert column(made, block, "x>10.5") == [0, 0, 0, 1.5]


def test_near_knots_have_columns_of_their_own() -> None:
    assert len(set(basis(drivers=(Driver("x", False, knots=(20240101.0, 20240102.0)),)).columns)) == 3


def test_absence_is_a_column_and_changes_nothing() -> None:
    made = basis(drivers=(Driver("x", True, optional=True, best=9.0),), numbers=(Number("z", optional=True),))
    block = evaluate(made, x=[5, NAN], z=[NAN, 1])
    assert made.controls == ("z", "z?", "x?")
    assert (column(made, block, "x?"), column(made, block, "z?")) == ([0, 1], [1, 0])
    assert np.isnan(column(made, block, "x")[1])
    for name, expected in (
        ("known:x", [1, 0]),
        ("value:x", [5, 0]),
        ("better:x", [0.5, 0]),
        ("best:x", [4, 0]),
    ):
        assert mean(made, block, name) == expected


def test_levels_are_indicators_against_the_first() -> None:
    made = basis(
        categories=(Category("g", ("a", "b"), others=True, absent=True),), outcomes=(Outcome("y", "y"),)
    )
    block = evaluate(made, {"g": [0, 1, 2, -1]}, y=[1, 1, 1, 1])
    assert made.columns == ("g=b", "g=other", "g=none", "y")
    assert block.matrix[:, :3].tolist() == [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_levels_named_like_the_rest_keep_their_own_column() -> None:
    category = Category("g", ("a", "other", "none"), others=True, absent=True)
    assert category.columns == ("g=other", "g=none", "g=(other)", "g=(none)")


def test_rows_without_what_is_needed_are_left_out() -> None:
    made = basis(
        drivers=(Driver("x", True), Driver("o", True, optional=True)),
        numbers=(Number("z"),),
        outcomes=(Outcome("y", "y"),),
    )
    block = evaluate(made, x=[1, NAN, 1, 1], o=[NAN, 1, 1, 1], z=[1, 1, NAN, 1], y=[1, 1, 1, NAN])
    assert block.rows.tolist() == [True, False, False, True]
    assert len(block.matrix) == len(block.means) == len(block.pattern) == 2


def test_pattern_has_a_bit_per_source_that_is_there() -> None:
    made = basis(outcomes=(Outcome("c", "c"), Outcome("c:top", "c", "at least", 4), Outcome("b", "b")))
    assert made.observables == ("c", "b")
    assert evaluate(made, c=[1, NAN, 1, NAN], b=[1, 1, NAN, NAN]).pattern.tolist() == [3, 2, 1, 0]


def test_who_could_be_asked_is_a_mean_column() -> None:
    made = basis(outcomes=(Outcome("c", "c"),), asked=(("c", "covered:c"),))
    block = evaluate(made, c=[1, NAN, NAN], **{"covered:c": [1, 1, 0]})
    assert mean(made, block, "asked:c") == [1, 1, 0]


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome("y", "y", "nps"), [-100, -100, 0, 0, 100, 100]),
        (Outcome("y", "y", "at least", 4), [0, 100, 100, 100, 100, 100]),
        (Outcome("y", "y", "at least", 7), [0, 0, 100, 100, 100, 100]),
        (Outcome("y", "y"), [0, 6, 7, 8, 9, 10]),
    ],
)
def test_codings(outcome: Outcome, expected: list[float]) -> None:
    found = outcome.coded(np.array([0, 6, 7, 8, 9, 10, NAN]))
    assert found[:-1].tolist() == expected
    assert np.isnan(found[-1])


def test_change_moves_the_columns_beyond_a_knot_by_their_own_difference() -> None:
    made = basis(drivers=(Driver("x", False, knots=(10.0,), best=8.0),))
    block = evaluate(made, x=[20, 10.5, 5])
    assert mean(made, block, "better:x") == pytest.approx([-2, -1.05, -0.5])
    assert mean(made, block, "better:x>10") == pytest.approx([-2, -0.5, 0])
    assert mean(made, block, "best:x") == pytest.approx([-12, -2.5, 0])
    assert mean(made, block, "best:x>10") == pytest.approx([-10, -0.5, 0])


@pytest.mark.parametrize(
    ("driver", "values", "expected"),
    [
        (Driver("x", True), [10, -10, 0], [11, -9, 0]),
        (Driver("x", False), [10, -10, 0], [9, -11, 0]),
        (Driver("x", True, limit=1.0), [0.5, 0.95, 1.2], [0.55, 1.0, 1.2]),
        (Driver("x", False, limit=2.0), [10, 2.1, 1.0], [9, 2.0, 1.0]),
    ],
)
def test_better_is_in_the_good_direction_as_far_as_the_limit(
    driver: Driver, values: list[float], expected: list[float]
) -> None:
    assert driver.changed(np.array(values, dtype=float), "better", 0.1).tolist() == pytest.approx(expected)


def test_best_moves_only_what_is_worse() -> None:
    values = np.array([1.0, 5.0, 9.0])
    assert Driver("x", True, best=5.0).changed(values, "best", 0.1).tolist() == [5, 5, 9]
    assert Driver("x", False, best=5.0).changed(values, "best", 0.1).tolist() == [1, 5, 5]
    assert Driver("x", False).changed(values, "best", 0.1).tolist() == [1, 5, 9]


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1),
    st.booleans(),
    st.none() | st.floats(-1e6, 1e6),
    st.floats(0.001, 1.0),
)
def test_no_change_ever_makes_worse(
    values: list[float], higher: bool, limit: float | None, share: float
) -> None:
    driver = Driver("x", higher, limit=limit, best=3.0)
    before = np.array(values)
    for change in ("better", "best"):
        step = driver.changed(before, change, share) - before  # type: ignore[arg-type]
        assert (step >= 0).all() if higher else (step <= 0).all()


@pytest.mark.parametrize(
    ("value", "limit", "higher", "expected"),
    [
        (5.0, None, True, 5.5),
        (-5.0, None, True, -4.5),
        (-5.0, None, False, -5.5),
        (5.0, 5.2, True, 5.2),
        (5.0, 4.0, True, 5.0),  # beyond the limit already: it stays
        (5.0, 4.8, False, 4.8),
        (5.0, 6.0, False, 5.0),
        (5.0, 5.0, True, 5.0),
    ],
)
def test_better_goes_a_share_of_its_size_in_the_good_direction_and_not_beyond_the_limit(
    value: float, limit: float | None, higher: bool, expected: float
) -> None:
    driver = Driver("x", higher, limit=limit)
    assert driver.changed(np.array([value]), "better", 0.1)[0] == pytest.approx(expected)


def test_without_a_best_quartile_best_changes_nothing() -> None:
    value = np.array([1.0, 5.0])
    assert Driver("x", True).changed(value, "best", 0.1).tolist() == [1, 5]
    assert Driver("x", True, best=3.0).changed(value, "best", 0.1).tolist() == [3, 5]
    assert Driver("x", False, best=3.0).changed(value, "best", 0.1).tolist() == [1, 3]


def test_means_are_of_the_known_values_and_their_changes_in_the_order_of_their_columns() -> None:
    made = basis(
        drivers=(Driver("x", True, knots=(2.0,), best=4.0), Driver("w", False, optional=True, best=1.0)),
        outcomes=(Outcome("felt", "felt"),), asked=(("felt", "covered"),),
    )  # fmt: skip
    block = evaluate(made, x=[1, 5], w=[NAN, 10], felt=[1, NAN], covered=[1, 0])
    assert made.mean_columns == (
        "known:x", "value:x", "better:x", "better:x>2", "best:x", "best:x>2",
        "known:w", "value:w", "better:w", "best:w", "asked:felt",
    )  # fmt: skip
    np.testing.assert_allclose(
        block.means,
        [[1, 1, 0.1, 0, 3, 2, 0, 0, 0, 0, 1], [1, 5, 0.5, 0.5, 0, 0, 1, 10, -1, -9, 0]],
    )
    assert made.flags == ("felt", "asked:felt")
    assert block.pattern.tolist() == [3, 0]
    assert (made.bits(["felt"]), made.bits(["asked:felt"]), made.bits(["felt", "felt"]), made.bits([])) == (
        1,
        2,
        1,
        0,
    )
    without = made.evaluate({name: np.ones(2) for name in made.sources}, {}, means=False)
    assert without.means.shape == (2, 0)
