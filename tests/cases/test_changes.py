"""Yes-or-no operations are told per case, and changes that are declared are those that are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import lineofsight
from lineofsight.runs.reader import Run

PROJECT = """
name: Mail
currency: USD
tables: {{customers: {{path: customers.csv}}}}
episodes: {{each: customers, key: id, customer: id, at: sent}}
operations:
  mail: {{label: Catalogue by mail, value: mail, better: higher{mail}}}
  wait: {{label: Waiting time, value: wait, unit: minutes, better: lower{wait}}}
behaviours:
  visit: {{kind: stay, value: visit = 1, label: Visit}}
  spend: {{kind: buy_more, value: spend, label: Spend}}
controls: [town]
value: {{margin: 20 %, horizon: 12 months, episodes_per_year: 50000}}
estimation: {{replicates: 200}}
"""
N = 8000


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """Mail is sent to half the customers of one town and to a tenth of the other, who mind it three times as much.

    With it the average over customers of what a case differs by, from a regression in each town.
    """
    folder = tmp_path_factory.mktemp("mail")
    rng = np.random.default_rng(3)
    town = rng.integers(0, 2, N)
    mail = (rng.random(N) < np.array([0.5, 0.1])[town]).astype(int)
    wait = rng.gamma(2, 10, N).round(1)
    effect = np.array([0.1, 0.3])[town]
    visit = (rng.random(N) < 0.2 + effect * mail + 0.1 * town - 0.002 * wait).astype(int)
    spend = (visit * rng.gamma(2, 50, N)).round(2)
    rows = zip(range(N), town, mail, wait, visit, spend, strict=True)
    lines = [f"{i},2024-0{1 + i % 6}-1{i % 9} 10:00:00,t{t},{m},{w},{v},{s}" for i, t, m, w, v, s in rows]
    (folder / "customers.csv").write_text("\n".join(["id,sent,town,mail,wait,visit,spend", *lines]))
    cases = []
    for each in (0, 1):
        mine = town == each
        x = np.column_stack([np.ones(mine.sum()), mail[mine], wait[mine]])
        cases.append(100 * float(np.linalg.lstsq(x, visit[mine])[0][1]) * float(mine.mean()))
    return folder, sum(cases)


def run(folder: Path, mail: str = "", wait: str = "") -> Run:
    (folder / "lineofsight.yml").write_text(PROJECT.format(mail=mail, wait=wait))
    return lineofsight.run(folder)


def visit(run: Run, cause: str) -> dict[str, object]:
    (row,) = run.table("effects").rows(cause=cause, outcome="visit", segment=None, path="total")
    return row


def told(run: Run, subject: str) -> str:
    text = next(row["sentence"] for row in run.table("findings") if row["subject"] == subject)
    return str(text).replace("\xa0", " ").replace("\u202f", " ")


def test_it_is_the_average_over_customers_per_case_and_for_ten_points(truth: tuple[Path, float]) -> None:
    folder, average = truth
    found = run(folder)
    row = visit(found, "mail")
    assert row["per_case"] == pytest.approx(average, rel=0.02)
    assert row["per_case"] == pytest.approx(10 * row["estimate"])  # type: ignore[operator]
    assert row["cause_to"] == pytest.approx(row["cause_from"] + 0.1)  # type: ignore[operator]
    assert (row["change"], row["cause_unit"]) == ("10 points better", "share")
    assert visit(found, "wait")["per_case"] is None
    text = told(found, "mail")
    assert "ach case with 'Catalogue by mail' rather than without it reliably goes with" in text
    assert "10 points more of Catalogue by mail (" in text
    (money,) = found.table("money").rows(driver="mail", segment=None)
    assert money["change"] == "10 points better"


def test_declared_changes_are_estimated_and_told(truth: tuple[Path, float]) -> None:
    folder, _ = truth
    found = run(folder, mail=", change: 5 points", wait=", to: 15")
    row, wait = visit(found, "mail"), visit(found, "wait")
    assert row["per_case"] == pytest.approx(20 * row["estimate"])  # type: ignore[operator]
    assert row["change"] == "5 points better"
    assert str(wait["change"]).replace("\xa0", " ") == "brought to at most 15 minutes"
    assert wait["cause_to"] < 15 < wait["cause_from"]  # type: ignore[operator]
    assert wait["estimate"] == pytest.approx(0.2 * (wait["cause_from"] - wait["cause_to"]), abs=1.5)  # type: ignore[operator]
    assert "Waiting time of at most 15 minutes (20.2 → 12.3 minutes)" in told(found, "wait")
