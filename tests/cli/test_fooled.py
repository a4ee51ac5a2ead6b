"""What would fool a reader is found, named and kept out of the findings, unless the project file insists."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import numpy as np
import pytest

import lineofsight
from lineofsight.api import Run
from lineofsight.words.reasons import in_words

from .shop import Los, Shop
from .test_no_estimate import drivers_found, later, reasons, run_of, sentences

RNG = np.random.default_rng


def warnings(run: Run, kind: str) -> list[dict[str, Any]]:
    rows = run.table("warnings").rows(kind=kind)
    return [row | {"sentence": row["sentence"].replace("\N{NO-BREAK SPACE}", " ")} for row in rows]


def insist(shop: Shop, outcome: str, cause: str = "page_seconds") -> None:
    shop.say(
        "controls: [paid]",
        f"insist:\n  - {{cause: {cause}, outcome: {outcome}, because: known at the time of the call}}\ncontrols: [paid]",
    )


def flagged(shop: Shop, wrong: int = 50) -> Shop:
    """A flag that is the return itself, but for one order in so many."""
    return shop.change("orders", "page_seconds", lambda n, row: later(row, shop) ^ (n % wrong == 0))


def effect(run: Run, outcome: str, cause: str = "page_seconds") -> dict[str, Any]:
    rows = run.effects.rows(cause=cause, outcome=outcome, segment=None, path="total")
    (row,) = [row for row in rows if row["change"].endswith("better")]
    return row


def test_an_honest_project_has_no_warning(ran: Shop) -> None:
    assert lineofsight.latest_run(ran.folder).table("warnings").rows() == []


# --- nearly a leak


def test_a_flag_that_nearly_equals_the_outcome_is_kept_out(los: Los, shop: Shop) -> None:
    run = run_of(flagged(shop), los, report=True)
    for outcome, happened in (("returned", "it happened"), ("spend", "it was not zero")):
        (row,) = [row for row in warnings(run, "near_leak") if row["outcome"] == outcome]
        assert (row["cause"], row["kept_out"], row["insisted"]) == ("page_seconds", "yes", "no")
        assert row["share"] == pytest.approx(0.98, abs=0.005)
        n = run.behaviours.rows(behaviour=outcome, segment=None)[0]["n"]
        assert row["n"] == n
        assert f"'page seconds' nearly gives '{outcome}' away: {happened} in 9" in row["sentence"]
        assert "It is kept out. If it is known in time, say so under 'insist'" in row["sentence"]
        assert row["sentence"] in sentences(run)
        assert effect(run, outcome)["estimate"] is None
    assert "page_seconds" not in drivers_found(run)
    assert reasons(run, cause="delivery_days", outcome="returned", path="total") == {None}
    assert "nearly gives" in "\n".join(lineofsight.check(shop.folder).refusals)
    assert "nearly gives" in los("show", "warnings", "--project", shop.folder).out


def test_the_project_may_insist_and_the_claim_says_so(los: Los, shop: Shop) -> None:
    insist(flagged(shop), "returned")
    run = run_of(shop, los, report=True)
    (row,) = [row for row in warnings(run, "near_leak") if row["outcome"] == "returned"]
    assert (row["kept_out"], row["insisted"], row["because"]) == (
        "no",
        "yes",
        "known at the time of the call",
    )
    claim = effect(run, "returned")
    assert claim["estimate"] is not None and claim["evidence"] == "adjusted"
    assert "only as the project insists: known at the time of the call" in in_words(claim["not_higher"])
    assert "page_seconds" in drivers_found(run)
    assert "It is kept in; the project insists: known at the time of the call." in sentences(run)
    assert effect(run, "spend")["estimate"] is None  # of which nothing was said
    assert "page_seconds" in effect(run, "returned", "delivery_days")["adjusted_for"]
    page = run.report(shop.folder / "r.html").read_text(encoding="utf-8")
    assert page.count("the project insists: known at the time of the call") >= 2


def test_a_perfect_separation_can_be_insisted_on_and_a_copy_cannot(los: Los, shop: Shop) -> None:
    shop.change("orders", "page_seconds", lambda n, row: later(row, shop) * 5 + n % 3)
    insist(shop, "returned")
    run = run_of(shop, los)
    (row,) = [row for row in warnings(run, "separation") if row["insisted"] == "yes"]
    assert (row["outcome"], row["kept_out"], row["share"]) == ("returned", "no", 1.0)
    assert effect(run, "returned")["estimate"] is not None
    shop.change("orders", "page_seconds", lambda n, row: later(row, shop))
    run = run_of(shop, los)
    (row,) = [row for row in warnings(run, "separation") if row["insisted"] == "yes"]
    assert row["kept_out"] == "yes"
    assert "kept out all the same" in row["sentence"]
    assert effect(run, "returned", "delivery_days")["estimate"] is not None


def test_a_satisfaction_score_that_nearly_tells_who_stays(los: Los, shop: Shop) -> None:
    orders = {row["order_id"]: row for row in shop.tables["orders"]}

    def told(n: int, row: dict[str, Any]) -> int:
        stays = later(orders[row["order_id"]], shop) ^ (n % 60 == 0)
        return 4 + n % 2 if stays else 1 + n % 3

    run = run_of(shop.change("reviews", "stars", told), los, report=True)
    (row,) = [row for row in warnings(run, "near_leak") if row["outcome"] == "returned"]
    assert (row["cause"], row["kept_out"]) == ("satisfaction", "yes")
    assert "with 'satisfaction' above 3, and in 1" in row["sentence"]
    assert not [r for r in run.findings.rows(kind="perception") if "'returned'" in r["sentence"]]
    assert not drivers_found(run) & {"satisfaction"}
    assert effect(run, "returned", "delivery_days")["estimate"] is not None


def test_a_driver_that_is_nearly_the_answer(los: Los, shop: Shop) -> None:
    draw = RNG(1)
    stars = {row["order_id"]: row["stars"] for row in shop.tables["reviews"]}
    shop.change(
        "orders",
        "page_seconds",
        lambda n, row: 3 * stars[row["order_id"]] + draw.normal(0, 0.4) if row["order_id"] in stars else "",
    )
    run = run_of(shop.say("value: page_seconds", "value: page_seconds\n    missing: indicator"), los)
    (row,) = warnings(run, "near_leak")
    assert (row["cause"], row["outcome"], row["kept_out"]) == ("page_seconds", "satisfaction", "yes")
    known = [row for row in shop.tables["orders"] if row["page_seconds"] != ""]
    r = np.corrcoef([row["page_seconds"] for row in known], [stars[row["order_id"]] for row in known])[0, 1]
    assert row["share"] == pytest.approx(r**2, abs=0.002)  # adjusted for the number of columns
    assert "of how 'satisfaction' varies" in row["sentence"]
    assert "page_seconds" not in drivers_found(run)


def test_a_column_that_is_known_only_for_those_who_stay(los: Los, shop: Shop) -> None:
    shop.change(
        "orders", "page_seconds", lambda n, row: 1 + n % 7 if later(row, shop) ^ (n % 70 == 0) else ""
    )
    run = run_of(shop.say("value: page_seconds", "value: page_seconds\n    missing: indicator"), los)
    (row,) = [row for row in warnings(run, "near_leak") if row["outcome"] == "returned"]
    assert "of the episodes where 'page seconds' is known, and in" in row["sentence"]
    alone = effect(run, "returned", "delivery_days")
    shop.change("orders", "page_seconds", lambda n, row: 1 + n % 7)
    before = effect(run_of(shop, los), "returned", "delivery_days")
    # That it is absent is kept out with it, so that it does not stand in for the outcome.
    assert alone["standard_error"] == pytest.approx(before["standard_error"], rel=0.1)


def test_what_nearly_all_that_others_leave_goes_with(los: Los, shop: Shop) -> None:
    draw = RNG(2)
    stars = {row["order_id"]: row["stars"] for row in shop.tables["reviews"]}

    def left(n: int, row: dict[str, Any]) -> float | str:
        """The answer less eight times what delivery does: alone it tells little of the answer."""
        if row["order_id"] not in stars:
            return ""
        return stars[row["order_id"]] - 8 * row["delivery_days"] + draw.normal(0, 0.1)

    shop.change("orders", "page_seconds", left)
    run = run_of(shop.say("value: page_seconds", "value: page_seconds\n    missing: indicator"), los)
    found = {row["cause"]: row for row in warnings(run, "near_leak")}
    assert "of what the other columns leave of 'satisfaction'" in found["page_seconds"]["sentence"]
    assert not drivers_found(run) & set(found)


def test_strong_but_honest_effects_are_no_leaks(los: Los, shop: Shop) -> None:
    """Half of what varies explained, of an answer and of who stays: no more than real life can do."""
    draw = RNG(3)
    stars = {row["order_id"]: row["stars"] for row in shop.tables["reviews"]}
    middle = float(np.mean(list(stars.values())))
    spread = float(np.std(list(stars.values())))
    shop.change(
        "orders",
        "page_seconds",
        lambda n, row: 40 + 10 * (stars.get(row["order_id"], middle) - middle) + draw.normal(0, 10 * spread),
    )
    shop.change("orders", "delivery_days", lambda n, row: later(row, shop) ^ int(draw.random() < 0.14))
    run = run_of(shop, los)
    assert run.table("warnings").rows() == []
    assert {"page_seconds", "delivery_days"} <= drivers_found(run)


# --- nearly a function of another


def nearly_the_same(shop: Shop) -> Shop:
    draw = RNG(4)
    return shop.change(
        "orders", "page_seconds", lambda n, row: 10 * row["delivery_days"] + draw.normal(0, 0.5)
    )


def test_a_driver_that_is_nearly_a_function_of_another(los: Los, shop: Shop) -> None:
    run = run_of(nearly_the_same(shop), los, report=True)
    found = {row["cause"]: row for row in warnings(run, "function")}
    assert set(found) == {"page_seconds", "delivery_days"}
    days, pages = (
        np.array([row[name] for row in shop.tables["orders"]]) for name in ("delivery_days", "page_seconds")
    )
    expected = np.corrcoef(days, pages)[0, 1] ** 2
    for cause, other in (("page_seconds", "delivery_days"), ("delivery_days", "page_seconds")):
        row = found[cause]
        assert (row["outcome"], row["kept_out"]) == (None, "yes")
        assert row["share"] == pytest.approx(expected, abs=1e-9)
        assert f"nearly a function of '{other.replace('_', ' ')}', which gives 99." in row["sentence"]
        assert row["sentence"] in sentences(run)
        claim = effect(run, "satisfaction", cause)
        assert claim["low"] is not None  # it stays in the tables
        assert f"it is nearly a function of '{other}'" in in_words(claim["not_higher"])
    assert not drivers_found(run)
    notes = lineofsight.check(shop.folder).warnings
    assert sum("will not be among the findings: it is nearly a function of" in note for note in notes) == 2
    assert "page seconds" not in "".join(row["sentence"] for row in run.findings.rows(kind="no effect"))


def test_the_project_may_insist_on_one_of_them(los: Los, shop: Shop) -> None:
    insist(nearly_the_same(shop), "satisfaction", "delivery_days")
    run = run_of(shop, los)
    (row,) = [row for row in warnings(run, "function") if row["insisted"] == "yes"]
    assert (row["cause"], row["outcome"], row["kept_out"]) == ("delivery_days", "satisfaction", "no")
    claim = effect(run, "satisfaction", "delivery_days")
    assert "only as the project insists" in in_words(claim["not_higher"])
    told = claim["low"] > 0 or claim["high"] < 0
    assert ("delivery_days" in drivers_found(run)) == told
    assert "page_seconds" not in drivers_found(run)
    assert "only as" not in in_words(effect(run, "returned", "delivery_days")["not_higher"])


# --- time that runs backwards


def test_values_and_answers_out_of_time(los: Los, shop: Shop) -> None:
    shop.change(
        "orders", "page_at", lambda n, row: "2025-06-01 00:00:00" if n % 5 == 0 else row["ordered_at"]
    )
    shop.change(
        "reviews", "answered_at", lambda n, row: "2024-01-01 00:00:00" if n % 4 == 0 else row["answered_at"]
    )
    run = run_of(shop.say("value: page_seconds", "value: page_seconds\n    at: page_at"), los)
    found = {row["cause"]: row for row in warnings(run, "time")}
    assert (found["page_seconds"]["n"], found["page_seconds"]["share"]) == (113, pytest.approx(113 / 563))
    assert (found["satisfaction"]["n"], found["satisfaction"]["share"]) == (87, pytest.approx(87 / 347))
    for row in found.values():
        assert row["kept_out"] == "yes"
        assert row["sentence"] in sentences(run)
    assert "could not have been a cause. These are not used." in found["page_seconds"]["sentence"]


def closing(row: dict[str, Any], days: float) -> str:
    return str(dt.datetime.fromisoformat(row["delivered_at"]) + dt.timedelta(days=days))


@pytest.mark.parametrize(("days", "told"), [(20, True), (-1, False)])
def test_a_value_made_from_a_later_date(los: Los, shop: Shop, days: float, told: bool) -> None:
    draw = RNG(5)
    shop.change("orders", "closed_at", lambda n, row: closing(row, days * draw.uniform(0.5, 1)))
    shop.say("value: page_seconds", "value: date_diff('hour', ordered_at, closed_at)")
    run = run_of(shop.say("2024-12-31]}\n  reviews", "2025-01-31]}\n  reviews"), los)
    if not told:
        assert warnings(run, "time") == []
        return
    (row,) = warnings(run, "time")
    assert (row["cause"], row["kept_out"], row["n"], row["share"]) == ("page_seconds", "no", 563, 1.0)
    assert "made from 'closed_at', which is later than the moment" in row["sentence"]
    assert row["sentence"] in sentences(run)


# --- Simpson's paradox


def paradox(shop: Shop, effect: str = "line") -> Shop:
    """Customers in the north wait longer and are happier; in each region those who wait longer are less happy."""
    shop.say("estimation: {", f"estimation: {{effect: {effect}, ")
    draw = RNG(6)
    shop.change(
        "orders",
        "page_seconds",
        lambda n, row: round((20 if row["region"] == "north" else 10) + draw.normal(0, 1), 2),
    )
    orders = {row["order_id"]: row for row in shop.tables["orders"]}

    def stars(n: int, row: dict[str, Any]) -> int:
        order = orders[row["order_id"]]
        north = order["region"] == "north"
        value = (
            (4 if north else 2) - 0.5 * (order["page_seconds"] - (20 if north else 10)) + draw.normal(0, 0.4)
        )
        return int(np.clip(round(value), 1, 5))

    return shop.change("reviews", "stars", stars)


def test_simpsons_paradox_names_both_numbers_and_is_no_finding(los: Los, shop: Shop) -> None:
    run = run_of(paradox(shop), los, report=True)
    (row,) = [row for row in warnings(run, "simpson") if row["outcome"] == "satisfaction"]
    assert (row["cause"], row["kept_out"], row["insisted"]) == ("page_seconds", "yes", "no")
    claim = effect(run, "satisfaction")
    assert claim["high"] < 0  # shorter goes with less for everyone
    (within,) = run.heterogeneity.rows(driver="page_seconds", outcome="satisfaction")
    assert within["low"] > 0 and within["reversed"] == "yes"
    told = [float(x.replace("−", "-")) for x in re.findall(r"with ([+−][\d.]+) points", row["sentence"])]
    assert told == pytest.approx([claim["estimate"], within["mean"]], abs=0.06)
    assert "within the segments of 'region'" in row["sentence"]
    assert row["sentence"] in sentences(run)
    drivers = [r for r in run.findings.rows(kind="driver") if r["subject"] == "page_seconds"]
    assert not [r for r in drivers if "'satisfaction'" in r["sentence"]]


def test_an_average_over_customers_goes_the_way_it_goes_within_segments(los: Los, shop: Shop) -> None:
    run = run_of(paradox(shop, "average"), los)
    assert not [row for row in warnings(run, "simpson") if row["outcome"] == "satisfaction"]
    assert effect(run, "satisfaction")["high"] > 0


def test_insisting_tells_the_claim_beside_its_paradox(los: Los, shop: Shop) -> None:
    insist(paradox(shop), "satisfaction")
    run = run_of(shop, los)
    (row,) = [row for row in warnings(run, "simpson") if row["outcome"] == "satisfaction"]
    assert (row["kept_out"], row["insisted"]) == ("no", "yes")
    (told,) = [r["sentence"] for r in run.findings.rows(kind="driver") if r["subject"] == "page_seconds"]
    assert "of 'satisfaction'" in told
    against = in_words(effect(run, "satisfaction")["not_higher"])
    assert "it goes the other way round" in against and "the project insists" in against
    assert effect(run, "satisfaction")["evidence"] == "adjusted"


def test_what_is_withheld_is_not_said_to_have_no_effect(los: Los, shop: Shop) -> None:
    run = run_of(paradox(shop), los)
    (row,) = [row for row in warnings(run, "simpson") if row["outcome"] == "satisfaction"]
    assert "10 % shorter page seconds goes with" in row["sentence"]
    assert "page seconds" not in "".join(r["sentence"] for r in run.findings.rows(kind="no effect"))
