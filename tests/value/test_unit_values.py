"""What one unit of each behaviour is worth, by hand; what nobody knows is refused with what to declare."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from chain.world import estimate
from lineofsight.analyses.money.tables import how_words
from lineofsight.analyses.money.unit_values import UnitValue, annuity, unit_values
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.reasons import clause
from lineofsight.words.unit_values import unit_words
from value.world import DATA, MADE, NAMES, RESULT, VALUE, WINDOWED, project

DAY = dt.timedelta(days=1)


def worth(name: str, **changed: Any) -> UnitValue:
    (found,) = [unit for unit in unit_values(project(**changed), RESULT.everyone) if unit.behaviour == name]
    return found


def value_of(unit: UnitValue) -> float:
    assert isinstance(unit.value, Estimate), unit
    return unit.value.value


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
    assert how_words(unit.how).startswith(
        "0: the horizon ends within the 90 days that 'spend' already counts"
    )


def test_a_purchase_is_worth_its_share_of_spend_and_is_not_added_to_it() -> None:
    unit = worth("bought")
    ratio = np.nanmean(DATA["spend"]) / np.nanmean(DATA["bought"])
    assert value_of(unit) == pytest.approx(0.2 * ratio, rel=1e-9)
    assert unit.counted_in == "spend"
    assert "not added up again" in how_words(unit.how)
    declared = worth("bought", value={**VALUE, "per_unit": {"bought": 3.0}})
    assert (value_of(declared), declared.counted_in) == (3.0, None)


def test_a_referral_becomes_a_customer_at_the_declared_rate() -> None:
    unit = worth("told", value={**VALUE, "referral_conversion": 0.25})
    per_year = np.nanmean(DATA["spend"]) * 365.25 / 90
    expected = 0.25 * 0.2 * per_year * annuity(0 * DAY, 365.25 * DAY, 0.1)
    assert value_of(unit) == pytest.approx(expected, rel=1e-9)


def test_what_is_declared_comes_first() -> None:
    unit = worth("stay", value={**VALUE, "per_unit": {"stay": 40}})
    assert (value_of(unit), "declared" in how_words(unit.how)) == (40.0, True)


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
    told = {unit.behaviour: how_words(unit.how) for unit in unit_values(made, RESULT.everyone)}
    assert told["spend"] == "the margin, 12.5 % of spend"
    assert " × margin 12.5 % × " in told["stay"]


def test_a_purchase_has_no_value_where_none_is_known_with_its_spend() -> None:
    known = np.isnan(DATA["spend"])
    result = estimate({**DATA, "bought": np.where(known, DATA["told"], np.nan)}, MADE, replicates=20)
    (unit,) = [u for u in unit_values(project(), result.everyone) if u.behaviour == "bought"]
    assert unit.valued == "purchase"
    assert isinstance(unit.value, NotEstimable)
