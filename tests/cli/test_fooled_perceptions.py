"""Two perceptions that nearly are one, as a score kept on two scales: paths go through one of them, and that is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.sparks import spark_session

import lineofsight
from lineofsight.analyses.leakage.redundancy import correlation_ratio
from lineofsight.api import Run
from lineofsight.words.reasons import in_words

from .shop import Los, Shop
from .test_fooled import warnings
from .test_no_estimate import run_of, sentences

TABLE = "table: reviews, on: order_id, at: answered_at, within: 7 days"


def also(shop: Shop, *more: str) -> Shop:
    """More perceptions, each from a column of the reviews of its own."""
    lines = "".join(f"  {each.split(':')[0]}: {{{TABLE},{each.split(':', 1)[1]}}}\n" for each in more)
    return shop.say("behaviours:\n", f"{lines}behaviours:\n")


def scored(shop: Shop, make: Callable[[np.random.Generator, dict[str, Any]], float] | None = None) -> Shop:
    """The same answer on a scale of 0 to 10."""
    draw = np.random.default_rng(8)
    chosen = make or (lambda rng, row: 2 * row["stars"] + int(rng.random() < 0.1) - 1)
    shop.change("reviews", "score", lambda n, row: chosen(draw, row))
    return also(shop, "score: value: score, measure: score, scale: [0, 10]")


def via(run: Run, perception: str, outcome: str = "returned") -> list[dict[str, Any]]:
    rows = run.effects.rows(segment=None, outcome=outcome)
    return [row for row in rows if row["path"] == f"via {perception}" or row["cause"] == perception]


def test_a_score_on_two_scales(los: Los, shop: Shop) -> None:
    before = run_of(shop, los)
    run = run_of(scored(shop), los, report=True)
    (row,) = warnings(run, "twin")
    reviews = shop.tables["reviews"]
    assert (row["cause"], row["outcome"], row["kept_out"], row["n"]) == ("score", None, "yes", len(reviews))
    assert row["sentence"].startswith("'score' nearly says the same as 'satisfaction', which gives 9")
    assert "Paths to behaviours do not go through it" in row["sentence"]
    assert row["sentence"] in sentences(run)
    assert all("paths go through 'satisfaction'" in in_words(each["reason"]) for each in via(run, "score"))
    # The paths are those of a project that never had the second scale.
    for old, new in zip(via(before, "satisfaction"), via(run, "satisfaction"), strict=True):
        assert new["estimate"] == pytest.approx(old["estimate"], rel=1e-9)
        assert new["low"] == pytest.approx(old["low"], rel=1e-9)
    assert run.effects.rows(segment=None, outcome="score", cause="delivery_days")[0]["low"] is not None
    notes = lineofsight.check(shop.folder).refusals
    assert any("'score' nearly says the same" in note for note in notes)


def test_the_finer_one_stays(los: Los, shop: Shop) -> None:
    shop.change("reviews", "glad", lambda n, row: int(row["stars"] >= 4))
    run = run_of(also(shop, "glad: value: glad, measure: score, scale: [0, 1]"), los)
    (row,) = warnings(run, "twin")
    assert row["cause"] == "glad" and row["share"] == pytest.approx(1, abs=1e-9)
    assert (
        "'glad' nearly says the same as 'satisfaction', which gives all of how it varies" in row["sentence"]
    )


def test_a_promoter_score_of_the_same_answer(los: Los, shop: Shop) -> None:
    """The three values of an NPS are far from a straight line of the answer; the answers are not."""
    draw = np.random.default_rng(8)
    shop.change("reviews", "score", lambda n, row: 2 * row["stars"] - int(draw.random() < 0.5))
    run = run_of(also(shop, "recommend: value: score, measure: nps"), los)
    assert [row["cause"] for row in warnings(run, "twin")] == ["recommend"]


def test_an_index_of_others(los: Los, shop: Shop) -> None:
    draw = np.random.default_rng(9)
    for name in ("speed", "staff"):
        shop.change("reviews", name, lambda n, row: int(draw.integers(1, 6)))
    shop.change("reviews", "whole", lambda n, row: row["stars"] + row["speed"] + row["staff"])
    also(
        shop,
        "speed: value: speed, measure: score, scale: [1, 5]",
        "staff: value: staff, measure: score, scale: [1, 5]",
        "whole: value: whole, measure: score, scale: [3, 15]",
    )
    run = run_of(shop, los)
    (row,) = warnings(run, "twin")
    assert row["cause"] == "whole"
    assert "is nearly made from 'satisfaction' and 'speed' and 'staff'" in row["sentence"]
    assert all(each["low"] is not None for each in via(run, "speed"))


def blurred(rng: np.random.Generator, row: dict[str, Any]) -> int:
    return int(np.clip(2 * row["stars"] + round(rng.normal(0, 1.2)), 0, 10))


def test_perceptions_that_only_go_together_stay(los: Los, shop: Shop) -> None:
    run = run_of(scored(shop, blurred), los)
    assert warnings(run, "twin") == []
    assert all(each["low"] is not None for each in via(run, "score"))


def test_the_project_may_insist_on_both(los: Los, shop: Shop) -> None:
    scored(shop)
    shop.say(
        "controls: [paid]",
        "insist:\n  - {cause: score, outcome: returned, because: two teams ask}\ncontrols: [paid]",
    )
    run = run_of(shop, los)
    told = {row["outcome"]: row for row in warnings(run, "twin")}
    assert set(told) == {None, "returned"}
    assert told["returned"]["sentence"].endswith("as the project insists: two teams ask.")
    assert all(each["low"] is not None for each in via(run, "score"))
    assert all(each["low"] is None for each in via(run, "score", "spend"))


def test_the_correlation_ratio_is_the_adjusted_share_of_an_analysis_of_variance() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(10)
    a = rng.integers(0, 6, 500)
    b = (a - 3) ** 2 + rng.integers(0, 3, 500)
    together: dict[tuple[float, float], int] = {}
    for pair in zip(a.tolist(), b.tolist(), strict=True):
        together[pair] = together.get(pair, 0) + 1
    dummies = sm.add_constant((a[:, None] == np.arange(1, 6)).astype(float))
    assert correlation_ratio(together, 1) == pytest.approx(sm.OLS(b, dummies).fit().rsquared_adj, rel=1e-12)
    assert correlation_ratio({(0.0, 1.0): 3, (1.0, 2.0): 3}, 1) == 0.0  # too few


@pytest.mark.xdist_group("spark")
def test_both_engines_find_the_same_twins(los: Los, shop: Shop) -> None:
    spark_session()
    scored(shop)
    ours = run_of(shop, los)
    shop.text += "engine: spark\n"
    shop.write_file()
    theirs = lineofsight.run(shop.folder)
    assert warnings(ours, "twin") == warnings(theirs, "twin") != []
