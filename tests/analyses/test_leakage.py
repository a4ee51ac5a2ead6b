"""What is said of leaks: from the signs that were counted, and from what is left beside the other operations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lineofsight.aggregation.features import Category
from lineofsight.analyses.leakage.leaks import find_leaks
from lineofsight.analyses.leakage.signals import remaining_share, share_explained
from lineofsight.analyses.leakage.suspicions import Suspicion, objections
from lineofsight.engines.aggregate import AggregationPlan, aggregate_batches
from lineofsight.episodes.columns import PERIOD
from lineofsight.episodes.leakage import LeakageSignal
from lineofsight.model.design import Design
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.reasons import Reason
from lineofsight.stats.agreement import Fourfold
from lineofsight.stats.results import Estimate
from model import world
from model.three_drivers import DATA, OUTCOMES, SPEED, WAIT, N, with_other
from model.world import design, find, without

DESIGN = design(drivers=(SPEED, WAIT), outcomes=OUTCOMES)


def everyone(data: world.Rows, made: Design) -> View:
    plan = AggregationPlan(made.basis, made.categories, {}, "bucket", world.BUCKETS, {}, [])
    cells = aggregate_batches(world.table(data).to_batches(), plan).cells
    return View(None, cells[None], EVERY_LEVEL, np.ones((1, world.BUCKETS)))


def sign(both: int, alone: int, missed: int, neither: int) -> LeakageSignal:
    return LeakageSignal(above=3.0, least=False, counts=Fourfold(both, alone, missed, neither), flag=False)


@pytest.mark.parametrize(
    ("counts", "given_away"),
    [
        ((450, 50, 50, 450), True),  # kappa is exactly 0.8: 'almost perfect'
        ((449, 51, 51, 449), False),
        ((50, 450, 450, 50), True),  # the sign's absence tells as much
        ((250, 250, 250, 250), False),
    ],
)
def test_a_sign_gives_away_from_a_kappa_of_four_fifths_on(
    counts: tuple[int, int, int, int], given_away: bool
) -> None:
    signs = {("speed", "stay"): (sign(*counts),)}
    found = find_leaks(DESIGN, everyone(DATA, DESIGN), frozenset(), signs)
    assert [(each.cause, each.outcome) for each in found] == [("speed", "stay")] * given_away
    assert [each.share for each in found] == [0.9] * given_away
    assert [each.n for each in found] == [1000] * given_away


def test_the_sign_that_tells_best_is_told() -> None:
    signs = {("speed", "stay"): (sign(450, 50, 50, 450), sign(480, 20, 20, 480), sign(460, 40, 40, 460))}
    (found,) = find_leaks(DESIGN, everyone(DATA, DESIGN), frozenset(), signs)
    assert found.share == 0.96


@pytest.mark.parametrize(("noise", "given_away"), [(0.3, True), (0.4, False)])
def test_what_explains_all_that_the_others_leave_gives_away_though_it_explains_little_alone(
    noise: float, given_away: bool
) -> None:
    """Spend is far more of wait and speed than of the other; beside these the other explains 0.92 or 0.86 of what is left."""
    rng = np.random.default_rng(6)
    other = rng.normal(size=N)
    spend = DATA["wait"] + 3.5 * DATA["speed"] + other + noise * rng.normal(size=N)
    made = design(drivers=(SPEED, WAIT, world.Driver("other", True)), outcomes=OUTCOMES)
    data = without(DATA, other=other, spend=spend)
    found = find_leaks(made, everyone(data, made), frozenset())
    pairs = {(each.cause, each.outcome) for each in found}
    assert ("other", "spend") in pairs if given_away else ("other", "spend") not in pairs
    (share,) = [each.share for each in found if each.cause == "other"] if given_away else (None,)
    assert not given_away or share == pytest.approx(1 / (1 + noise**2), abs=0.02)


def test_periods_are_never_what_gives_an_outcome_away() -> None:
    """An outcome that is another in each period is what the comparison of periods is about."""
    late = DATA["bucket"] % 2 == 0
    data = without(DATA, when=np.where(late, "b", "a").astype(object))
    data["spend"] = np.where(late, 100.0, 0.0) + np.random.default_rng(1).normal(size=N)
    for source, given_away in ((PERIOD, False), ("when", True)):
        basis = replace(DESIGN.basis, categories=(Category("when", ("a", "b"), others=False, absent=False),))
        made = replace(DESIGN, basis=basis, categories={"when": source})
        view = everyone({**data, source: data["when"]}, made)
        found = find_leaks(made, view, frozenset())
        assert (("when", "spend") in {(each.cause, each.outcome) for each in found}) == given_away


def test_without_a_leak_nothing_is_kept_out() -> None:
    result = with_other(np.random.default_rng(3).normal(size=N), 0)
    assert result.given_away == [] and result.leaks == {}
    assert isinstance(find(result, "other", "spend").result, Estimate)


def test_what_speaks_against_a_claim_is_all_that_concerns_it() -> None:
    """Not what is kept out, nor what is about another outcome, wherever it stands in the list."""
    copy, beside = Reason.COPY(name="speed", other="stay"), Reason.COPY(name="speed", other="spend")
    near = Reason.NEAR_FUNCTION(names=("speed",), share=0.99)
    kept_out = Suspicion("leak", "speed", "stay", copy, kept_out=True)
    about_rows = Suspicion("duplicate", None, None, Reason.COPIED_MOMENTS())
    elsewhere = Suspicion("near_leak", "speed", "spend", beside, insisted="known before")
    insisted = Suspicion("near_leak", "speed", "stay", copy, insisted="known before")
    everywhere = Suspicion("function", "wait", None, near)
    every = [kept_out, about_rows, elsewhere, insisted, everywhere]
    found = objections(every, {"stay": "stay"})
    assert found == objections(every[::-1], {"stay": "stay"})
    assert found == {("speed", "stay"): (insisted.objection,), ("wait", "stay"): (near,)}


def test_an_outcome_that_nobody_has_is_given_away_by_nothing() -> None:
    data = without(DATA, spend=np.full(N, np.nan))
    assert find_leaks(DESIGN, everyone(data, DESIGN), frozenset()) == []


@pytest.mark.parametrize(
    ("columns", "customers", "told"), [(1, 20, True), (1, 19, False), (5, 30, True), (5, 29, False)]
)
def test_columns_explain_nothing_where_customers_are_fewer_than_five_for_each_coefficient(
    columns: int, customers: int, told: bool
) -> None:
    rng = np.random.default_rng(columns)
    names = [f"x{at}" for at in range(columns)]
    data = {name: rng.normal(size=N) for name in names} | {"bucket": np.arange(N) % customers}
    data["spend"] = sum(data[name] for name in names) + rng.normal(size=N)
    made = design(
        drivers=[world.Driver(name, True) for name in names],
        outcomes=OUTCOMES[2:],
        numbers=(),
        regions=(),
    )
    share = share_explained(everyone(data, made).population(("spend",)), names, "spend")
    x = np.column_stack([np.ones(N), *(data[name] for name in names)])
    left = data["spend"] - x @ np.linalg.lstsq(x, data["spend"], rcond=None)[0]
    expected = 1 - left.var() / data["spend"].var() * (customers - 1) / (customers - columns - 1)
    assert share == (pytest.approx(expected, rel=1e-9) if told else 0.0)


def test_what_separates_an_outcome_gives_all_of_it_away_in_the_episodes_that_have_both() -> None:
    """An operation is known in every episode, a perception where it was answered."""
    behaviour_known, answered = ~np.isnan(DATA["stay"]), ~np.isnan(DATA["csat"])
    pairs = frozenset({("speed", "stay"), ("csat", "stay")})
    found = {each.cause: each for each in find_leaks(DESIGN, everyone(DATA, DESIGN), pairs)}
    assert {cause: (each.kind, each.share, each.n, each.kept_out) for cause, each in found.items()} == {
        "speed": ("separation", 1.0, behaviour_known.sum(), True),
        "csat": ("separation", 1.0, (behaviour_known & answered).sum(), True),
    }


FLAG = LeakageSignal(None, least=False, counts=Fourfold(480, 20, 20, 480), flag=True)


def test_what_nearly_gives_an_outcome_away_is_kept_out_with_what_was_seen() -> None:
    signs = {("speed", "stay"): (sign(480, 20, 20, 480),)}
    (found,) = find_leaks(DESIGN, everyone(DATA, DESIGN), frozenset(), signs)
    above = Reason.SIGN_ABOVE(name="speed", value=3.0)
    seen = Reason.TOLD_BY_SIGN(kind="buy_more", share=0.96, beside=0.04, inner=(above,))
    reason = Reason.NEARLY_GIVES_AWAY(name="speed", other="stay", inner=(seen,))
    assert found == Suspicion("near_leak", "speed", "stay", reason, 0.96, 1000, kept_out=True)


def test_that_an_answer_is_known_is_no_sign_of_a_perception_and_one_of_an_operation() -> None:
    """Of a perception only those who answered are looked at, so that it is known of all."""
    signs = {("csat", "stay"): (FLAG,), ("speed", "stay"): (FLAG,)}
    found = find_leaks(DESIGN, everyone(DATA, DESIGN), frozenset(), signs)
    assert [each.cause for each in found] == ["speed"]
    told = {("csat", "stay"): (FLAG, sign(480, 20, 20, 480))}
    (one,) = find_leaks(DESIGN, everyone(DATA, DESIGN), frozenset(), told)
    assert one.cause == "csat" and one.reason.inner[0].inner == (Reason.SIGN_ABOVE(name="csat", value=3.0),)


def test_the_project_may_insist_on_what_is_near_and_on_what_separates_but_not_on_a_copy() -> None:
    data = without(DATA, spend=3 * DATA["wait"] + 1)
    insisted = dict.fromkeys((("wait", "spend"), ("speed", "stay")), "known before")
    signs = {("speed", "stay"): (sign(480, 20, 20, 480),)}
    found = {
        (each.cause, each.outcome): (each.kind, each.kept_out, each.insisted)
        for each in find_leaks(DESIGN, everyone(data, DESIGN), frozenset(), signs, insisted)
    }
    assert found == {
        ("wait", "spend"): ("leak", True, "known before"),
        ("speed", "stay"): ("near_leak", False, "known before"),
    }
    separated = frozenset({("speed", "stay")})
    (one,) = find_leaks(DESIGN, everyone(DATA, DESIGN), separated, None, insisted)
    assert (one.kind, one.kept_out, one.insisted) == ("separation", False, "known before")


def test_signs_of_operations_count_with_few_customers_and_those_of_levels_with_enough_for_their_columns() -> (
    None
):
    """22 customers: too few for the three columns of 'region' and for the four of a bent operation, 5 for each and 5."""
    regions = ("n", "s", "e", "w", "x")
    bent = world.Driver("speed", False, knots=(4.0, 6.0, 8.0))
    made = design(drivers=(bent,), outcomes=(world.behaviour("stay"),), numbers=(), regions=regions)
    signs = {(name, "stay"): (sign(480, 20, 20, 480),) for name in ("speed", "region")}

    def told(customers: int) -> list[str | None]:
        data = {**DATA, "bucket": np.arange(N) % customers}
        return [each.cause for each in find_leaks(made, everyone(data, made), frozenset(), signs)]

    assert told(24) == ["speed"]
    assert told(25) == ["speed", "region"]


def test_of_fewer_than_twenty_customers_nothing_is_given_away() -> None:
    """Two points always lie on a line: even a copy is not told from them."""
    data = without(DATA, spend=3 * DATA["wait"] + 1)
    for customers, copies in ((20, [("wait", "spend")]), (19, [])):
        few = {**data, "bucket": np.arange(N) % customers}
        found = find_leaks(DESIGN, everyone(few, DESIGN), frozenset())
        assert [(each.cause, each.outcome) for each in found] == copies


def test_a_control_that_gives_one_outcome_away_is_held_equal_for_the_others() -> None:
    """`other` is all that `z` leaves of 'stay', while `z` is kept out of the models of 'spend' alone."""
    rng = np.random.default_rng(12)
    other = rng.normal(size=N)
    stay = 2 * DATA["z"] + other + 0.2 * rng.normal(size=N)
    made = design(drivers=(SPEED, WAIT, world.Driver("other", True)), outcomes=OUTCOMES)
    data = without(DATA, other=other, stay=stay, spend=DATA["z"] * 2 - 5)
    found = {(each.cause, each.outcome): each for each in find_leaks(made, everyone(data, made), frozenset())}
    assert ("z", "spend") in found and ("other", "stay") in found
    assert found["other", "stay"].share == pytest.approx(1 / 1.04, abs=0.02)
    assert found["other", "stay"].reason.inner[0].code == Reason.EXPLAINS_THE_REST


def test_a_share_of_the_rest_is_told_from_five_customers_for_each_coefficient_on() -> None:
    rng = np.random.default_rng(3)
    data = {name: rng.normal(size=N) for name in ("a", "b", "c", "d", "e")}
    data["spend"] = data["a"] + 0.5 * data["b"] + rng.normal(size=N)
    made = design([world.Driver(name, True) for name in "abcde"], OUTCOMES[2:], (), ())
    groups = {name: (name,) for name in "abcde"}

    def shares(customers: int, **changed: np.ndarray) -> dict[str, float]:
        few = {**data, **changed, "bucket": np.arange(N) % customers}
        return remaining_share(everyone(few, made).population(("spend",)), (), groups, "spend")

    x = np.column_stack([data[name] for name in "abcde"])
    inverse = np.linalg.inv(np.cov(np.column_stack([x, data["spend"]]).T))
    partial = -inverse[-1, :-1] / np.sqrt(inverse[-1, -1] * np.diag(inverse)[:-1])
    assert shares(30) == pytest.approx(dict(zip("abcde", partial**2, strict=True)), rel=1e-9)
    assert shares(29) == {}
    assert shares(30, spend=np.ones(N)) == {}  # an outcome that does not vary
    assert shares(30, spend=data["a"] - data["c"]) == {}  # or is made from the columns
    assert set(shares(30, e=np.ones(N))) == set("abcd")
    population = everyone({**data, "bucket": np.arange(N) % 30}, made).population(("spend",))
    assert remaining_share(population, (), {}, "spend") == {}
    held = remaining_share(population, ("b", "c", "d", "e"), {"a": ("a",)}, "spend")
    assert held == pytest.approx({"a": partial[0] ** 2}, rel=1e-9)
