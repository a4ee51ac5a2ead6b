"""What would fool a reader in the data: each kind is told with its share, of what was looked at, and only where it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lineofsight.analyses.checks.data_warnings import doubted_data, tables_of_rows
from lineofsight.analyses.leakage.suspicions import Suspicion
from lineofsight.engines.base import SourceTable
from lineofsight.episodes.file import EpisodeFile
from lineofsight.project.models import Project
from lineofsight.reasons import Reason, Statement

DAY = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
FILE = EpisodeFile(
    path=Path("episodes"), anchored=200, stored=190, customers=90, repeat_customers=40, first=DAY, last=DAY, days=1,
    buckets=64, kinds={}, drops=(), answers={}, copies=0, later=(), unlinked=(), spans={}, periods=(),
    pre_period=(),
)  # fmt: skip
ANSWERS = {"table": "answers", "at": "t", "value": "v", "measure": "csat", "within": "14 days"}
PROJECT = Project.model_validate(
    {
        "name": "test",
        "tables": {name: {"path": f"{name}.csv"} for name in ("orders", "answers", "sales", "people")},
        "episodes": {"each": "orders", "key": "k", "at": "t", "customer": "id"},
        "operations": {"wait": {"value": "wait", "better": "lower"}},
        "perceptions": {"csat": ANSWERS, "asked": {**ANSWERS, "on": "k"}, "own": {"value": "v", "measure": "csat"}},
        "behaviours": {"bought": {"kind": "buy_more", "table": "sales", "at": "t", "within": "90 days"}},
        "controls": {"age": {"table": "people", "value": "age", "on": "id", "agg": "mean", "at": "t"}},
    }
)  # fmt: skip


def told(file: EpisodeFile = FILE, *sources: SourceTable, project: Project = PROJECT) -> list[Suspicion]:
    return [*doubted_data(project, file, sources)]


def source(**counted: Any) -> SourceTable:
    return SourceTable("sales", "sales.csv", 1000, {}, {}, **counted)


def test_clean_data_are_not_doubted() -> None:
    assert told(FILE, source(copies=0, alike=0), source(copies=None, alike=None)) == []


def test_copied_moments_are_told_as_a_share_of_all_that_there_were() -> None:
    found = told(replace(FILE, copies=5))
    assert found == [Suspicion("duplicate", None, None, Reason.COPIED_MOMENTS(), 5 / 200, 5)]


@pytest.mark.parametrize(
    ("counted", "names", "total", "share"),
    [
        ({"copies": 8}, (), None, 8 / 1000),
        ({"copies": 8, "compared": 1000}, (), None, 8 / 1000),
        ({"copies": 8, "compared": 400}, (), 400, 8 / 400),
        ({"copies": 0, "alike": 8, "ids": ["row"], "compared": 400}, ("row",), 400, 8 / 400),
    ],
)
def test_copied_rows_are_told_as_a_share_of_those_that_were_compared(
    counted: dict[str, Any], names: tuple[str, ...], total: int | None, share: float
) -> None:
    reason = Reason.COPIED_ROWS(name="sales", names=names, total=total)
    assert told(FILE, source(**counted)) == [Suspicion("duplicate", None, None, reason, share, 8)]


def test_rows_alike_but_for_their_ids_are_told_beside_those_alike_in_every_column() -> None:
    found = told(FILE, source(copies=3, alike=4, ids=["row", "line"]))
    assert [(each.reason.names, each.n) for each in found] == [((), 3), (("row", "line"), 4)]


@pytest.mark.parametrize(
    ("n", "written", "reason"),
    [
        (50, None, Reason.UNLINKED_TABLE(name="sales", names=(), other="customer")),
        (50, "007", Reason.UNLINKED_TABLE(name="sales", names=("007", "7"), other="customer")),
        (49, "007", Reason.UNLINKED_ROWS(name="sales", names=("007", "7"), total=50, other="customer")),
        (1, None, Reason.UNLINKED_ROWS(name="sales", names=(), total=50, other="customer")),
    ],
)
def test_rows_of_nobody_are_a_table_without_a_link_or_some_of_its_rows(
    n: int, written: str | None, reason: Statement
) -> None:
    row = {"table": "sales", "on": "customer", "n": n, "of": 50, "written": written, "instead_of": "7"}
    assert told(replace(FILE, unlinked=(row,))) == [Suspicion("link", None, None, reason, n / 50, n)]


@pytest.mark.parametrize(
    ("name", "reason", "doubted"),
    [
        ("wait", Reason.DATED_AFTER(), True),
        ("wait", Reason.DATED_BEFORE(), True),
        ("asked", Reason.ANSWERS_BEFORE(), True),  # answers to this very moment cannot have been there before
        ("own", Reason.DATED_BEFORE(), True),
        ("csat", Reason.ANSWERS_BEFORE(), False),  # found by customer: they speak of something earlier
        ("wait", Reason.COPIED_MOMENTS(), False),
    ],
)
def test_values_refused_for_their_time_are_doubted_but_for_answers_found_by_customer(
    name: str, reason: Statement, doubted: bool
) -> None:
    drop = {"name": name, "reason": reason, "n": 3, "of": 60}
    expected = [Suspicion("time", name, None, reason, 3 / 60, 3, kept_out=True)]
    assert told(replace(FILE, drops=(drop,))) == expected * doubted


def test_values_made_from_later_instants_are_told_and_not_kept_out() -> None:
    row = {"section": "operations", "name": "wait", "column": "closed_at", "n": 6, "of": 90}
    expected = Suspicion("time", "wait", None, Reason.MADE_LATER(name="closed_at"), 6 / 90, 6)
    assert told(replace(FILE, later=(row,))) == [expected]


def test_rows_that_are_put_together_or_counted_stand_in_tables_other_than_the_moments_own() -> None:
    assert tables_of_rows(PROJECT) == {"answers", "sales", "people"}
