"""Columns made of a basis, by hand: differences from a customer's mean, the next episode's drivers, bends and boxes."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.aggregation.basis import Basis, Block
from lineofsight.aggregation.counts import CountBands
from lineofsight.aggregation.features import Driver, Number, Outcome
from lineofsight.aggregation.histories import NextColumns, WithinColumns, following, next_slopes
from lineofsight.aggregation.products import ProductBasis, changed, product, square
from lineofsight.aggregation.shape_basis import MOST_STEPS, Boxes, ShapeBasis, boxes_of, fitting, knots_each

NAN = float("nan")
BASIS = Basis(
    (Driver("x", False, knots=(2.0,)), Driver("h", True, optional=True)), (Number("z"),), (),
    (Outcome("felt", "felt"), Outcome("spend", "spend")), 0.1, (("felt", "covered"),),
)  # fmt: skip
ROWS = {
    "x": [1.0, 3.0, 5.0, 2.0, 4.0, 9.0, 6.0],
    "h": [NAN, 2.0, 4.0, 1.0, NAN, 3.0, 7.0],
    "z": [1.0, 1.0, 4.0, 0.0, 2.0, 5.0, 8.0],
    "felt": [3.0, NAN, 5.0, NAN, NAN, 2.0, NAN],
    "spend": [10.0, 20.0, 60.0, 30.0, 50.0, 70.0, 90.0],
    "covered": [1.0] * 7,
}
RUN = np.array([0, 0, 0, 1, 1, 2, 3])
BLOCK = BASIS.evaluate({name: np.array(values) for name, values in ROWS.items()}, {})


def column(found: Block, columns: tuple[str, ...], name: str) -> list[float]:
    return found.matrix[:, columns.index(name)].tolist()


# ---- the same customers ---------------------------------------------------------------------------------


def test_differences_are_from_the_mean_of_the_customers_episodes_in_which_the_same_was_observed() -> None:
    """Customer 0 answered in the first and third episode; 1 in neither of two; 2 and 3 have nothing to be compared with."""
    within = WithinColumns(BASIS)
    found, places = within.evaluate(BLOCK, RUN)
    assert within.columns == BASIS.columns and within.outcomes == BASIS.outcomes
    assert (
        within.mean_columns == ()
        and within.flags == BASIS.flags
        and within.bits(["spend"]) == BASIS.bits(["spend"])
    )
    assert sorted(places.tolist()) == [0, 2, 3, 4]
    order = np.argsort(places)
    told = {name: np.array(column(found, within.columns, name))[order].tolist() for name in within.columns}
    assert told["x"] == [-2, 2, -1, 1]
    assert told["x>2"] == [-1.5, 1.5, -1, 1]  # of 0 and 3, of 0 and 2
    assert told["z"] == [-1.5, 1.5, -1, 1]
    assert told["h"] == [-2, 2, 0.5, -0.5]  # an absent value counts as 0
    assert told["h?"] == [0.5, -0.5, -0.5, 0.5]
    assert told["felt"] == [-1, 1, 0, 0]
    assert told["spend"] == [-25, 25, -10, 10]
    np.testing.assert_array_equal(found.pattern[order], BLOCK.pattern[[0, 2, 3, 4]])
    assert found.rows.all() and found.means.shape == (4, 0)


def test_what_stays_the_same_about_a_customer_is_exactly_nothing() -> None:
    values = {**ROWS, "z": [0.1] * 3 + [1e9 + 0.1] * 2 + [5.0, 8.0], "felt": [NAN] * 7}
    block = BASIS.evaluate({name: np.array(column) for name, column in values.items()}, {})
    found, places = WithinColumns(BASIS).evaluate(block, RUN)
    assert sorted(places.tolist()) == [0, 1, 2, 3, 4]
    assert column(found, BASIS.columns, "z") == [0.0] * 5
    alone, nobody = WithinColumns(BASIS).evaluate(BLOCK, np.arange(7))
    assert len(alone.matrix) == len(nobody) == 0


# ---- the next episode -----------------------------------------------------------------------------------


def test_each_episode_stands_beside_the_drivers_of_the_customers_next_one() -> None:
    """Customer 0's are in the order 2, 0, 1; the two of customer 1 are of the same instant."""
    ahead = NextColumns(BASIS)
    at = np.array([20, 30, 10, 5, 5, 1, 1])
    found, places = ahead.evaluate(BLOCK, RUN, at)
    assert ahead.following == ("x", "x>2", "h", "h?")
    assert ahead.columns == (*BASIS.columns, "next:x", "next:x>2", "next:h", "next:h?")
    assert ahead.outcomes == BASIS.outcomes
    assert places.tolist() == [2, 0]
    assert column(found, ahead.columns, "x") == [5, 1]
    assert column(found, ahead.columns, "next:x") == [1, 3]
    assert column(found, ahead.columns, "next:x>2") == [0, 1]
    assert column(found, ahead.columns, "next:h?") == [1, 0]
    assert column(found, ahead.columns, "spend") == [60, 10]
    np.testing.assert_array_equal(found.pattern, BLOCK.pattern[[2, 0]])
    assert next_slopes(BASIS.drivers[0]) == ("next:x", "next:x>2") and following("h") == "next:h"


