"""What a driver is worth a year, by hand; what nobody knows is said, not summed as 0."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analyses.money_world import DATA, DRIVERS, MADE, RESULT, WINDOWED, N, project
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.money.estimate import (
    DriverMoney,
    driver_money,
    estimate_money,
    money_of,
    yearly_episodes,
)
from lineofsight.analyses.money.unit_values import unit_values
from lineofsight.episodes.file import EpisodeFile
from lineofsight.model.chain import ChainModels
from lineofsight.model.sample import Sample
from lineofsight.project.models import Project
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.reasons import clause
from model.world import Chain, behaviour, design, estimate, find, perception

DAY = dt.timedelta(days=1)
EFFECTS = Effects(ChainModels(MADE, {}), RESULT.effects)


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


def episodes(days: float, on: int = 366) -> EpisodeFile:
    first = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    return EpisodeFile(
        path=Path("episodes"), anchored=N, stored=N, customers=N, repeat_customers=0, first=first,
        last=first + days * DAY, days=on, buckets=64, kinds={}, drops=(), answers={}, copies=0, later=(), unlinked=(),
        spans={}, periods=(), pre_period=(),
    )  # fmt: skip


def sample_of(result: Chain) -> Sample:
    return Sample(result.design, result.controls, result.everyone, result.segments, 0.95, {})


@pytest.mark.parametrize(
    ("every", "days", "periods", "of_a_period"),
    [
        ("week", 7 * 51, 52, 7.0),
        ("month", 30, 2, 365.25 / 12),
        ("month", 0, 1, 365.25 / 12),
        ("quarter", 274, 4, 365.25 / 4),
        ("month", 14, 1, 365.25 / 12),
        ("month", 16, 2, 365.25 / 12),
    ],
)
def test_a_calendar_has_both_its_first_and_its_last_period(
    every: str, days: float, periods: int, of_a_period: float
) -> None:
    made = project("spend", "cost", every=every, cost={"kind": "cost_to_serve", "value": "cost"})
    found = estimate_money(made, episodes(days), sample_of(RESULT), EFFECTS)
    assert set(found.episodes_per_year) == {None, *(view.label for view in RESULT.segments)}
    everyone = found.episodes_per_year[None]
    assert everyone["spend"] == pytest.approx(N / periods * 365.25 / 90)
    assert everyone["cost"] == pytest.approx(N / periods * 365.25 / of_a_period)
    parts = [of["spend"] for label, of in found.episodes_per_year.items() if label is not None]
    assert sum(parts) == pytest.approx(everyone["spend"])


def test_around_events_a_year_of_episodes_has_its_own_number() -> None:
    made = project("spend", "cost")
    year = estimate_money(made, episodes(365.25), sample_of(RESULT), EFFECTS)
    assert year.episodes_per_year[None] == {"spend": N, "cost": N}
    assert [unit.behaviour for unit in year.unit_values] == ["spend", "cost"]
    assert row(list(year.drivers)).episodes_per_year == N


ONE_DAY = Reason.ONE_DAY()


def short(days: float, on: int) -> Statement:
    return Reason.SHORT_SPAN(n=on, value=days, needed=28, total=12)


@pytest.mark.parametrize(
    ("days", "on", "why"),
    [
        (0, 1, ONE_DAY),
        (0.25, 1, ONE_DAY),
        (27.9, 28, short(27.9, 28)),
        (330, 11, short(330, 11)),
        (28, 12, None),
        (400, 401, None),
    ],
)
def test_moments_that_span_too_little_tell_no_year(days: float, on: int, why: Statement | None) -> None:
    made = project("spend", "cost")
    found = estimate_money(made, episodes(days, on), sample_of(RESULT), EFFECTS)
    assert found.no_year == why
    assert [unit.behaviour for unit in found.unit_values] == ["spend", "cost"]
    if why is None:
        assert found.episodes_per_year[None]["spend"] == pytest.approx(N / days * 365.25)
    else:
        assert all(not of for of in found.episodes_per_year.values())
        assert {each.result for each in found.drivers} == {NotEstimable(why)}
        assert {(each.via, each.episodes_per_year) for each in found.drivers} == {(None, None)}


def test_a_declared_number_of_episodes_a_year_comes_before_what_the_moments_span() -> None:
    made = project("spend", "cost")
    declared = made.model_copy(
        update={"value": made.value and made.value.model_copy(update={"episodes_per_year": 500.0})}
    )
    for days, on in ((0, 1), (365.25, 366)):
        found = estimate_money(declared, episodes(days, on), sample_of(RESULT), EFFECTS)
        assert found.no_year is None
        assert found.episodes_per_year[None] == {"spend": 500.0, "cost": 500.0}
        parts = [of["spend"] for label, of in found.episodes_per_year.items() if label is not None]
        assert sum(parts) == pytest.approx(500.0)


def test_where_no_behaviour_has_a_worth_each_reason_is_told_with_those_it_is_of() -> None:
    made = project("stay", "told", "bought", "cost", cost={"kind": "cost_to_serve", **WINDOWED})
    often = {
        view.label: {"stay": 1.0, "told": 3.0, "bought": 2.0, "cost": 0.5} for view in (RESULT.everyone,)
    }
    effects = [effect for effect in RESULT.effects if effect.segment is None]
    found = row(driver_money(made, effects, unit_values(made, RESULT.everyone), often))
    no_spend = [Reason.NO_SPEND(name=name) for name in ("stay", "told", "bought")]
    each = [
        *(Reason.OF_NAMES(names=(why.name,), inner=(why,)) for why in no_spend),
        Reason.OF_NAMES(names=("cost",), inner=(Reason.COST_UNDECLARED(name="cost"),)),
    ]
    assert found.result == NotEstimable(Reason.SEVERAL, inner=tuple(each))
    assert (found.via, found.behaviours, found.episodes_per_year) == (None, (), 3.0)


def test_without_any_behaviour_there_is_no_money_and_that_is_the_reason() -> None:
    found = driver_money(
        project(), RESULT.effects, [], {view.label: {} for view in (RESULT.everyone, *RESULT.segments)}
    )
    assert {each.result for each in found} == {NotEstimable(Reason.NO_BEHAVIOUR)}
    assert {each.episodes_per_year for each in found} == {0.0}


def test_parts_through_perceptions_add_up_only_where_every_behaviour_has_all_of_them_beside() -> None:
    made = project("stay", "spend")
    part = find(RESULT, "wait", "spend", "via csat")
    apart = [replace(each, given=()) if each is part else each for each in RESULT.effects]
    often = {
        view.label: dict.fromkeys(("stay", "spend"), 2.0) for view in (RESULT.everyone, *RESULT.segments)
    }
    worths = unit_values(made, RESULT.everyone)
    assert row(driver_money(made, RESULT.effects, worths, often)).via is not None
    found = driver_money(made, apart, worths, often)
    assert row(found).via is None and row(found, "speed").via is not None
    assert isinstance(row(found).result, Estimate)


def test_one_reason_alone_is_told_as_it_is() -> None:
    found = row(money(project("told")))
    assert found.result == NotEstimable(
        Reason.OF_NAMES, names=("told",), inner=(Reason.NO_SPEND(name="told"),)
    )


def test_a_part_is_added_up_only_where_each_behaviour_has_it() -> None:
    """Without a respondent's model of 'cost' its part through the perception is not known, nor is their sum."""
    made = project("spend", "cost")
    often = {
        view.label: dict.fromkeys(("spend", "cost"), 2.0) for view in (RESULT.everyone, *RESULT.segments)
    }
    worths = unit_values(made, RESULT.everyone)
    refused = NotEstimable(Reason.NO_EPISODE)
    part = find(RESULT, "wait", "cost", "via csat")
    effects = [replace(each, result=refused) if each is part else each for each in RESULT.effects]
    assert row(driver_money(made, effects, worths, often)).via is None
    units = {unit.behaviour: unit for unit in worths}
    assert money_of(replace(part, result=refused), units, {"cost": 2.0}) is None
    assert money_of(find(RESULT, "wait", "csat"), units, {"cost": 2.0}) is None
    assert money_of(part, {"cost": replace(units["cost"], value=refused)}, {"cost": 2.0}) is None
    known = money_of(part, units, {"cost": 2.0})
    assert known is not None and known.value == pytest.approx(-2.0 * part.result.value)  # type: ignore[union-attr]  # an estimate
