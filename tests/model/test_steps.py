"""What 'better' does to an operation, and that it never leaves what is possible."""

from __future__ import annotations

import numpy as np
import pytest

from lineofsight.aggregation.features import Driver
from lineofsight.changes import Step
from lineofsight.episodes.extents import Extent
from lineofsight.model.steps import limit_of, step_of
from lineofsight.project.models import Operation


def operation(**keys: object) -> Operation:
    return Operation(**({"value": "x", "better": "higher"} | keys))  # type: ignore[arg-type]


def extent(low: float, high: float, at_best: int = 20, rating: tuple[float, float] | None = None) -> Extent:
    return Extent(low, high, 100, True, rating, high, at_best)


@pytest.mark.parametrize(
    ("keys", "size"),
    [
        ({}, 0.1),
        ({"change": "5 points"}, 0.05),
        ({"change": "50 %"}, 0.1),
        ({"to": 0.3}, 0.1),
        ({"to": 1}, 0.8),
        ({"limit": 0.25}, 0.05),
        ({"better": "lower"}, 0.1),
        ({"better": "lower", "change": "10 %"}, 0.08),
        ({"better": "lower", "to": 0}, 0.8),
    ],
)
def test_of_yes_or_no_so_many_more_cases_become_good(keys: dict[str, object], size: float) -> None:
    step = step_of(operation(**keys), extent(0, 1), 0.1)
    assert (step.kind, step.size) == ("cases", pytest.approx(size))


def test_no_more_cases_become_good_than_there_are_bad_ones() -> None:
    assert step_of(operation(), extent(0, 1, at_best=97), 0.1).size == pytest.approx(0.03)


@pytest.mark.parametrize(("low", "high"), [(0, 2), (1, 1), (0, 0), (-1, 1)])
def test_a_count_or_a_constant_is_not_yes_or_no(low: float, high: float) -> None:
    assert step_of(operation(), extent(low, high), 0.1) == Step("share", 0.1)


def test_points_are_hundredths_of_a_share_and_points_of_a_rating() -> None:
    assert step_of(operation(unit="share", change="5 points"), extent(0, 0.9), 0.1) == Step("amount", 0.05)
    assert step_of(operation(change="0.5 points"), extent(1, 5), 0.1) == Step("amount", 0.5)


VALUES = np.array([0.0, 1.0, 4.8, np.nan])


@pytest.mark.parametrize(
    ("keys", "low", "high", "rating", "after"),
    [
        ({}, 0, 5, (0, 5), [0, 1.1, 5]),
        ({"change": "0.5 points"}, 0, 5, (0, 5), [0.5, 1.5, 5]),
        ({"better": "lower", "change": "2 hours", "unit": "hours"}, 0, 4.8, None, [0, 0, 2.8]),
        ({"better": "lower", "to": 3}, 0, 4.8, None, [0, 1, 3]),
        ({"to": 3}, 0, 4.8, None, [3, 3, 4.8]),
        ({"better": "lower", "change": -2}, -1, 4.8, None, [-2, -1, 2.8]),
    ],
)
def test_changed_values_are_possible(
    keys: dict[str, object], low: float, high: float, rating: tuple[float, float] | None, after: list[float]
) -> None:
    asked, values = operation(**keys), extent(low, high, rating=rating)
    step = step_of(asked, values, 0.1)
    driver = Driver("x", asked.better == "higher", limit=limit_of(asked, values, step), step=step)
    np.testing.assert_allclose(driver.move(VALUES, "better", 0.1).end, [*after, np.nan])


def test_a_share_stays_between_none_and_all() -> None:
    assert limit_of(operation(unit="share"), extent(0.2, 0.95), Step("share", 0.1)) == 1
    assert limit_of(operation(unit="share"), extent(0.2, 1.4), Step("share", 0.1)) is None


@pytest.mark.parametrize("higher", [True, False])
def test_a_case_is_everyone_good_less_everyone_bad(higher: bool) -> None:
    move = Driver("x", higher, step=Step("cases", 0.05)).move(np.array([0.0, 1.0, np.nan]), "better", 0.1)
    found = move.of(lambda value: 4 * value + 1)
    np.testing.assert_allclose(found, [0.2 if higher else -0.2] * 2 + [np.nan])
