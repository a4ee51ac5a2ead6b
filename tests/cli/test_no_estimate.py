"""What cannot be estimated is refused with its reason, in the tables and in `los check`; no number stands in for it."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import pytest

import lineofsight
from lineofsight.api import Run
from lineofsight.reasons import Reason
from lineofsight.words.reasons import in_words

from .shop import PROJECT, Los, Row, Shop

INTERVALS = (("estimate", "low", "high"), ("elasticity", "elasticity_low", "elasticity_high"), ("value", "low", "high"),
             ("rate", "low", "high"), ("importance", "low", "high"), ("money_per_year", "low", "high"))  # fmt: skip


def run_of(shop: Shop, los: Los, *, report: bool = False) -> Run:
    """The run, after looking at what holds of every run; the odd ones must have a report, too."""
    said = los("run", shop.folder)
    assert (said.status, said.err) == (0, ""), said
    assert not shop.left
    run = lineofsight.latest_run(shop.folder)
    honest(run)
    if report:
        page = run.report(shop.folder / "report.html").read_text(encoding="utf-8")
        assert len(page) > 10_000 and "Reason." not in page  # every statement has become words
    return run


def honest(run: Run) -> None:
    """No number is infinite, a refusal has no number, and an estimate has one."""
    for name in (
        "effects",
        "headroom",
        "importance",
        "perceptions",
        "behaviours",
        "response",
        "money",
        "unit_values",
    ):
        for row in run.table(name):
            for value in row.values():
                assert not isinstance(value, float) or math.isfinite(value)
            for middle, low, high in INTERVALS:
                if middle in row and row.get("reason"):
                    assert row[middle] is row[low] is row[high] is None, row
            if "reason" in row and name != "unit_values":
                middle = {"importance": "importance", "money": "money_per_year"}.get(name, "estimate")
                assert (row[middle] is None) == bool(row["reason"]), row


def reasons(run: Run, **equal: Any) -> set[str | None]:
    return {in_words(row["reason"]) for row in run.effects.rows(segment=None, **equal)}


def sentences(run: Run) -> str:
    return "\n".join(row["sentence"] for row in run.findings).replace("\xa0", " ")


def drivers_found(run: Run) -> set[str]:
    return {row["subject"] for row in run.findings.rows(kind="driver")}


def refusals(shop: Shop) -> str:
    return "\n".join(lineofsight.check(shop.folder).refusals)


def later(row: Row, shop: Shop) -> int:
    """Whether the customer of an order comes back in the window that 'returned' looks at."""
    start = dt.datetime.fromisoformat(row["delivered_at"]) + dt.timedelta(days=7)
    times = (
        dt.datetime.fromisoformat(other["ordered_at"])
        for other in shop.tables["orders"]
        if other["customer_id"] == row["customer_id"]
    )
    return int(any(start < time <= start + dt.timedelta(days=60) for time in times))


def test_a_whole_project_has_nothing_to_refuse(los: Los, ran: Shop) -> None:
    honest(lineofsight.latest_run(ran.folder))
    found = lineofsight.check(ran.folder)
    assert found.refusals == found.warnings == ()
    said = los("check", ran.folder).out
    assert "Corner shop: the project file and the data fit together." in said
    assert "Episodes: 563, by 150 customers." in said
    assert "satisfaction: known in 347 episodes" in said
    assert said.endswith(f"Next:\n  los run {ran.folder}\n")


def test_one_customer_has_no_estimate_and_no_interval(los: Los, shop: Shop) -> None:
    mine = {row["order_id"] for row in shop.tables["orders"] if row["customer_id"] == "C0000"}
    for name in ("orders", "reviews"):
        shop.tables[name] = [row for row in shop.tables[name] if row["order_id"] in mine]
    shop.tables["tickets"] = [{"customer_id": "C0000", "opened_at": "2024-02-01 00:00:00", "hours": 2}]
    shop.change(
        "orders", "page_seconds", lambda n, row: round(row["page_seconds"], 1)
    )  # 3.912 may be thousands
    run = run_of(shop, los, report=True)
    for table in ("effects", "headroom", "importance", "money"):
        assert all(row["reason"] for row in run.table(table))
    for table in ("perceptions", "behaviours", "response"):
        for row in run.table(table):
            assert row["low"] is row["high"] is None
    assert not drivers_found(run)
    assert "can be estimated. The reason: too few: 1 customer (or group of them)" in sentences(run)
    assert "'delivery days'" in refusals(shop)
    assert "by 1 customer." in los("check", shop.folder).out


def test_a_constant_driver_is_refused_alone(los: Los, shop: Shop) -> None:
    shop.change("orders", "page_seconds", lambda n, row: 3)
    run = run_of(shop, los)
    assert reasons(run, cause="page_seconds") == {"it is the same in every episode"}
    assert None in reasons(run, cause="delivery_days")
    assert "of 'page seconds' can be estimated: it is the same in every episode." in sentences(run)
    assert refusals(shop) == (
        "the effect of 'page seconds' on 'satisfaction', 'returned' and 'spend': it is the same in every episode"
    )
    assert (
        "A run will not be able to estimate:\n  - the effect of 'page seconds'"
        in los("check", shop.folder).out
    )


def test_two_identical_drivers_name_each_other(los: Los, shop: Shop) -> None:
    shop.change("orders", "page_seconds", lambda n, row: row["delivery_days"])
    run = run_of(shop, los)
    assert reasons(run, cause="page_seconds", path="total") == {
        "it moves exactly with 'delivery_days': the two cannot be told apart"
    }
    assert reasons(run, cause="delivery_days", path="total") == {
        "it moves exactly with 'page_seconds': the two cannot be told apart"
    }
    assert not drivers_found(run) & {"page_seconds", "delivery_days"}
    for said in (refusals(shop), sentences(run)):
        assert "it moves exactly with 'page seconds'" in said and "page_seconds" not in said


def test_not_a_number_is_missing_and_counted(los: Los, shop: Shop) -> None:
    shop.change("orders", "page_seconds", lambda n, row: "nan" if n % 7 == 0 else row["page_seconds"])
    run = run_of(shop, los)
    missing = {row["name"]: row["n"] for row in run.drops.rows(step="operations")}
    assert missing["page_seconds"] == 81
    assert next(iter(run.episodes))["episodes"] == 563 - 81
    assert "Episodes: 482 of 563 moments" in los("check", shop.folder).out


def test_answers_before_their_moment_are_counted_and_not_used(los: Los, shop: Shop) -> None:
    shop.change(
        "reviews", "answered_at", lambda n, row: "2024-01-01 00:00:00" if n < 50 else row["answered_at"]
    )
    run = run_of(shop, los)
    drop = next(row for row in run.drops.rows(step="perceptions") if "before" in in_words(row["reason"]))
    assert (drop["name"], drop["n"], drop["of"]) == ("satisfaction", 50, 347)
    assert next(iter(run.response))["answers"] == 297
    assert sum(row["matched"] for row in run.answers) == 297


def test_a_driver_dated_after_the_moment_is_not_used(los: Los, shop: Shop) -> None:
    shop.change("orders", "page_at", lambda n, row: "2025-06-01 00:00:00" if n < 40 else row["ordered_at"])
    run = run_of(shop.say("value: page_seconds", "value: page_seconds\n    at: page_at"), los)
    drop = next(
        row for row in run.drops.rows(name="page_seconds") if row["reason"].code == Reason.DATED_AFTER
    )
    assert (drop["n"], drop["of"]) == (40, 563)
    assert next(iter(run.episodes))["episodes"] == 523


@pytest.mark.parametrize("copy", [False, True], ids=["separates the outcome", "is the outcome"])
def test_a_column_that_gives_the_outcome_away_is_kept_out(los: Los, shop: Shop, copy: bool) -> None:
    shop.change(
        "orders", "page_seconds", lambda n, row: later(row, shop) if copy else later(row, shop) * 5 + n % 3
    )
    run = run_of(shop, los)
    for outcome in ("returned", "spend"):  # who comes back is who spends
        reason = f"'page_seconds' separates '{outcome}' perfectly: it is probably known only afterwards, or made from it"
        assert reasons(run, cause="page_seconds", outcome=outcome, path="total") == {reason}
        told = reason.replace("page_seconds", "page seconds")
        assert told in refusals(shop)
        assert f"{told}. It is kept out." in sentences(run)
    assert "page_seconds" not in drivers_found(run)
    assert None in reasons(run, cause="delivery_days", outcome="returned")
    assert any(row["reason"].code == Reason.KEPT_OUT for row in run.drops.rows(name="page_seconds"))


@pytest.mark.parametrize(("measure", "word"), [("csat", "is a copy of"), ("nps", "separates")])
def test_a_driver_that_is_the_answer_is_kept_out(los: Los, shop: Shop, measure: str, word: str) -> None:
    stars = {row["order_id"]: row["stars"] * (2 if measure == "nps" else 1) for row in shop.tables["reviews"]}
    shop.change("reviews", "stars", lambda n, row: stars[row["order_id"]])
    shop.change("orders", "page_seconds", lambda n, row: stars.get(row["order_id"], ""))
    shop.say("value: page_seconds", "value: page_seconds\n    missing: indicator").say("csat", measure)
    run = run_of(shop, los)
    (reason,) = reasons(run, cause="page_seconds", outcome="satisfaction")
    assert reason is not None
    assert reason.startswith(f"'page_seconds' {word} 'satisfaction'")
    assert "page_seconds" not in drivers_found(run)
    assert reasons(run, cause="delivery_days", outcome="satisfaction") == {None}


def test_an_outcome_that_never_varies_is_refused(los: Los, shop: Shop) -> None:
    shop.say(
        "{kind: stay, table: orders, at: ordered_at, within",
        "{kind: stay, table: orders, at: ordered_at, where: paid < 0, within",
    )
    run = run_of(shop, los)
    assert reasons(run, outcome="returned", path="total") == {"the outcome is the same in every episode"}
    row = run.behaviours.rows(behaviour="returned", segment=None)[0]
    assert (row["value"], row["low"], row["high"]) == (0.0, None, None)
    assert re.search(
        "on '?returned'? can be estimated: the outcome is the same in every episode", sentences(run)
    )
    assert "on 'returned': the outcome is the same in every episode" in refusals(shop)
    assert "what 'returned' is worth: nobody stayed" in refusals(shop)


def test_a_window_the_data_do_not_cover_is_missing_not_zero(los: Los, shop: Shop) -> None:
    shop.say(
        "{kind: stay, table: orders, at: ordered_at, within: 60 days}",
        "{kind: stay, table: orders, at: ordered_at, within: 3 years}",
    )
    run = run_of(shop, los, report=True)
    row = run.behaviours.rows(behaviour="returned", segment=None)[0]
    assert (row["value"], row["n"], row["uncovered"]) == (None, 0, 563)
    (reason,) = reasons(run, outcome="returned", path="total")
    assert reason is not None
    assert reason.startswith("no episode has what it takes")
    assert re.search("For 100 % of the episodes '?returned'? is unknown", sentences(run))
    assert "0 of 0" not in sentences(run)
    assert "returned: known in 0 episodes" in los("check", shop.folder).out
    assert "on 'returned': no episode has what it takes" in refusals(shop)


def without(start: str, end: str) -> str:
    return PROJECT[: PROJECT.index(start)] + PROJECT[PROJECT.index(end) :]


def test_without_a_perception_the_customer_was_skipped(los: Los, shop: Shop) -> None:
    shop.text = without("perceptions:", "behaviours:")
    run = run_of(shop.write(), los)
    assert "The customer was skipped" in sentences(run)
    assert len(run.perceptions) == len(run.response) == 0
    assert {row["path"] for row in run.effects} == {"total"}
    assert "no perception is declared: the customer is skipped" in los("check", shop.folder).out


def test_without_behaviours_nothing_is_worth_anything(los: Los, shop: Shop) -> None:
    shop.text = without("behaviours:", "controls:")
    run = run_of(shop.write(), los, report=True)
    assert len(run.behaviours) == len(run.unit_values) == 0
    assert all(row["reason"] == Reason.NO_BEHAVIOUR() for row in run.money)
    assert "No behaviour is declared" in sentences(run)
    assert "no behaviour is declared" in los("check", shop.folder).out


def test_without_controls_segments_and_value_it_says_so(los: Los, shop: Shop) -> None:
    for line in ("controls: [paid]\n", "segments: [region]\n", "value: {margin: 20 %, horizon: 12 months}\n"):
        shop.say(line, "")
    run = run_of(shop, los)
    assert {row["evidence"] for row in run.effects} == {"associated"}
    assert {row["segment"] for row in run.effects} == {None}
    assert {row["money_per_year"] for row in run.effects} == {None}
    said = los("check", shop.folder).out
    assert "nothing will be told in money" in said
    assert "no control is declared" in said


def test_a_thousand_levels_are_the_frequent_and_the_others(los: Los, shop: Shop) -> None:
    shop.change("orders", "region", lambda n, row: f"R{n % 1000:04d}")
    run = run_of(shop, los)
    segments = {row["segment"] for row in run.behaviours}
    assert len(segments) == 22  # everyone, twenty levels, the others
    assert "region = (other)" in segments
    found = lineofsight.check(shop.folder)
    assert "segment 'region' has more than 20 levels" in found.warnings[0]
    assert "20 of 21 segments, which have too few episodes: 'region = R" in found.refusals[0]


def test_a_level_of_three_rows_has_no_estimate(los: Los, shop: Shop) -> None:
    shop.change("orders", "region", lambda n, row: "tiny" if n < 3 else row["region"])
    run = run_of(shop, los)
    assert all(row["reason"] for row in run.effects.rows(segment="region = tiny"))
    for row in (
        *run.behaviours.rows(segment="region = tiny"),
        *run.perceptions.rows(segment="region = tiny"),
    ):
        assert row["low"] is row["high"] is None  # one customer's
    assert "1 of 3 segments, which have too few episodes: 'region = tiny' (3)" in refusals(shop)