# ---- bends and boxes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scale", "low", "high"), [((1, 5), (1, 2), (4, 5)), ((1, 7), (1, 2), (6, 7)), ((0, 10), (0, 2), (8, 10))]
)
def test_boxes_are_the_outer_quarters_of_a_scale(
    scale: tuple[float, float], low: tuple[float, float], high: tuple[float, float]
) -> None:
    found = boxes_of(*scale)
    answers = np.arange(scale[0], scale[1] + 1)
    bottom, top = answers[answers <= found.low], answers[answers >= found.high]
    assert (bottom.min(), bottom.max(), top.min(), top.max()) == (*low, *high)


def test_bends_and_boxes_of_a_driver_are_missing_where_it_is() -> None:
    shape = ShapeBasis(
        BASIS, {"x": (2.0, 4.0), "h": (3.0,)}, {"x": (4.0,), "h": ()}, BASIS.outcomes[1:], {"h": Boxes(2.0, 4.0)},
    )  # fmt: skip
    found = shape.evaluate(BLOCK)
    columns = shape.columns
    assert columns[:5] == ("z", "h?", "x", *shape.bends("x", (2.0, 4.0)))
    assert shape.bends("x") == shape.bends("x", (4.0,)) and shape.bends("h") == ()
    assert len(columns) == 2 + 3 + 4 + 1 and columns[-1] == "spend"
    assert column(found, columns, shape.bends("x", (2.0,))[0]) == [0, 1, 3, 0, 2, 7, 4]
    assert column(found, columns, shape.bends("x")[0]) == [0, 0, 1, 0, 0, 5, 2]
    bottom, top = columns[-3:-1]
    np.testing.assert_array_equal(column(found, columns, bottom), [NAN, 1, 0, 1, NAN, 0, 0])
    np.testing.assert_array_equal(column(found, columns, top), [NAN, 0, 1, 0, NAN, 0, 1])
    assert column(found, columns, "z") == ROWS["z"] and column(found, columns, "spend") == ROWS["spend"]
    np.testing.assert_array_equal(found.pattern, BLOCK.pattern)
    assert found.means.shape == (7, 0)
    assert not shape.too_many and [knots_each(n) for n in (11, 12, 26, 27, 80, 81)] == [7, 3, 3, 1, 1, 0]


