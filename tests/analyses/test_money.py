"""What a driver is worth a year, by hand; what nobody knows is said, not summed as 0."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from analyses.money_world import DATA, DRIVERS, MADE, RESULT, N, project
from lineofsight.analyses.money.estimate import (
    DriverMoney,
    driver_money,
    money_of,
    yearly_episodes,
)
from lineofsight.analyses.money.unit_values import unit_values
from lineofsight.project.models import Project
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.reasons import clause
from model.world import Chain, behaviour, design, estimate, find, perception

DAY = dt.timedelta(days=1)


def money(made: Project, result: Chain = RESULT) -> list[DriverMoney]:
    views = [result.everyone, *result.segments]
    episodes_per_year = {view.label: yearly_episodes(made, view, 2.0, 24) for view in views}
    return driver_money(made, result.effects, unit_values(made, result.everyone), episodes_per_year)


def row(rows: list[DriverMoney], driver: str = "wait", segment: str | None = None) -> DriverMoney:
    (found,) = [r for r in rows if (r.driver, r.segment, r.change) == (driver, segment, "better")]
    return found


def test_money_is_effects_times_unit_values_times_episodes_a_year_in_every_replicate() -> None:
    made = project("stay", "spend", "cost")
    units = {unit.behaviour: unit.value for unit in unit_values(made, RESULT.everyone)}
    effects = {name: find(RESULT, "wait", name).result for name in units}
    episodes_per_year = N / 2.0
    found = row(money(made))
    expected = sum(effects[name].value * units[name].value for name in units) * episodes_per_year
    replicates = sum(effects[name].replicates * units[name].replicates for name in units) * episodes_per_year
    assert found.result.value == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(found.result.replicates, replicates, rtol=1e-12)
    assert (found.behaviours, found.episodes_per_year) == (("stay", "spend", "cost"), episodes_per_year)
    # Stay and spend go together: adding them up as if they did not would make the interval too narrow.
    alone = [
        effects[name].replicates * units[name].replicates * episodes_per_year for name in ("stay", "spend")
    ]
    assert np.corrcoef(alone)[0, 1] > 0.2
    assert (alone[0] + alone[1]).std() > 1.05 * np.hypot(alone[0].std(), alone[1].std())


def test_via_is_the_part_through_the_perception() -> None:
    made = project("stay", "spend", "cost")
    units = {unit.behaviour: unit for unit in unit_values(made, RESULT.everyone)}
    per_year = dict.fromkeys(units, N / 2.0)
    parts = [money_of(find(RESULT, "wait", name, "via csat"), units, per_year) for name in units]
    assert row(money(made)).via.value == pytest.approx(sum(part.value for part in parts), rel=1e-12)


def test_purchases_do_not_count_spend_again() -> None:
    with_count, without = money(project("stay", "spend", "bought")), money(project("stay", "spend"))
    assert row(with_count).behaviours == ("stay", "spend")
    assert row(with_count).result.value == row(without).result.value


def test_a_worth_nobody_knows_is_left_out_by_name() -> None:
    rows = money(project("spend", "told"))
    assert row(rows).behaviours == ("spend",)
    alone = row(money(project("told")))
    assert alone.behaviours == ()
    assert isinstance(alone.result, NotEstimable)
    assert clause(alone.result.reason).startswith("'told': no behaviour tells what customers spend")
    nothing = row(money(project("stay", "told", value=None)))
    assert clause(nothing.result.reason) == "'stay', 'told': the project file has no section 'value'"


def test_an_effect_that_cannot_be_estimated_is_not_summed_as_nothing() -> None:
    flat = estimate({**DATA, "cost": np.ones(N)}, MADE, replicates=100)
    found = row(money(project("spend", "cost"), flat))
    assert clause(found.result.reason) == "'cost': the outcome is the same in every episode"


def test_occasions_around_events_and_on_a_calendar() -> None:
    events = yearly_episodes(project("stay", "spend"), RESULT.everyone, 2.0, 24)
    assert events == {"stay": N / 2, "spend": N / 2}
    monthly = project("spend", "cost", every="month", cost={"kind": "cost_to_serve", "value": "cost"})
    calendar = yearly_episodes(monthly, RESULT.everyone, 23 / 12, 24)
    customers = N / 24
    assert calendar["spend"] == pytest.approx(customers * 365.25 / 90)
    assert calendar["cost"] == pytest.approx(customers * 12)  # on the period's own row: once a period


def test_segments_add_up_to_the_whole_where_the_model_is_the_same() -> None:
    """With one slope everywhere, each segment finds nearly the same effect of one unit; with less noise it were a leak."""
    spend = 50 - 2 * DATA["speed"] + DATA["z"] + 4 * np.random.default_rng(3).normal(size=N)
    made = project("spend")
    rows = money(made, estimate({**DATA, "spend": spend}, MADE, replicates=100))
    parts = [r.result.value for r in rows if r.segment and r.driver == "speed" and r.change == "better"]
    assert len(parts) == 4
    assert sum(parts) == pytest.approx(row(rows, "speed").result.value, rel=0.05)


def test_effects_of_perceptions_answered_by_different_people_do_not_add_up() -> None:
    csat = np.where(DATA["bucket"] % 2 == 0, DATA["csat"], np.nan)
    other = np.where(DATA["bucket"] % 2 == 1, DATA["csat"], np.nan)
    made = design(DRIVERS, (perception("csat"), perception("other"), behaviour("spend")))
    result = estimate({**DATA, "csat": csat, "other": other}, made, replicates=100)
    file = project("spend")
    both = {"csat": file.perceptions["csat"], "other": file.perceptions["csat"]}
    found = row(money(file.model_copy(update={"perceptions": both}), result))
    assert isinstance(found.result, Estimate)
    assert found.via is None


def test_keys_tell_effects_apart() -> None:
    keys = [effect.key for effect in RESULT.effects]
    assert len(keys) == len(set(keys))
