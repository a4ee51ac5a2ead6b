"""Findings: associations only, the most important first, honest about what cannot be told, good to read."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lineofsight.runs.reader import Run
from pipeline.conftest import Runs
from pipeline.projects import VARIANTS

CAUSAL = re.compile(
    r"\b(cause[sd]?|causing|leads? to|led to|drives?|driven|driving|because|impacts?|due to|results? in|improves?"
    r"|increases?|reduces?|thanks to|makes customers)\b",
    re.IGNORECASE,
)


@pytest.fixture
def spoilt(run_of: Runs) -> Run:
    return run_of("hostile")


@pytest.fixture
def good(run_of: Runs) -> Run:
    return run_of("good")


def told(run: Run, kind: str, about: str = "") -> list[str]:
    return [r["sentence"] for r in run.table("findings") if r["kind"] == kind and about in r["sentence"]]


def one(run: Run, kind: str, about: str) -> str:
    (sentence,) = told(run, kind, about)
    return sentence


def assert_well_formed(run: Run) -> None:
    rows: list[dict[str, Any]] = list(run.table("findings"))
    assert [r["rank"] for r in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        text = row["sentence"]
        assert not CAUSAL.search(text), text
        assert text[0].isupper() or text[0] in "'0123456789", text
        assert text.endswith((".", "?")) and ".." not in text and "  " not in text, text
        assert not re.search(r"\b(nan|None|inf)\b", text), text
        assert not re.search(r"\b1 (points|episodes|columns|customers)\b", text), text


@pytest.mark.parametrize("name", [*VARIANTS, "good", "hostile"])
def test_every_kind_of_project_reads_well(name: str, run_of: Runs) -> None:
    assert_well_formed(run_of(name))


def test_drivers_come_by_clear_money(good: Run, spoilt: Run) -> None:
    for run in (good, spoilt):
        money = {r["driver"]: r for r in run.table("money") if r["segment"] is None}
        order = [r["subject"] for r in run.table("findings") if r["kind"] == "driver"]
        clear = [
            name
            for name in order
            if money[name]["low"] is not None and money[name]["low"] * money[name]["high"] > 0
        ]
        assert clear == order[: len(clear)]
        amounts = [abs(money[name]["money_per_year"]) for name in clear]
        assert amounts == sorted(amounts, reverse=True)


def test_planted_truth_is_told(good: Run) -> None:
    delivery = one(good, "driver", "Delivery time")
    assert re.match(
        r"10 % shorter Delivery time \(3\.\d+ → 3\.\d+\sdays\) (reliably )?goes with \+EUR\s[\d,]+ a year \[",
        delivery,
    )
    assert re.search(r"goes with \+0\.0[567]\d* points of 'Satisfaction", delivery)
    assert "points of 'Satisfaction with the order' [0.0" in delivery
    assert "10 % longer Advice before buying" in one(good, "driver", "Advice")
    assert one(good, "perception", "Satisfaction").startswith("1 point more of 'Satisfaction with the order', all else equal, reliably goes with +")  # fmt: skip


def test_planted_nulls_have_no_effect(good: Run) -> None:
    assert told(good, "no effect") == [
        "No clear effect was found for Tracking updates."
        " Every interval includes zero, which does not show that there is none."
    ]


def test_the_customer_was_skipped(run_of: Runs, good: Run) -> None:
    said = one(run_of("no perceptions"), "caution", "skipped")
    assert said.startswith("The customer was skipped: no perception is declared")
    assert not told(good, "caution", "skipped")


def test_extracted_not_earned(spoilt: Run, good: Run) -> None:
    assert "'Sales pressure'" in one(spoilt, "caution", "Extracted, not earned?")
    assert not told(good, "caution", "Extracted")


def test_rare_behaviours_are_no_findings(spoilt: Run) -> None:
    assert one(spoilt, "caution", "Won a prize").startswith(
        "What goes with 'Won a prize' can hardly be told from these data: it happened in only 25 of 3,000 episodes."
    )
    assert not told(spoilt, "driver", "Won a prize")


def test_leaks_and_constants_are_said(spoilt: Run) -> None:
    assert "It is kept out." in one(spoilt, "caution", "'Known afterwards' separates 'Stayed' perfectly")
    assert one(spoilt, "caution", "Never varies") == (
        "No effect of 'Never varies' and 'Always seven' can be estimated: each is the same in every episode."
    )


def test_money_names_what_it_leaves_out(spoilt: Run) -> None:
    assert one(spoilt, "money", "Calls made").startswith("Money leaves out 'Calls made'")
    assert re.search(
        r"goes with \+EUR\s[\d,]+ a year \[[^]]*\] over 'Stayed' and 'Spent'",
        one(spoilt, "driver", "In stock"),
    )


def test_a_limit_is_said_and_a_share_is_told_in_per_cent(spoilt: Run) -> None:
    stock = one(spoilt, "driver", "In stock")
    assert re.match(
        r"10 % higher In stock, up to its limit \(8\d → 9\d\N{NO-BREAK SPACE}%\) (reliably )?goes with", stock
    )


def test_who_answered(spoilt: Run) -> None:
    assert re.fullmatch(
        r"'Rating' is known for [\d,]+ of 3,000 episodes \(3\d\s%\)\. Those who answered differ from the silent in"
        r" Time to answer.*\.",
        one(spoilt, "response", "Rating"),
    )


def test_numbers_are_rounded_to_what_their_interval_supports(good: Run) -> None:
    """No more digits than two beyond the first one that the interval leaves open."""
    for sentence in told(good, "driver") + told(good, "perception"):
        for value, low, high in re.findall(r"([+−][\d.]+) [^;\[]*? \[([−\d.]+), ([−\d.]+)\]", sentence):
            places = [len(text.partition(".")[2]) for text in (value, low, high)]
            half = (float(high.replace("−", "-")) - float(low.replace("−", "-"))) / 2
            assert places[0] <= max(places[1:])
            assert 10.0 ** -places[0] >= half / 100
