"""Every table of every kind of project fits the schema, and its rows can be read alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lineofsight.analyses.registry import tables
from lineofsight.pipeline.report import write_report
from lineofsight.report.data import ReportData
from lineofsight.runs.reader import Run
from lineofsight.words.case.explanation import explain, find_claim
from lineofsight.words.numbers import quantity
from lineofsight.words.reasons import in_words
from pipeline.conftest import Runs
from pipeline.projects import VARIANTS, simulated

TABLES = tuple(tables().values())

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def rows(run: Run, table: str) -> list[dict[str, Any]]:
    return list(run.table(table))


@pytest.mark.parametrize("name", [*VARIANTS, "hostile"])
def test_rows_fit_the_schema_and_say_why_they_are_empty(run_of: Runs, name: str) -> None:
    for schema in TABLES:
        for row in rows(run_of(name), schema.name):
            assert tuple(row) == schema.names
            if "reason" in row and "n" in row and schema.name != "warnings":  # there it is what was seen
                told = ("estimate", "importance", "difference", "slope", "class", "share")
                value = next((row[name] for name in told if name in row), None)
                assert (value is None) == (row["reason"] is not None), row
            if "low" in row and row["low"] is not None and "kind" not in row:
                assert row["low"] <= row["high"]


@pytest.mark.parametrize("name", ["full", "hostile"])
def test_effects_and_headroom_are_each_told_once(run_of: Runs, name: str) -> None:
    for table in ("effects", "headroom"):
        keys = [(r["cause"], r["outcome"], r["segment"], r["path"]) for r in rows(run_of(name), table)]
        assert len(keys) == len(set(keys))
    totals = {(r["cause"], r["outcome"]) for r in rows(run_of(name), "effects") if r["path"] == "total" and r["cause_kind"] == "operation"}  # fmt: skip
    direct = [(r["cause"], r["outcome"]) for r in rows(run_of(name), "effects") if r["path"] == "direct" and not r["segment"]]  # fmt: skip
    behaviours = {r["behaviour"] for r in rows(run_of(name), "behaviours")}
    assert sorted(direct) == sorted(pair for pair in totals if pair[1] in behaviours)


def test_an_effect_can_be_read_alone(run_of: Runs) -> None:
    for row in rows(run_of("full"), "effects"):
        if row["cause_kind"] == "operation":
            assert row["change"] == "10 % better"
            worse = row["cause_from"] > row["cause_to"]
            assert worse == (row["cause"] in ("delivery_days", "defect_rate"))
            assert row["cause_to"] == pytest.approx(row["cause_from"] * (0.9 if worse else 1.1))
            assert row["function"]
        else:
            assert (row["change"], row["path"]) == ("1 point higher", "total")
            assert row["cause_to"] == pytest.approx(row["cause_from"] + 1)
        assert row["unit"] in ("points", "percentage points", "EUR", "per episode")
        assert row["evidence"] in ("adjusted", "robust") and "prior_spend" in row["adjusted_for"]
        assert row["path"] == "total" or row["evidence"] == "adjusted"
        assert row["cause"] not in row["adjusted_for"]


def test_no_value_beyond_a_scale_is_shown(tmp_path: Path) -> None:
    """Of 4.2 on a scale to 5 a point more cannot be: neither the table, nor the report, nor its case says so."""

    def content(file: dict[str, Any]) -> None:
        value = file["perceptions"]["satisfaction"].get("value", "score")
        file["perceptions"]["satisfaction"]["value"] = f"least(5, ({value}) + 2)"

    run = simulated(tmp_path, content)
    found = [r for r in rows(run, "effects") if r["cause"] == "satisfaction"]
    assert found and all(4 < r["cause_from"] <= 5 and r["cause_to"] is None for r in found)
    data = ReportData(run)
    first = explain(data, find_claim(data, "satisfaction", found[0]["outcome"])).claim
    today = quantity(found[0]["cause_from"], "points")
    assert f"'Satisfaction with the order' 1 point higher (today {today})" in first
    assert "→" not in first


def test_elasticity_is_per_cent_of_the_outcome_for_one_per_cent_better(run_of: Runs) -> None:
    """It has the sign of the effect, also where less of an operation is better."""
    checked = 0
    for name in ("full", "hostile"):
        for row in rows(run_of(name), "effects"):
            if row["elasticity"] is None:
                continue
            better = abs(row["cause_to"] / row["cause_from"] - 1)
            assert row["elasticity"] == pytest.approx(
                row["estimate"] / row["outcome_mean"] / better, rel=1e-6
            )
            assert row["elasticity_low"] <= row["elasticity"] <= row["elasticity_high"]
            checked += 1
    assert checked > 50


def test_money_column_is_the_effect_in_money_and_the_table_adds_it_up(run_of: Runs) -> None:
    run = run_of("full")
    worth = {r["behaviour"]: r["value"] for r in rows(run, "unit_values")}
    money = {(r["driver"], r["segment"]): r for r in rows(run, "money")}
    assert {r["behaviours"] for r in money.values()} == {("returned", "spend")}  # purchases are spend
    factors = {"returned": 100, "spend": 1, "purchases_made": 1}
    added: dict[tuple[str, str | None], float] = {}
    for row in rows(run, "effects"):
        if row["outcome"] in worth and row["path"] == "total" and row["cause_kind"] == "operation":
            key = (row["cause"], row["segment"])
            episodes_per_year = money[key]["episodes_per_year"]
            expected = row["estimate"] / factors[row["outcome"]] * worth[row["outcome"]] * episodes_per_year
            assert row["money_per_year"] == pytest.approx(expected, rel=1e-9)
            if row["outcome"] != "purchases_made":
                added[key] = added.get(key, 0.0) + expected
    for key, row in money.items():
        assert row["money_per_year"] == pytest.approx(added[key], rel=1e-9)
    per_year = {r["segment"]: r["episodes_per_year"] for r in rows(run, "money")}
    assert per_year["value_group = high"] + per_year["value_group = low"] == pytest.approx(per_year[None])


def test_without_value_money_is_empty_and_says_why(run_of: Runs, tmp_path: Path) -> None:
    for row in rows(run_of("no value"), "money"):
        assert row["money_per_year"] is None and row["behaviours"] == ()
        assert in_words(row["reason"]) == "'returned', 'spend': the project file has no section 'value'"
    for row in rows(run_of("no behaviours"), "money"):
        assert in_words(row["reason"]).startswith("no behaviour is declared")
    page = write_report(run_of("no value"), tmp_path / "report.html").read_text(encoding="utf-8")
    assert ">the project file has no section &#39;value&#39;<" in page and "Reason." not in page


def test_direct_and_via_add_up_to_the_respondents_total(run_of: Runs) -> None:
    effects = {
        (r["cause"], r["outcome"], r["path"]): r for r in rows(run_of("full"), "effects") if not r["segment"]
    }
    populations = rows(run_of("full"), "populations")
    assert len(populations) == 4 * 3
    for row in populations:
        key = row["driver"], row["behaviour"]
        parts = effects[*key, "direct"]["estimate"] + effects[*key, "via satisfaction"]["estimate"]
        assert row["respondents"] == pytest.approx(parts, rel=1e-10)
        assert row["everyone"] == effects[*key, "total"]["estimate"]
        assert row["difference"] == pytest.approx(row["respondents"] - row["everyone"], rel=1e-9, abs=1e-12)


def test_the_silent_are_compared_where_the_value_is_known(run_of: Runs, tmp_path: Path) -> None:
    """An operation that half of the episodes lack: its mean among those who have it, not one with a filling."""

    def half(file: dict[str, Any]) -> None:
        file["operations"]["defect_rate"] |= {
            "value": "case when hash(order_id) % 2 = 0 then defect_rate end", "missing": "indicator",
        }  # fmt: skip

    run = simulated(tmp_path, half)
    drivers = {r["driver"]: r for r in rows(run, "drivers") if r["segment"] is None}
    response = rows(run, "response")[0]
    silent = {r["variable"]: r for r in rows(run, "silent")}
    row, driver = silent["defect_rate"], drivers["defect_rate"]
    assert driver["missing"] > 0
    assert 1.5 < row["mean_respondents"] < 2.5 and 1.5 < row["mean_silent"] < 2.5
    pooled = (row["mean_respondents"] - row["mean_silent"]) / row["standardised_difference"]
    assert pooled == pytest.approx(driver["sd"], rel=0.05)
    assert response["answers"] < response["episodes"]


def test_importance_and_today(run_of: Runs) -> None:
    for name in ("full", "hostile"):
        parts: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
        for row in rows(run_of(name), "importance"):
            if row["importance"] is not None:
                parts.setdefault((row["outcome"], row["segment"]), []).append(row)
        for found in parts.values():
            assert sum(r["importance"] for r in found) == pytest.approx(found[0]["r2_drivers"], rel=1e-8)
    reasons = {
        r["driver"]: in_words(r["reason"])
        for r in rows(run_of("hostile"), "importance")
        if r["outcome"] == "kept"
    }
    assert reasons["flat"] == "it is the same in every episode"
    assert "separates" in reasons["leak"]
    assert reasons["hours"] is None
