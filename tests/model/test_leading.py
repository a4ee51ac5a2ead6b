"""A touchpoint's perception that leads to an overall one: its effect, and paths that go over both."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from lineofsight.aggregation.features import Driver
from lineofsight.analyses.paths.estimate import shares
from lineofsight.model.effects import Effect
from lineofsight.model.mediator_paths import downstream, mediator_routes, path_of, route_of, upstream
from lineofsight.stats.intervals import Array
from lineofsight.stats.results import Estimate
from model.touchpoints import DAYS, LEADS_TO, NAMES, WAIT, company, rows
from model.world import Chain, by_hand, estimate, find, outside, reason, without

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")

DATA, MADE = rows(), company()
RESULT = estimate(DATA, MADE, 60)


def every(effect: Effect) -> Array:
    """The estimate, then its replicates."""
    assert isinstance(effect.result, Estimate), effect
    return np.array([effect.result.value, *effect.result.replicates])


def parts(result: Chain, cause: str, outcome: str, change: str = "better") -> list[Effect]:
    return [
        e
        for e in result.effects
        if (e.cause, e.outcome, e.change) == (cause, outcome, change) and e.path != "total"
    ]


def added(effects: Iterable[Effect]) -> Array:
    return np.sum([every(effect) for effect in effects], axis=0)


def test_a_touchpoint_on_the_overall_one_is_least_squares_at_equal_operations_and_touchpoints() -> None:
    by, _ = outside(DATA, MADE, "overall", beside=("parcel", "desk"))
    for name in ("parcel", "desk"):
        found = find(RESULT, name, "overall", change="point")
        assert found.result.value == pytest.approx(by[name], rel=1e-8)
        assert found.given == tuple(n for n in ("parcel", "desk") if n != name)
        assert found.n == (~np.isnan(DATA["desk"] + DATA["parcel"] + DATA["overall"])).sum()
        assert found.robustness is not None and found.population == "respondents"


@pytest.mark.parametrize("driver", [DAYS, WAIT])
@pytest.mark.parametrize("change", ["better", "best"])
def test_an_operation_on_the_overall_one_splits_exactly(driver: Driver, change: str) -> None:
    found = parts(RESULT, driver.name, "overall", change)
    assert [e.path for e in found] == ["direct", "via parcel", "via desk"]
    total, _ = outside(DATA, MADE, "overall", among=("parcel", "desk"))
    held, _ = outside(DATA, MADE, "overall", beside=("parcel", "desk"))
    assert added(found)[0] == pytest.approx(by_hand(DATA, driver, change, total), rel=1e-8)
    assert every(found[0])[0] == pytest.approx(by_hand(DATA, driver, change, held), rel=1e-8)


@pytest.mark.parametrize("driver", [DAYS, WAIT])
def test_an_operation_on_a_behaviour_splits_exactly_over_all_ways(driver: Driver) -> None:
    found = parts(RESULT, driver.name, "spend")
    assert [e.path for e in found] == [
        "direct", "via parcel", "via desk", "via overall", "via parcel → overall", "via desk → overall",
    ]  # fmt: skip
    total, _ = outside(DATA, MADE, "spend", among=NAMES)
    assert added(found)[0] == pytest.approx(by_hand(DATA, driver, "better", total), rel=1e-9)
    slopes, _ = outside(DATA, MADE, "spend", beside=NAMES)
    later, _ = outside(DATA, MADE, "overall", beside=("parcel", "desk"), among=("spend",))
    first, _ = outside(DATA, MADE, "parcel", among=("desk", "overall", "spend"))
    way = by_hand(DATA, driver, "better", first) * later["parcel"] * slopes["overall"]
    assert every(find(RESULT, driver.name, "spend", "via parcel → overall"))[0] == pytest.approx(
        way, rel=1e-8
    )
    assert every(find(RESULT, driver.name, "spend", "via overall"))[0] == pytest.approx(
        by_hand(DATA, driver, "better", later) * slopes["overall"], rel=1e-8
    )


def test_the_split_is_that_without_leading_in_every_replicate() -> None:
    """What goes over the overall one is the same, told in more parts."""
    flat = estimate(DATA, company({}), 60)
    for driver in (DAYS.name, WAIT.name):
        assert added(parts(RESULT, driver, "spend")) == pytest.approx(
            added(parts(flat, driver, "spend")), rel=1e-9
        )
        over = [e for e in parts(RESULT, driver, "spend") if e.path.endswith("overall")]
        assert added(over) == pytest.approx(every(find(flat, driver, "spend", "via overall")), rel=1e-9)
    assert not parts(flat, "days", "overall")


def test_a_touchpoints_total_leaves_the_overall_one_free() -> None:
    by, _ = outside(DATA, MADE, "spend", beside=("parcel", "desk"), among=("overall",))
    total = find(RESULT, "parcel", "spend", change="point")
    assert total.result.value == pytest.approx(by["parcel"], rel=1e-8)
    assert total.given == ("desk",) and total.answered == ("overall",)
    assert total.robustness is not None
    ways = parts(RESULT, "parcel", "spend", "point")
    assert [e.path for e in ways] == ["direct", "via overall"]
    assert added(ways) == pytest.approx(every(total), rel=1e-12)
    overall, _ = outside(DATA, MADE, "spend", beside=NAMES)
    last = find(RESULT, "overall", "spend", change="point")
    assert last.result.value == pytest.approx(overall["overall"], rel=1e-8)
    assert not parts(RESULT, "overall", "spend", "point")


def test_a_chain_of_three_adds_up() -> None:
    result = estimate(DATA, company({"parcel": "desk", "desk": "overall"}), 40)
    paths = [e.path for e in parts(result, "days", "spend")]
    assert paths == [
        "direct", "via parcel", "via desk", "via overall", "via parcel → desk", "via parcel → overall",
        "via desk → overall", "via parcel → desk → overall",
    ]  # fmt: skip
    total, _ = outside(DATA, MADE, "spend", among=NAMES)
    assert added(parts(result, "days", "spend"))[0] == pytest.approx(
        by_hand(DATA, DAYS, "better", total), rel=1e-9
    )
    assert [e.path for e in parts(result, "parcel", "overall", "point")] == ["direct", "via desk"]


def test_a_perception_beside_that_leads_nowhere_takes_its_part() -> None:
    result = estimate(DATA, company({"parcel": "overall"}), 40)
    total, _ = outside(DATA, MADE, "spend", among=NAMES)
    found = parts(result, "days", "spend")
    assert "via desk" in [e.path for e in found] and "via desk → overall" not in [e.path for e in found]
    assert added(found)[0] == pytest.approx(by_hand(DATA, DAYS, "better", total), rel=1e-9)
    one = find(result, "parcel", "spend", change="point")
    assert added(parts(result, "parcel", "spend", "point")) == pytest.approx(every(one), rel=1e-12)
    assert one.robustness is None  # no one model has this coefficient


def test_a_touchpoint_that_everybody_rates_alike_is_refused_and_the_rest_stays() -> None:
    same = np.where(np.isnan(DATA["desk"]), np.nan, 7.0)
    result = estimate(without(DATA, desk=same), MADE, 40)
    assert reason(find(result, "desk", "overall", change="point")) == "it is the same in every episode"
    assert "the same in every episode" in reason(find(result, "days", "spend", "via desk → overall"))
    known = [e for e in parts(result, "days", "spend") if isinstance(e.result, Estimate)]
    total, _ = outside(DATA, MADE, "spend", among=NAMES)
    assert added(known)[0] == pytest.approx(by_hand(DATA, DAYS, "better", total), rel=1e-9)


def test_touchpoints_rated_by_others_than_the_overall_one_are_taken_alone() -> None:
    half = DATA["bucket"] % 2 == 0
    parcel = np.where(half, DATA["parcel"], np.nan)
    desk = np.where(half, np.nan, DATA["desk"])
    result = estimate(without(DATA, parcel=parcel, desk=desk), MADE, 40)
    found = parts(result, "days", "overall")
    assert sorted(e.path for e in found) == ["direct", "via desk", "via parcel"]
    assert find(result, "parcel", "overall", change="point").given == ()
    assert not any("→" in e.path for e in result.effects)


def test_what_is_planted_comes_back() -> None:
    """Pooled over twelve companies the errors are nothing: of the new paths, a touchpoint's effects and the share."""
    scores = []
    for seed in range(12):
        data = rows(1500, seed=seed + 90)
        result = estimate(data, MADE, 100)
        step = -0.1 * data["days"].mean()
        planted = {
            ("days", "spend", "via parcel → overall"): step * -0.5 * 0.4 * 2.0,
            ("days", "spend", "via overall"): step * -0.05 * 2.0,
            ("days", "overall", "via parcel"): step * -0.5 * 0.4,
            ("parcel", "overall", "total"): 0.4,
            ("parcel", "spend", "total"): 0.5 + 0.4 * 2.0,
        }
        errors = []
        for (cause, outcome, path), truth in planted.items():
            found = find(result, cause, outcome, path, "point" if cause == "parcel" else "better").result
            assert isinstance(found, Estimate)
            errors.append((found.value - truth) / found.standard_error)
        (one,) = [
            s
            for s in shares(result.effects, 0.95)
            if (s.cause, s.outcome, s.change) == ("days", "spend", "better")
        ]
        assert isinstance(one.share, Estimate)
        errors.append((one.share.value - 0.75 / 1.05) / one.share.standard_error)
        scores.append(errors)
    pooled = np.array(scores)
    assert (np.abs(pooled.mean(axis=0)) < 2.5 / np.sqrt(len(pooled))).all(), pooled.mean(axis=0)
    assert ((pooled.std(axis=0) > 0.5) & (pooled.std(axis=0) < 1.7)).all()


