"""Which of everyone's effects the segments' are held against, by estimates that are given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lineofsight.analyses.segments.heterogeneity import Heterogeneity, heterogeneities
from lineofsight.model.effects import Effect
from lineofsight.reasons import Reason
from lineofsight.stats.pooling import Pooled
from lineofsight.stats.results import Estimate, NotEstimable


def effect(cause: str, segment: str | None, value: float, seed: int = 0, **more: Any) -> Effect:
    drawn = 0.1 * np.random.default_rng(seed).normal(size=200)
    what = {"path": "total", "change": "better", "outcome": "spend"} | more
    return Effect(
        cause=cause,
        segment=segment,
        result=Estimate(value, value + drawn),
        n=100,
        population="everyone",
        **what,
    )


def found(*effects: Effect) -> dict[tuple[str, str, str], Heterogeneity]:
    return {(each.cause, each.outcome, each.attribute): each for each in heterogeneities(effects, 0.95)}


def segments(cause: str, *values: float, attribute: str = "kind", **more: Any) -> list[Effect]:
    return [
        effect(cause, f"{attribute} = {name}", value, seed, **more)
        for seed, (name, value) in enumerate(zip("abcd", values, strict=False), 1)
    ]


def test_segments_are_held_against_everyones_effect_of_the_same_cause_on_the_same_outcome() -> None:
    told = found(
        effect("wait", None, 1.0),
        effect("speed", None, -1.0),
        effect("wait", None, -1.0, outcome="stay"),
        *segments("wait", -1.0, -1.1),
        *segments("speed", -1.0, -1.1),
        *segments("wait", -1.0, -1.1, outcome="stay"),
        *segments("wait", 1.0, 1.1, attribute="place"),
    )
    assert {key: each.reversed for key, each in told.items()} == {
        ("wait", "spend", "kind"): True,
        ("speed", "spend", "kind"): False,
        ("wait", "stay", "kind"): False,
        ("wait", "spend", "place"): False,
    }


@pytest.mark.parametrize(
    "other", [{"path": "direct"}, {"path": "via csat"}, {"change": "best"}, {"change": "point"}]
)
def test_other_paths_and_changes_of_everyone_are_not_what_segments_are_held_against(
    other: dict[str, Any],
) -> None:
    last = [effect("wait", None, 1.0), effect("wait", None, -1.0, **other), *segments("wait", -1.0, -1.1)]
    assert [each.reversed for each in heterogeneities(last, 0.95)] == [True]
    beside = [*segments("wait", -1.0, -1.1), *segments("wait", 5.0, 5.0, **other)]
    (one,) = heterogeneities(beside, 0.95)
    assert len(one.members) == 2 and one.reversed is False


def test_each_member_has_the_others_by_their_precision_and_those_without_an_effect_have_no_part() -> None:
    """Standard errors of 1, 2 and 2: the others of the first weigh alike, those of the second four to one."""
    exact = np.random.default_rng(3).normal(size=(3, 400))
    exact -= exact.mean(axis=1, keepdims=True)
    exact /= exact.std(axis=1, ddof=1, keepdims=True)
    sizes, values = (1.0, 2.0, 2.0), (0.0, 4.0, 8.0)
    members = [
        Effect("wait", "spend", f"kind = {name}", "total", "better", Estimate(v, v + s * e), 100, "everyone")
        for name, v, s, e in zip("abc", values, sizes, exact, strict=True)
    ]
    refused = Effect(
        "wait", "spend", "kind = d", "total", "better", NotEstimable(Reason.NO_EPISODE), 0, "everyone"
    )
    ((one),) = heterogeneities([*members, refused], 0.95)
    assert isinstance(one.pooled, Pooled) and one.pooled.k == 3
    rests = [member.rest for member in one.members]
    assert rests == [
        pytest.approx(6.0),
        pytest.approx((4 * 0.0 + 8.0) / 5),
        pytest.approx((4 * 0.0 + 4.0) / 5),
        None,
    ]
    differences = [None if m.difference is None else m.difference.value for m in one.members]
    assert differences == [pytest.approx(-6.0), pytest.approx(2.4), pytest.approx(7.2), None]
    first = one.members[0].difference
    assert first is not None
    np.testing.assert_allclose(
        first.replicates, exact[0] - (4 + 2 * exact[1] + 8 + 2 * exact[2]) / 2, atol=1e-9
    )
    assert np.isnan(one.members[3].pooled).all() and np.isfinite(one.members[0].pooled).all()


def test_a_segment_whose_replicates_do_not_vary_weighs_nothing_and_is_held_against_nothing() -> None:
    still = Effect(
        "wait", "spend", "kind = c", "total", "better", Estimate(9.0, np.full(200, 9.0)), 100, "everyone"
    )
    with np.errstate(divide="ignore"):
        (one,) = heterogeneities([*segments("wait", 1.0, 2.0), still], 0.95)
    assert [member.rest is None for member in one.members] == [False, False, True]
    assert one.members[0].rest == pytest.approx(2.0) and one.members[1].rest == pytest.approx(1.0)
