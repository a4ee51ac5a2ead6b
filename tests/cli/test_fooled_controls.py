"""A control that gives an outcome away takes the effects away: it is found, named and kept out, unless insisted on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.sparks import spark_session

import lineofsight
from lineofsight.analyses.leakage.signals import level_signals, separating
from lineofsight.api import Run
from lineofsight.episodes.leakage import LevelCount

from .shop import Los, Shop
from .test_fooled import effect, warnings
from .test_no_estimate import later, run_of, sentences

SAID = "insist:\n  - {cause: status, outcome: returned, because: it is set before}\ncontrols: [paid, status]"


def with_status(shop: Shop, wrong: int = 20) -> Shop:
    """Who does not return has one of two codes, but for one in so many."""

    def code(n: int, row: dict[str, Any]) -> str:
        back = bool(later(row, shop)) ^ (wrong > 0 and n % max(wrong, 1) == 0)
        return ("active", "trial")[n % 2] if back else ("closed", "cancelled")[n % 2]

    shop.change("orders", "status", code)
    return shop.say("controls: [paid]", "controls: [paid, status]")


def adjusted_for(run: Run, outcome: str) -> tuple[str, ...]:
    found: tuple[str, ...] = effect(run, outcome, "delivery_days")["adjusted_for"]
    return found


def test_levels_that_nearly_are_the_outcome(los: Los, shop: Shop) -> None:
    with_status(shop)
    run = run_of(shop, los, report=True)
    found = {row["outcome"]: row for row in warnings(run, "near_leak")}
    assert set(found) == {"returned", "spend"}  # without a return there is no spend
    row = found["returned"]
    assert (row["cause"], row["kept_out"], row["insisted"]) == ("status", "yes", "no")
    known = run.table("drops").rows(name="returned")[0]
    assert row["n"] == 563 - known["n"]
    assert row["share"] == pytest.approx(0.95, abs=0.01)
    assert "in the episodes" not in row["sentence"]
    assert "where 'status' is 'trial' or 'active'" in row["sentence"]
    assert row["sentence"].endswith("If it is known in time, say so under 'insist' in the project file.")
    assert row["sentence"] in sentences(run)
    assert "status" not in adjusted_for(run, "returned")
    assert "status" not in adjusted_for(
        run, "satisfaction"
    )  # it is made after the return, so after the answer
    assert effect(run, "satisfaction", "delivery_days")["evidence"] == "associated"
    assert any(drop["name"] == "status" and drop["step"] == "controls" for drop in run.table("drops"))
    notes = lineofsight.check(shop.folder).warnings
    assert any(
        note.startswith("a control will be kept out: 'status' nearly gives 'returned'") for note in notes
    )


def test_effects_are_those_of_a_model_without_it(los: Los, shop: Shop) -> None:
    shop.say("estimation: {", "estimation: {effect: line, ")
    before = run_of(shop, los)
    with_it = run_of(with_status(shop), los)
    for name in ("delivery_days", "page_seconds"):
        plain, kept = (effect(run, "returned", name) for run in (before, with_it))
        assert kept["estimate"] == pytest.approx(plain["estimate"], rel=1e-9)
        assert kept["low"] == pytest.approx(plain["low"], rel=1e-9)
    ours, theirs = (
        {(r["outcome"], r["driver"]): r["importance"] for r in run.importance.rows(segment=None)}
        for run in (before, with_it)
    )
    assert ours["returned", "delivery_days"] == pytest.approx(theirs["returned", "delivery_days"], rel=1e-9)


def test_the_project_may_insist_on_a_control(los: Los, shop: Shop) -> None:
    with_status(shop)
    run = run_of(shop.say("controls: [paid, status]", SAID), los)
    (row,) = [row for row in warnings(run, "near_leak") if row["outcome"] == "returned"]
    assert (row["kept_out"], row["insisted"], row["because"]) == ("no", "yes", "it is set before")
    assert row["sentence"].endswith("It is kept in; the project insists: it is set before.")
    assert "status" in adjusted_for(run, "returned")
    assert "status" not in adjusted_for(run, "spend")


def test_levels_that_separate(los: Los, shop: Shop) -> None:
    run = run_of(with_status(shop, wrong=0), los)
    found = {row["outcome"]: row for row in warnings(run, "separation")}
    assert found["returned"]["kept_out"] == "yes"
    assert "'status' separates 'returned' perfectly" in found["returned"]["sentence"]


def test_numbers_are_kept_out_as_well(los: Los, shop: Shop) -> None:
    draw = np.random.default_rng(1)
    shop.change("orders", "status", lambda n, row: 3 * later(row, shop) + draw.normal(0, 0.4))
    run = run_of(shop.say("controls: [paid]", "controls: [paid, status]"), los)
    (row,) = run.table("warnings").rows(cause="status", outcome="returned")
    assert (row["kind"], row["kept_out"]) == ("separation", "yes")
    assert "status" not in adjusted_for(run, "returned")


def test_an_honest_control_with_many_levels_stays(los: Los, shop: Shop) -> None:
    draw = np.random.default_rng(2)
    shop.change(
        "orders", "status", lambda n, row: f"L{n % 15}" if draw.random() < 0.5 else f"R{later(row, shop)}"
    )
    run = run_of(shop.say("controls: [paid]", "controls: [paid, status]"), los)
    assert warnings(run, "near_leak") == []
    assert "status" in adjusted_for(run, "returned")


def test_the_best_cut_is_found_by_order() -> None:
    """Of all 2^5 partitions of six levels, none agrees better than the best cut in their order."""
    rng = np.random.default_rng(3)
    counts = [LevelCount(f"L{i}", int(a), int(b)) for i, (a, b) in enumerate(rng.integers(1, 90, (6, 2)))]
    some, none = sum(c.some for c in counts), sum(c.none for c in counts)

    def variance_left(members: set[int]) -> float:
        left = 0.0
        for inside in (True, False):
            mine = [c for i, c in enumerate(counts) if (i in members) is inside]
            a, b = sum(c.some for c in mine), sum(c.none for c in mine)
            left += a * b / (a + b) if a + b else 0.0
        return left

    best = min(variance_left({i for i in range(6) if code >> i & 1}) for code in range(1, 2**5))
    cuts = level_signals(counts)
    assert len(cuts) == 5
    assert min(variance_left({int(level[1:]) for level in cut.levels if level}) for cut in cuts) == best
    for cut in cuts:
        assert cut.counts.both + cut.counts.thing == some
        assert cut.counts.sign + cut.counts.neither == none


def test_too_few_to_tell() -> None:
    assert level_signals([LevelCount("a", 9, 0), LevelCount("b", 0, 50)]) == ()
    assert not separating([LevelCount("a", 9, 0), LevelCount("b", 0, 50)])
    assert separating([LevelCount("a", 10, 0), LevelCount(None, 0, 50)])


@pytest.mark.xdist_group("spark")
def test_both_engines_find_the_same_levels(los: Los, shop: Shop) -> None:
    spark_session()
    with_status(shop)
    shop.change("orders", "status", lambda n, row: "" if n % 9 == 0 else row["status"])
    shop.say("controls: [paid, status]", "controls: [paid, status: {value: status, missing: indicator}]")
    ours = run_of(shop, los).table("warnings").rows()
    shop.text += "engine: spark\n"
    shop.write_file()
    theirs = lineofsight.run(shop.folder).table("warnings").rows()
    assert {row["kind"] for row in ours} == {"near_leak", "later"}
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.pop("share") == pytest.approx(other.pop("share"), rel=1e-9)
        assert mine == other