def test_routes() -> None:
    assert mediator_routes(LEADS_TO, ("parcel", "overall")) == [
        ("parcel",),
        ("overall",),
        ("parcel", "overall"),
    ]
    assert mediator_routes({}, ("a", "b")) == [("a",), ("b",)]
    assert route_of(path_of(("parcel", "overall"))) == ("parcel", "overall")
    assert route_of("direct") == ()


def test_a_touchpoint_that_is_asked_about_alone_is_held_beside_nothing_and_leads_nowhere() -> None:
    half = DATA["bucket"] % 2 == 0
    parcel, rest = np.where(half, DATA["parcel"], np.nan), np.where(half, np.nan, DATA["overall"])
    result = estimate(
        without(DATA, parcel=parcel, overall=rest, desk=rest), company({"parcel": "overall"}), 10
    )
    total = find(result, "parcel", "spend", change="point")
    assert (total.given, total.answered) == ((), ())
    assert total.robustness is not None
    assert not parts(result, "parcel", "spend", "point")


@pytest.mark.parametrize(("name", "beside"), [("parcel", ("parcel", "desk")), ("overall", NAMES)])
def test_how_robust_a_touchpoint_is_is_asked_of_the_model_that_its_total_comes_from(
    name: str, beside: tuple[str, ...]
) -> None:
    """Share of what the others leave that it explains, by least squares with and without it."""
    found = find(RESULT, name, "spend", change="point")
    assert found.robustness is not None
    left = []
    for held in (beside, tuple(other for other in beside if other != name)):
        _, fitted = outside(DATA, MADE, "spend", beside=held, among=NAMES)
        left.append(1 - fitted.rsquared)
    assert found.robustness.partial_r2 == pytest.approx(1 - left[0] / left[1], rel=1e-7)


def test_ways_that_lead_round_in_a_circle_are_gone_once() -> None:
    circle = {"a": "b", "b": "c", "c": "a"}
    assert downstream(circle, "a") == ("b", "c", "a")
    assert downstream({"a": "b", "b": "c"}, "a") == ("b", "c") and downstream({}, "a") == ()
    assert upstream({"a": "b", "b": "c"}, "c", ("c", "b", "a", "x")) == ("b", "a")
    three = mediator_routes({"a": "b", "b": "c"}, ("a", "b", "c"))
    assert three == [("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c"), ("a", "b", "c")]
    assert mediator_routes({"a": "b", "b": "c"}, ("a", "c")) == [("a",), ("c",), ("a", "c")]
