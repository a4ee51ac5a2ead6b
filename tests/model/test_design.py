"""The columns of the models, from what is declared and what the episodes hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lineofsight.aggregation.features import Category, Number, Outcome
from lineofsight.aggregation.shape_basis import ShapeBasis, boxes_of
from lineofsight.episodes.columns import before
from lineofsight.episodes.extents import Extent
from lineofsight.episodes.profile import Profile
from lineofsight.model.design import make_design
from lineofsight.model.outcomes import outcomes_of
from lineofsight.project.models import Project
from lineofsight.units import Unit, UnitKind

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


def test_every_statistic_has_its_definition_and_is_told_in_its_unit() -> None:
    """Shares in per cent with differences in percentage points; NPS, money and counts each in their own."""
    behaviours = {
        "kept": {"kind": "stay", "table": "o", "at": "t", "within": "90 days"},
        "spent": {"kind": "buy_more", "table": "o", "at": "t", "within": "90 days", "value": "paid"},
        "calls": {"kind": "cost_to_serve", "table": "o", "at": "t", "within": "90 days", "unit": "calls"},
        "told": {"kind": "recommend", "table": "o", "at": "t", "within": "90 days"},
    }
    made = Project.model_validate(
        {
            **project(wait={}).model_dump(exclude_unset=True),
            "currency": "EUR",
            "perceptions": {
                "nps": {"value": "n", "measure": "nps"},
                "csat": {"value": "c", "measure": "csat"},
                "ces": {"value": "e", "measure": "ces"},
            },
            "behaviours": behaviours,
        }
    )

    def written(unit: Unit) -> tuple[str, UnitKind]:
        return str(unit), unit.kind

    points, percentage = ("points", UnitKind.POINTS), ("percentage points", UnitKind.PERCENTAGE_POINTS)
    nps, per_cent = ("NPS points", UnitKind.NPS_POINTS), ("per cent", UnitKind.PER_CENT)
    money, each = ("EUR", UnitKind.MONEY), ("per episode", UnitKind.COUNT)
    found = {
        info.name: (
            info.outcome,
            info.statistic,
            info.factor,
            *map(written, (info.unit, info.mean_unit)),
            info.better,
        )
        for info in outcomes_of(made)
    }
    assert {name: told for name, told in found.items() if name != "calls"} == {
        "nps": (Outcome("nps", "nps", "nps"), "NPS", 1.0, nps, nps, "higher"),
        "csat": (Outcome("csat", "csat"), "mean", 1.0, points, points, "higher"),
        "csat:top-2-box": (
            Outcome("csat:top-2-box", "csat", "at least", 4.0), "top-2-box", 1.0, percentage, per_cent, "higher",
        ),
        "ces": (Outcome("ces", "ces"), "mean", 1.0, points, points, "higher"),
        "ces:agree": (
            Outcome("ces:agree", "ces", "at least", 5.0), "agree (5–7)", 1.0, percentage, per_cent, "higher",
        ),
        "kept": (Outcome("kept", "kept"), "stay", 100.0, percentage, per_cent, "higher"),
        "spent": (Outcome("spent", "spent"), "buy_more", 1.0, money, money, "higher"),
        "told": (Outcome("told", "told"), "recommend", 1.0, each, each, "higher"),
    }  # fmt: skip
    assert (found["calls"][3], found["calls"][5]) == (("calls", UnitKind.OWN), "lower")
    assert all(info.main and info.positive for info in outcomes_of(made) if info.kind == "behaviour")


@pytest.mark.parametrize(
    ("declared", "limit"),
    [
        ({"better": "higher", "agg": "share"}, 1.0),
        ({"better": "lower", "agg": "share"}, 0.0),
        ({"better": "higher", "agg": "share", "limit": 0.9}, 0.9),
        ({"better": "lower", "agg": "mean"}, None),
        ({"better": "lower", "agg": "mean", "limit": 2}, 2.0),
    ],
)
def test_a_share_gets_no_better_than_all_or_none_and_others_as_far_as_declared(
    declared: dict[str, Any], limit: float | None
) -> None:
    made = project(wait={"table": "o", "at": "t", "over": "2 days", **declared})
    (driver,) = make_design(made, profile({"wait": EIGHTHS}, 0.0, 8.0), {}).basis.drivers
    assert driver.limit == limit


@pytest.mark.parametrize(
    ("declared", "missing", "optional"),
    [("indicator", 1, True), ("indicator", 0, False), ("drop", 5, False)],
)
def test_being_absent_is_a_column_where_it_is_declared_so_and_happens(
    declared: str, missing: int, optional: bool
) -> None:
    held = replace(profile({"wait": EIGHTHS}, 0.0, 8.0), missing={"wait": missing})
    (driver,) = make_design(project(wait={"missing": declared}), held, {}).basis.drivers
    assert driver.optional == optional
    without = replace(held, quantiles={})
    assert make_design(project(wait={}), without, {}).basis.drivers[0].best is None


def test_controls_are_numbers_or_categories_with_their_levels_and_candidates_are_marked() -> None:
    controls = {
        "age": {"value": "age"},
        "size": {"value": "size", "select": True, "missing": "indicator"},
        "region": {"value": "region"},
        "tier": {"value": "tier", "select": True},
    }
    made = Project.model_validate({**project(wait={}).model_dump(exclude_unset=True), "controls": controls})
    held = replace(
        profile({"wait": EIGHTHS}, 0.0, 8.0),
        levels={"region": ("n", "s"), "tier": ("a", "b")},
        others=frozenset({"region"}),
        absent=frozenset({"tier"}),
    )
    kinds = {"age": "number", "size": "number", "region": "text", "tier": "text"}
    found = make_design(made, held, kinds)
    assert found.basis.numbers == (Number("age"), Number("size", optional=True, candidate=True))
    assert found.basis.categories == (
        Category("region", ("n", "s"), others=True, absent=False),
        Category("tier", ("a", "b"), others=False, absent=True, candidate=True),
    )
    assert found.categories == {"region": "region", "tier": "tier"}


def test_a_behaviour_from_before_the_operations_is_an_outcome_beside_the_others() -> None:
    found = make_design(project(wait={}), profile({"wait": EIGHTHS}, 0.0, 8.0), {}, (), ("bought",))
    assert [info.name for info in found.outcomes] == ["bought"]
    (earlier,) = found.pre_period.values()
    assert [*found.pre_period] == ["bought"]
    assert earlier.source == earlier.name == before("bought")
    assert [outcome.name for outcome in found.basis.outcomes] == ["bought", before("bought")]
    assert make_design(project(wait={}), profile({"wait": EIGHTHS}, 0.0, 8.0), {}).pre_period == {}


def test_shapes_are_told_of_main_outcomes_and_ratings_have_boxes_of_their_scale() -> None:
    felt = {"felt": {"value": "felt", "measure": "csat"}}
    made = Project.model_validate({**project(wait={}).model_dump(exclude_unset=True), "perceptions": felt})
    held = profile({"wait": EIGHTHS}, 1.0, 5.0)
    rated = replace(held, extent={"wait": replace(held.extent["wait"], rating=(1.0, 5.0))})
    shape = shape_of(made, rated)
    assert [outcome.name for outcome in shape.outcomes] == ["felt", "bought"]
    assert shape.boxes == {"wait": boxes_of(1.0, 5.0)} and shape.scales == {"wait": (1.0, 5.0)}
    plain = shape_of(made, held)
    assert plain.boxes == plain.scales == {}


@pytest.mark.parametrize("missing", ["octiles", "extent"])
def test_a_driver_of_which_one_of_both_is_not_known_bends_nowhere_and_hides_none_after_it(
    missing: str,
) -> None:
    held = profile({"speed": EIGHTHS, "wait": EIGHTHS}, 0.0, 8.0)
    left = {name: value for name, value in getattr(held, missing).items() if name != "speed"}
    shape = shape_of(project(speed={}, wait={}), replace(held, **{missing: left}))
    assert shape.grid == {"speed": (), "wait": EIGHTHS}
    assert shape.pieces == {"speed": (), "wait": (2.0, 4.0, 6.0)}
