"""The kinds of company of `make calibrate`: their truth twice, one small company of each, and the sums made of many."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.proof.__main__ import BEGIN, END, PAGE, rows_of
from benchmarks.proof.claims import Held, one_company
from benchmarks.proof.draw import draw_chance, draw_company, draw_operations, follow
from benchmarks.proof.page import render
from benchmarks.proof.promises import broken
from benchmarks.proof.scenarios import NULL, SCENARIOS, Scenario
from benchmarks.proof.summary import QUESTIONS, stands, summarise
from benchmarks.proof.truth import Hidden, Link, by_formula, by_simulation, hidden_strength, question
from benchmarks.proof.world import BEHAVIOURS, PERCEPTION, World

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=list(BY_NAME))


def small(world: World) -> World:
    return replace(world, customers=300)


@every_scenario
def test_the_truth_by_formula_is_that_of_changing_the_operation_for_everybody(scenario: Scenario) -> None:
    """Within 4.5 standard errors, and 1 % of the effect for the few chances that would leave 0 to 1."""
    formula = by_formula(scenario.world)
    simulated = by_simulation(scenario.world, 20_000, np.random.default_rng(1))
    assert formula.keys() == simulated.keys()
    for link, value in formula.items():
        found = simulated[link]
        assert abs(found.value - value) <= 4.5 * found.standard_error + 0.01 * abs(value) + 1e-12, link
        assert value != 0 or found.value == found.standard_error == 0, link


@every_scenario
def test_hardly_any_chance_leaves_0_to_1(scenario: Scenario) -> None:
    rng = np.random.default_rng(2)
    chance = draw_chance(scenario.world, 5000, rng)
    expected = follow(scenario.world, chance, draw_operations(scenario.world, chance, rng)).expected
    typical = scenario.world.spend.mean / scenario.world.spend.buyers
    for share in (expected["stays"], expected["spend"] / typical if scenario.world.spend.buyers < 1 else 0.5):
        assert np.mean((share < 0) | (share > 1)) < 0.01


@every_scenario
def test_one_small_company(scenario: Scenario) -> None:
    """Every link of the truth is estimated, once, and judged."""
    world = small(scenario.world)
    truth = by_formula(world)
    held = one_company(world, truth, 0, 3, 30)
    assert {one.link for one in held} == truth.keys()
    assert len(held) == len(truth)
    assert all(math.isfinite(one.estimate) and one.standard_error > 0 for one in held)
    assert all(0 <= one.q_value <= 1 for one in held)
    assert {one.evidence for one in held} <= {"adjusted", "robust"}
    assert all(one.truth == 0 for one in held if one.link.cause in NULL)
    totals = [one for one in held if one.link.path == "total"]
    assert all(0 <= one.robustness_interval <= one.robustness <= 1 for one in totals)


@every_scenario
def test_the_truth_of_a_company_adds_up(scenario: Scenario) -> None:
    truth = by_formula(scenario.world)
    for link, total in truth.items():
        if question(link) == "A→B":
            parts = [truth[link._replace(path=path)] for path in ("direct", f"via {PERCEPTION}")]
            assert total == pytest.approx(sum(parts), rel=1e-12)


def test_who_answers_depends_on_what_it_should() -> None:
    """The dissatisfied answer more often in one scenario, late deliveries in another; neither in the plain one."""
    compared = {}
    for name in ("plain", "unhappy", "silent"):
        world = replace(BY_NAME[name].world, customers=4000)
        rng = np.random.default_rng(4)
        chance = draw_chance(world, world.customers, rng)
        values = draw_operations(world, chance, rng)
        felt = follow(world, chance, values).satisfaction
        data = draw_company(world, np.random.default_rng(4))
        np.testing.assert_array_equal(data["delivery"], values["delivery"])
        answered = ~np.isnan(data[PERCEPTION].astype(float))
        compared[name] = (
            felt[answered].mean() - felt[~answered].mean(),
            values["delivery"][answered].mean() - values["delivery"][~answered].mean(),
        )
    assert abs(compared["plain"][0]) < 0.1
    assert abs(compared["plain"][1]) < 0.04
    assert compared["unhappy"][0] < -0.4
    assert compared["silent"][1] > 0.1


@pytest.mark.parametrize("outcome", [PERCEPTION, *BEHAVIOURS])
def test_the_hidden_variable_explains_what_its_scenario_says(outcome: str) -> None:
    """A sixth more or less, and what chance does: r² has a standard error of 2 r / √n."""
    for scenario in SCENARIOS:
        if scenario.confounded is None:
            continue
        said = float(scenario.name.removeprefix("hidden-")) / 100
        found = hidden_strength(
            scenario.world, scenario.confounded, outcome, 12_000, np.random.default_rng(5)
        )
        assert found == pytest.approx((said, said), abs=said / 6 + 3 * 2 * (said / 20_000) ** 0.5)


def test_what_a_hidden_variable_explains_of_satisfaction_has_a_formula() -> None:
    """Given the cause, which it explains a share of, the rest of that share is left of it beside the noise."""
    scenario = BY_NAME["hidden-8"]
    felt = scenario.world.satisfaction
    found = hidden_strength(scenario.world, "music", PERCEPTION, 40_000, np.random.default_rng(5))
    left = felt.hidden**2 * (1 - found.cause)
    assert found.outcome == pytest.approx(left / (left + felt.noise**2 + felt.customer**2), rel=0.05)


def claim(company: int, link: Link, truth: float, estimate: float, **more: object) -> Held:
    found = Held(company, link, truth, estimate, 0.5, abs(estimate - truth) < 1, 0.5, "adjusted", 0.1, 0.05)
    return found._replace(**more)


REAL, NONE = Link("delivery", "spend", "total", None), Link("parking", "spend", "total", None)


def test_bias_coverage_and_false_discoveries_by_hand() -> None:
    """Two companies: the effect of 2 is found as 2.2 and 2.6; the other, of 0, is found once and robust once."""
    held = [
        claim(0, REAL, 2.0, 2.2, q_value=0.01, evidence="robust"),
        claim(0, NONE, 0.0, 1.5, q_value=0.04, evidence="robust"),
        claim(1, REAL, 2.0, 2.6, q_value=0.01),
        claim(1, NONE, 0.0, 0.5),
    ]
    row = summarise(held, NULL[:1], segments=False)
    assert row.companies == 2
    assert row.bias["A→B"] == pytest.approx((0.2, 0.1))
    assert row.bias["A→B"].z == pytest.approx(2)
    assert math.isnan(row.bias["A→C"].value)
    assert row.coverage["A→B"] == pytest.approx((0.75, 0.25))
    assert row.worst is not None
    assert (row.worst.link, row.worst.error) == (NONE, pytest.approx((2.0, 1.0)))
    assert row.claims.value == 1.5
    assert row.false.value == 0.25
    assert row.robust.value == row.null_link.value == row.null_driver.value == row.any_null.value == 0.5
    assert summarise(held, NULL[:1], segments=True).companies == 0


def test_precise_links_weigh_more_in_the_bias() -> None:
    """Weights are squared effects in squared standard errors: (1 / 1)² and (1 / 0.5)²."""
    other = REAL._replace(cause="advice")
    held = [
        claim(company, link, 1.0, estimate, standard_error=error)
        for company in (0, 1)
        for link, estimate, error in ((REAL, 2.0, 1.0), (other, 1.0, 0.5))
    ]
    assert summarise(held, NULL, segments=False).bias["A→B"].value == pytest.approx(0.2)


def test_robustness_values_beside_what_was_planted() -> None:
    link = Link("music", "spend", "total", None)
    held = [
        claim(company, link, 0.0, 1.0, robustness=0.03 * company, robustness_interval=0.02 * company)
        for company in range(5)
    ]
    found = stands(held, "music", "spend", Hidden(0.05, 0.04))
    assert found.values[1] == pytest.approx(0.06)
    assert found.value_above.value == pytest.approx(0.6)  # 0.06, 0.09 and 0.12
    assert found.above.value == pytest.approx(0.4)  # 0.06 and 0.08
    assert found.clear.value == pytest.approx(0.8)
    assert found.robust.value == 0


def test_promises_that_are_not_kept_are_named_unless_they_are_known() -> None:
    """A null operation that is robust in every company, and an effect that is 50 % too big."""
    scenario = BY_NAME["plain"]
    held = [
        one
        for company in range(30)
        for one in (
            claim(company, REAL, 1.0, 1.5 + 0.01 * (company % 2)),
            claim(company, NONE, 0.0, 0.01 * (company % 3 - 1), evidence="robust"),
        )
    ]
    rows = rows_of(scenario, held)
    found = broken(scenario, rows, [])
    assert [each.split(" (")[0] for each in found] == ["plain: bias A→B", "plain: robust"]
    known = replace(scenario, biased=frozenset({"A→B"}), known=frozenset({"robust"}))
    assert broken(known, rows, []) == []


def test_the_page_has_every_kind_and_every_question() -> None:
    text = PAGE.read_text(encoding="utf-8")
    table = text.split(BEGIN)[1].split(END)[0]
    for scenario in SCENARIOS:
        assert table.count(f"| {scenario.title} |") == 3, scenario.title


def test_tables_of_two_companies_each() -> None:
    """Drawn from real claims: every row is as long as its head."""
    scenarios = [BY_NAME["varied"], BY_NAME["hidden-4"]]
    rows, found = {}, {}
    for scenario in scenarios:
        world = small(scenario.world)
        truth = by_formula(world)
        held = [one for number in (0, 1) for one in one_company(world, truth, number, 7, 20)]
        rows[scenario.name] = rows_of(scenario, held)
        assert set(rows[scenario.name][0].coverage) == set(QUESTIONS)
        if scenario.confounded:
            found[scenario.name] = [stands(held, scenario.confounded, "spend", Hidden(0.04, 0.04))]
    blocks = [block for block in render(scenarios, rows, found).split("\n\n") if block.startswith("|")]
    assert [len(block.splitlines()) for block in blocks] == [5, 5, 5, 3]
    for block in blocks:
        assert len({line.count("|") for line in block.splitlines()}) == 1
