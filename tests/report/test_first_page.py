"""The first page: what to do first, how sure, and what else a leader reads, of every kind of company."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from lineofsight.analyses.first_page.facts import MOST_CAUTIONS, MOST_DRIVERS, first_page
from lineofsight.analyses.first_page.section import front
from lineofsight.report.blocks import DotRows
from lineofsight.report.data import ReportData
from lineofsight.runs.reader import Run
from lineofsight.units import Unit, UnitKind
from lineofsight.words.amounts import Amount, Difference
from lineofsight.words.first_page import (
    Drivers,
    NoStart,
    Standing,
    Start,
    amount_text,
    headline_words,
    more_words,
    page_lines,
    standings_words,
)

from .changes import Tables, changed
from .conftest import Runs
from .projects import KINDS

EUR = Unit("EUR", UnitKind.MONEY)
YEAR = Amount(31_000.0, 22_000.0, 39_000.0, EUR)
WAIT = Start("wait", "10 % better", 20.0, 18.0, "hours", YEAR, None, "robust")


def label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def text(said: str) -> str:
    return said.replace("\u00a0", " ")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_company_has_a_short_first_page(kind: str, run_of: Runs) -> None:
    data = ReportData(run_of(kind))
    page = first_page(data)
    shown = front(data)
    assert len(shown.headline.split()) <= 25 or len(data.label(page.drivers.rows[0].driver).split()) > 5
    assert len(page.cautions) <= MOST_CAUTIONS and len(page.drivers.rows) <= MOST_DRIVERS
    lines = "\n".join(page_lines(page, data.label, data.confidence))
    assert not re.search(r"\b(None|nan|inf)\b", lines)
    found = {(row["cause"], row["outcome"]) for row in data.rows("told", kind="effect")}
    for link in page.chain.links:
        assert link.clear != "unsure" and (link.source, link.target) in found
    for row in page.drivers.rows:
        assert any(cause == row.driver for cause, _ in found)
    if isinstance(page.start, Start):
        assert text(shown.headline).startswith(f"Start with {text(data.label(page.start.driver))}: ")
        assert any(row.driver == page.start.driver and row.clear == "good" for row in page.drivers.rows)


def test_the_headline_is_the_money_of_the_run(data: ReportData) -> None:
    start = first_page(data).start
    assert isinstance(start, Start) and start.worth is not None
    (row,) = data.rows("money", segment=None, driver=start.driver)
    assert (start.worth.value, start.worth.low, start.worth.high) == (
        row["money_per_year"],
        row["low"],
        row["high"],
    )
    assert start.driver not in data.extracted


def test_how_sure_is_the_weakest_claim_that_money_rests_on(data: ReportData) -> None:
    order = ("associated", "adjusted", "robust", "quasi-experimental", "experimental")
    found = {(row["cause"], row["outcome"]) for row in data.rows("told", kind="effect")}
    rows = first_page(data).drivers.rows
    assert rows
    for row in rows:
        claims = [
            order.index(claim["evidence"])
            for outcome in row.behaviours
            for claim in data.effects(outcome)
            if claim["cause"] == row.driver and (row.driver, outcome) in found
        ]
        assert row.evidence == (order[min(claims)] if claims else None)


def _many(n: int) -> Any:
    def change(tables: Tables) -> None:
        for table, name in (
            ("drivers", "driver"),
            ("money", "driver"),
            ("effects", "cause"),
            ("told", "cause"),
        ):
            mine = [row for row in tables[table] if row[name] == "hours"]
            for at in range(n):
                tables[table] += [row | {name: f"hours_{at}"} for row in mine]

    return change


def test_of_sixty_drivers_the_first_are_shown_and_the_others_counted(run_of: Runs) -> None:
    data = changed(run_of("all answered"), _many(60))
    page = first_page(data)
    assert len(page.drivers.rows) == MOST_DRIVERS
    assert page.drivers.told == 61 - MOST_DRIVERS
    assert more_words(page.drivers, label).startswith("And 53 more, below.")
    assert len(page.chain.operations) <= MOST_DRIVERS


def test_without_money_the_behaviour_that_matters_is_shown(run_of: Runs) -> None:
    data = ReportData(run_of("all answered"))
    page = first_page(data)
    assert page.drivers.outcome == "kept"
    assert isinstance(page.start, Start) and page.start.worth is None and page.start.difference is not None
    assert "'Stayed'" in front(data).headline


def test_where_nothing_is_clear_there_is_no_picture(run_of: Runs) -> None:
    data = ReportData(run_of("constant"))
    page, shown = first_page(data), front(data)
    assert isinstance(page.start, NoStart) and page.drivers.rows == () and page.chain.links == ()
    assert "nothing to start with yet" in shown.headline
    assert not any(isinstance(block, DotRows) for panel in shown.panels for block in panel.blocks)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (WAIT, "Start with Wait: 10 % better (20 → 18 hours) goes with +EUR 31,000 a year [22,000, 39,000] (robust)."),
        (
            replace(WAIT, driver="a_very_long_name_of_what_the_company_does_at_its_doors", evidence="adjusted"),
            "Start with A very long name of what the company does at its doors: 10 % better goes with +EUR 31,000 a year"
            " [22,000, 39,000] (adjusted).",
        ),
        (
            Start("wait", "10 % better", None, None, "hours", None, Difference("mood", Amount(0.2, 0.1, 0.3, "points")), "robust"),
            "Start with Wait: 10 % better reliably goes with +0.2 points of 'Mood' [0.1, 0.3] (robust).",
        ),
        (NoStart(0), "Nothing could be told from these data."),
    ],
)  # fmt: skip
def test_headlines(start: Start | NoStart, said: str) -> None:
    assert text(headline_words(start, label)) == said


def test_what_is_not_clear_is_one_line() -> None:
    drivers = Drivers(None, (), 0, tuple(f"wait_{n}" for n in range(60)))
    assert more_words(drivers, label) == "Nothing clear for Wait 0, Wait 1, Wait 2, Wait 3 and 56 more."
    still = Standing(
        "mood", "perception", 3.7, "points", Amount(0.1, -0.1, 0.3, "points"), "unsure", ("Q1", "Q2")
    )
    assert standings_words([still, still]) == "Nothing moved clearly from Q1 to Q2."


def test_wide_values_and_no_currency_are_told_short() -> None:
    wide = Amount(1.25e9, 0.9e9, 1.6e9, Unit("", UnitKind.MONEY))
    assert text(amount_text(wide, 1.25e9)) == "+1.3 [0.9, 1.6] bn"


def test_the_cautions_are_those_that_decide(run: Run, data: ReportData) -> None:
    ranked = sorted(
        (row for row in run.findings if row["decides"] is not None), key=lambda row: row["decides"]
    )
    assert [row["decides"] for row in ranked] == list(range(1, len(ranked) + 1))
    assert [text(each.sentence) for each in first_page(data).cautions] == [
        text(row["lead"]) for row in ranked[:MOST_CAUTIONS]
    ]
    assert all(row["sentence"].startswith(row["lead"]) for row in run.findings)
