"""The columns of the models, from what is declared and what the episodes hold."""

from __future__ import annotations

from typing import Any

import pytest

from lineofsight.aggregation.shape_basis import ShapeBasis
from lineofsight.episodes.profile import Extent, Profile
from lineofsight.model.design import make_design
from lineofsight.model.outcomes import outcomes_of
from lineofsight.project.models import Project

EIGHTHS = tuple(float(eighth) for eighth in range(1, 8))


def project(**operations: dict[str, Any]) -> Project:
    behaviour = {"kind": "buy_more", "table": "o", "at": "t", "within": "90 days"}
    return Project.model_validate(
        {
            "name": "test",
            "tables": {"o": {"path": "o.csv"}},
            "episodes": {"each": "o", "key": "k", "at": "t", "customer": "id"},
            "operations": {
                name: {"value": name, "better": "lower", **more} for name, more in operations.items()
            },
            "behaviours": {"bought": behaviour},
        }
    )


def profile(octiles: dict[str, tuple[float, ...]], lowest: float, highest: float) -> Profile:
    return Profile(
        complete=1000,
        customers=500,
        missing=dict.fromkeys(octiles, 0),
        quantiles=dict.fromkeys(octiles, (0.5, 2.0, 4.0, 6.0, 7.5)),
        bands={},
        levels={},
        others=frozenset(),
        absent=frozenset(),
        separated=frozenset(),
        leakage_signals={},
        matched={},
        left_out={},
        nonzero={},
        octiles=octiles,
        extent=dict.fromkeys(octiles, Extent(lowest, highest, 1000, False, None, lowest, 10)),
    )


def shape_of(made: Project, held: Profile) -> ShapeBasis:
    shape = make_design(made, held, {}).shape
    assert shape is not None
    return shape


def test_few_drivers_bend_at_octiles_and_their_pieces_are_quarters() -> None:
    shape = shape_of(project(wait={}), profile({"wait": EIGHTHS}, 0.0, 8.0))
    assert shape.grid == {"wait": EIGHTHS}
    assert shape.pieces == {"wait": (2.0, 4.0, 6.0)}
    assert shape.drawn == {"wait": (0.5, 7.5)}


def test_nothing_bends_where_there_is_nobody_beyond() -> None:
    """A knot at the lowest or highest value would bend nothing, and several octiles may be one value."""
    octiles = (0.0, 0.0, 1.0, 1.0, 3.0, 8.0, 8.0)
    shape = shape_of(project(wait={}), profile({"wait": octiles}, 0.0, 8.0))
    assert shape.grid == {"wait": (1.0, 3.0)}
    assert shape.pieces == {"wait": (1.0,)}  # the median; the other quarters are at the ends
    none = shape_of(project(wait={}), profile({"wait": (0.0,) * 7}, 0.0, 8.0))
    assert none.grid == none.pieces == {"wait": ()}


def test_declared_knots_come_first() -> None:
    shape = shape_of(project(wait={"knots": [2.5, 5]}), profile({"wait": EIGHTHS}, 0.0, 8.0))
    assert shape.grid == shape.pieces == {"wait": (2.5, 5.0)}


@pytest.mark.parametrize(
    ("drivers", "knots"),
    [(11, EIGHTHS), (12, (2.0, 4.0, 6.0)), (26, (2.0, 4.0, 6.0)), (27, (4.0,)), (80, (4.0,)), (81, ())],
)
def test_many_drivers_bend_less_often(drivers: int, knots: tuple[float, ...]) -> None:
    names = [f"wait_{at}" for at in range(drivers)]
    shape = shape_of(
        project(**{name: {} for name in names}), profile(dict.fromkeys(names, EIGHTHS), 0.0, 8.0)
    )
    assert set(shape.grid.values()) == {knots}
    assert set(shape.pieces.values()) == {(2.0, 4.0, 6.0) if drivers < 27 else knots}


def test_a_driver_without_values_bends_nowhere() -> None:
    held = profile({"wait": EIGHTHS}, 0.0, 8.0)
    shape = shape_of(project(wait={}, speed={}), held)
    assert shape.grid == {"wait": EIGHTHS, "speed": ()}


@pytest.mark.parametrize(("better", "best"), [("lower", 2.0), ("higher", 6.0)])
def test_the_best_is_the_best_quartile(better: str, best: float) -> None:
    made = make_design(project(wait={"better": better}), profile({"wait": EIGHTHS}, 0.0, 8.0), {})
    (driver,) = made.basis.drivers
    assert (driver.best, driver.higher_is_better) == (best, better == "higher")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"measure": "nps"}, {"felt": (False, True)}),  # an NPS may be negative, though its answers may not
        ({"measure": "csat"}, {"felt": (True, True), "felt:top-2-box": (True, False)}),
        ({"measure": "ces"}, {"felt": (True, True), "felt:agree": (True, False)}),
        ({"measure": "score", "scale": [-3, 3]}, {"felt": (False, True)}),
        ({"measure": "score", "scale": [0, 10]}, {"felt": (True, True)}),
    ],
)
def test_of_which_statistics_a_per_cent_has_a_sense_and_which_are_second(
    said: dict[str, Any], expected: dict[str, tuple[bool, bool]]
) -> None:
    made = project(wait={})
    felt = {"felt": {"value": "felt", **said}}
    made = Project.model_validate({**made.model_dump(exclude_unset=True), "perceptions": felt})
    found = {info.name: (info.positive, info.main) for info in outcomes_of(made) if info.kind == "perception"}
    assert found == expected
