"""What one unit of each behaviour is worth, by hand; what nobody knows is refused with what to declare."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from analyses.money_world import DATA, MADE, NAMES, RESULT, VALUE, WINDOWED, N, project
from lineofsight.analyses.money.unit_values import UnitValue, annuity, unit_values
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.reasons import clause
from lineofsight.words.unit_values import unit_words
from model.world import Rows, estimate

DAY = dt.timedelta(days=1)


def worth(name: str, **changed: Any) -> UnitValue:
    (found,) = [unit for unit in unit_values(project(**changed), RESULT.everyone) if unit.behaviour == name]
    return found


def value_of(unit: UnitValue) -> float:
    assert isinstance(unit.value, Estimate), unit
    return unit.value.value


def how_of(unit: UnitValue) -> str:
    assert unit.how is not None, unit
    return clause(unit.how)


def refusal(unit: UnitValue) -> str:
    assert isinstance(unit.value, NotEstimable), unit
    return clause(unit.value.reason)


def test_spend_and_cost_in_money() -> None:
    assert (value_of(worth("spend")), unit_words(worth("spend").valued, "EUR")) == (0.2, "EUR spent")
    assert (value_of(worth("cost")), unit_words(worth("cost").valued, "EUR")) == (-1.0, "EUR of cost")


def test_a_customer_kept_spends_from_the_end_of_the_spends_window_to_the_horizon() -> None:
    known = ~np.isnan(DATA["stay"]) & ~np.isnan(DATA["spend"])
    per_window = DATA["spend"][known & (DATA["stay"] == 1)].mean()
    years = annuity(104 * DAY, (14 + 365.25) * DAY, 0.1)
    assert value_of(worth("stay")) == pytest.approx(0.2 * per_window * 365.25 / 90 * years, rel=1e-9)


def test_a_horizon_inside_the_window_adds_nothing() -> None:
    unit = worth("stay", value={**VALUE, "horizon": "2 months"})
    assert value_of(unit) == 0.0
    assert how_of(unit).startswith("0: the horizon ends within the 90 days that 'spend' already counts")


def test_a_purchase_is_worth_its_share_of_spend_and_is_not_added_to_it() -> None:
    unit = worth("bought")
    ratio = np.nanmean(DATA["spend"]) / np.nanmean(DATA["bought"])
    assert value_of(unit) == pytest.approx(0.2 * ratio, rel=1e-9)
    assert unit.counted_in == "spend"
    assert "not added up again" in how_of(unit)
    declared = worth("bought", value={**VALUE, "per_unit": {"bought": 3.0}})
    assert (value_of(declared), declared.counted_in) == (3.0, None)


def test_a_referral_becomes_a_customer_at_the_declared_rate() -> None:
    unit = worth("told", value={**VALUE, "referral_conversion": 0.25})
    per_year = np.nanmean(DATA["spend"]) * 365.25 / 90
    expected = 0.25 * 0.2 * per_year * annuity(0 * DAY, 365.25 * DAY, 0.1)
    assert value_of(unit) == pytest.approx(expected, rel=1e-9)


def test_what_is_declared_comes_first() -> None:
    unit = worth("stay", value={**VALUE, "per_unit": {"stay": 40}})
    assert (value_of(unit), "declared" in how_of(unit)) == (40.0, True)


@pytest.mark.parametrize(
    ("name", "changed", "names", "said"),
    [
        ("told", {}, NAMES, "referral_conversion"),
        ("stay", {"value": None}, NAMES, "no section 'value'"),
        ("stay", {}, ("stay",), "no behaviour tells what customers spend"),
        (
            "stay",
            {"spend": {"kind": "buy_more", "value": "paid"}},
            NAMES,
            "'spend' needs 'table' and 'within'",
        ),
        ("cost", {"cost": {"kind": "cost_to_serve", **WINDOWED}}, NAMES, "per_unit: {cost: -4.50}"),
        ("bought", {}, ("bought",), "no behaviour tells what customers spend"),
    ],
)
def test_refusals_say_what_to_declare(
    name: str, changed: dict[str, Any], names: tuple[str, ...], said: str
) -> None:
    (unit,) = [u for u in unit_values(project(*names, **changed), RESULT.everyone) if u.behaviour == name]
    assert said in refusal(unit)


def test_per_cent_is_written_with_a_space_and_not_rounded_away() -> None:
    made = project("stay", "spend", value={**VALUE, "margin": "12.5 %"})
    told = {unit.behaviour: how_of(unit) for unit in unit_values(made, RESULT.everyone)}
    assert told["spend"] == "the margin, 12.5 % of spend"
    assert " × margin 12.5 % × " in told["stay"]


def test_a_purchase_has_no_value_where_none_is_known_with_its_spend() -> None:
    known = np.isnan(DATA["spend"])
    result = estimate({**DATA, "bought": np.where(known, DATA["told"], np.nan)}, MADE, replicates=20)
    (unit,) = [u for u in unit_values(project(), result.everyone) if u.behaviour == "bought"]
    assert unit.valued == "purchase"
    assert isinstance(unit.value, NotEstimable)


NOTHING_BOUGHT = {**DATA, "bought": np.zeros(N)}
NOBODY_STAYED = {**DATA, "stay": np.zeros(N)}
NO_SPEND = {**DATA, "spend": np.full(N, np.nan)}
NEVER_BOTH = {**DATA, "stay": np.where(np.isnan(DATA["spend"]), 1.0, np.nan)}
CONVERTING = {"value": {**VALUE, "referral_conversion": 0.25}}
WITHOUT_WINDOW = {"spend": {"kind": "buy_more", "value": "paid"}}


@pytest.mark.parametrize(
    ("name", "per", "rows", "changed", "why"),
    [
        ("bought", "purchase", NOTHING_BOUGHT, {}, Reason.NO_PURCHASES(name="bought")),
        ("bought", "purchase", NO_SPEND, {}, Reason.NO_EPISODE_WITH_BOTH(name="spend", other="bought")),
        ("stay", "customer kept", NOBODY_STAYED, {}, Reason.NOBODY_STAYED()),
        ("stay", "customer kept", NEVER_BOTH, {}, Reason.NO_EPISODE_WITH_BOTH(name="stay", other="spend")),
        (
            "stay", "customer kept", DATA, WITHOUT_WINDOW, Reason.STAYERS_SPEND_WITHOUT_WINDOW(name="spend"),
        ),
        ("told", "referral", DATA, {}, Reason.REFERRALS_UNDECLARED()),
        ("told", "referral", NO_SPEND, CONVERTING, Reason.NO_EPISODE_WITH(name="spend")),
        (
            "told", "referral", DATA, CONVERTING | WITHOUT_WINDOW, Reason.SPEND_WITHOUT_WINDOW(name="spend"),
        ),
        (
            "cost", "unit", DATA, {"cost": {"kind": "cost_to_serve", **WINDOWED}},
            Reason.COST_UNDECLARED(name="cost"),
        ),
        ("spend", "EUR spent", DATA, {"value": None}, Reason.NO_VALUE_SECTION()),
    ],
)  # fmt: skip
def test_a_worth_that_cannot_be_had_is_refused_for_its_own_unit_and_reason(
    name: str, per: str, rows: Rows, changed: dict[str, Any], why: Statement
) -> None:
    everyone = RESULT.everyone if rows is DATA else estimate(rows, MADE, replicates=3).everyone
    (unit,) = [unit for unit in unit_values(project(**changed), everyone) if unit.behaviour == name]
    assert (unit_words(unit.valued, "EUR"), unit.value) == (per, NotEstimable(why))


def test_every_worth_has_as_many_replicates_as_the_effects_that_it_is_multiplied_by() -> None:
    made = project(value={**VALUE, "referral_conversion": 0.25, "per_unit": {"stay": 40.0}})
    for unit in unit_values(made, RESULT.everyone):
        assert isinstance(unit.value, Estimate)
        assert unit.value.replicates.shape == (200,), unit.behaviour
        assert abs(unit.value.replicates.mean() / unit.value.value - 1) < 0.05
    certain = {"stay": 40.0, "spend": 0.2, "cost": -1.0}
    for unit in unit_values(made, RESULT.everyone):
        if unit.behaviour in certain:
            np.testing.assert_array_equal(unit.value.replicates, certain[unit.behaviour])  # type: ignore[union-attr]  # an estimate, as tested above


def test_a_horizon_that_ends_with_the_window_adds_nothing_and_a_day_more_a_days_spend() -> None:
    """The window is 90 days of behaviour after the landmark, and so is the horizon."""
    at_end = worth("stay", value={**VALUE, "horizon": "90 days", "discount_rate": 0})
    a_day_more = worth("stay", value={**VALUE, "horizon": "91 days", "discount_rate": 0})
    known = ~np.isnan(DATA["stay"]) & ~np.isnan(DATA["spend"])
    assert (value_of(at_end), how_of(at_end)[:2]) == (0.0, "0:")
    assert value_of(a_day_more) == pytest.approx(
        0.2 * DATA["spend"][known & (DATA["stay"] == 1)].mean() / 90, rel=1e-9
    )
    assert "a year spent by those who stay" in how_of(a_day_more)


def test_the_first_behaviour_in_money_tells_the_spend_of_all_others() -> None:
    again = {"kind": "buy_more", "value": "paid", **WINDOWED, "within": "30 days"}
    made = project("stay", "told", "bought", "spend", "cost", cost=again)
    told = {unit.behaviour: unit for unit in unit_values(made, RESULT.everyone)}
    assert told["bought"].counted_in == "spend"
    assert told["cost"].valued == "spend"
    assert value_of(told["stay"]) == value_of(worth("stay"))