def test_steps_of_a_count_are_as_many_or_more() -> None:
    counts = {"h": CountBands((1.0, 2.0, 4.0), (1.0, 2.5, 5.5), (3, 4, 5), 7.0)}
    shape = ShapeBasis(
        BASIS, {"x": (2.0,), "h": ()}, {"x": (2.0,), "h": ()}, BASIS.outcomes[1:], counts=counts
    )
    found, columns = shape.evaluate(BLOCK), shape.columns
    assert shape.steps("x") == {} and [*shape.steps("h").values()] == [2.0, 4.0]
    two, four = shape.steps("h")
    assert columns[-4:] == ("h", two, four, "spend")
    np.testing.assert_array_equal(column(found, columns, two), [NAN, 1, 1, 0, NAN, 1, 1])
    np.testing.assert_array_equal(column(found, columns, four), [NAN, 0, 1, 0, NAN, 0, 1])


def test_steps_beyond_the_room_that_there_is_are_left_out() -> None:
    few = CountBands((0.0, 1.0, 2.0), (0.0, 1.0, 2.0), (50, 50, 50), 2.0)
    starts = tuple(float(value) for value in range(MOST_STEPS))
    many = CountBands(starts, starts, (50,) * MOST_STEPS, starts[-1])
    assert [*fitting({"a": few, "b": many, "c": few})] == ["a", "c"]
    assert [*fitting({"b": many, "a": few})] == ["b"]


# ---- products -------------------------------------------------------------------------------------------


def test_products_are_about_centres_and_nothing_where_the_driver_is_absent() -> None:
    made = ProductBasis(BASIS, BASIS.outcomes, ("felt",), {"x": 2.0, "h": 1.0, "felt": 3.0})
    assert made.wanted == 2 and not made.too_many
    assert set(made.products) >= {product("x", "felt"), product("h", "felt")}
    assert {square("x"), square("h"), square("felt"), changed("x"), changed("h")} <= set(made.columns)
    answered, found = made.evaluate(BLOCK)
    assert answered.tolist() == [True, False, True, False, False, True, False]
    columns = made.columns
    assert column(found, columns, "x") == [1, 5, 9] and column(found, columns, "felt") == [3, 5, 2]
    assert column(found, columns, product("x", "felt")) == [0, 6, -7]
    assert column(found, columns, product("h", "felt")) == [0, 6, -2]
    assert column(found, columns, square("x")) == [1, 9, 49]
    assert column(found, columns, square("h")) == [0, 9, 4]
    assert column(found, columns, square("felt")) == [0, 4, 1]
    np.testing.assert_allclose(column(found, columns, changed("x")), [-0.1, -0.5, -0.9])
    np.testing.assert_allclose(column(found, columns, changed("h")), [0, 0.4, 0.3])
    np.testing.assert_allclose(column(found, columns, changed("x>2")), [0, -0.5, -0.9])
    np.testing.assert_array_equal(found.pattern, BLOCK.pattern[answered])
    assert found.rows.all() and found.means.shape == (3, 0)
    everybody, whole = made.evaluate(
        Block(np.ones(3, dtype=bool), BLOCK.matrix[answered], BLOCK.means[answered], found.pattern)
    )
    assert everybody.all()
    np.testing.assert_array_equal(whole.matrix, found.matrix)


def test_where_there_would_be_too_many_products_there_are_neither_these_nor_squares() -> None:
    drivers = tuple(Driver(f"d{at}", True) for at in range(41))
    many = Basis(drivers, (), (), BASIS.outcomes, 0.1)
    made = ProductBasis(
        many, BASIS.outcomes, ("felt",), {driver.name: 0.0 for driver in drivers} | {"felt": 0.0}
    )
    assert made.too_many and made.products == made.squares == ()
    rows = {driver.name: np.arange(3.0) for driver in drivers}
    block = many.evaluate({**rows, "felt": np.array([1.0, NAN, 2.0]), "spend": np.ones(3)}, {})
    answered, found = made.evaluate(block)
    assert answered.tolist() == [True, False, True]
    assert found.matrix.shape == (2, 41 + 41 + 2)
    assert column(found, made.columns, "d40") == [0, 2]
