"""Changes as a manager means them: of cases that are yes or no, by points or hours, to a goal, and not beyond what is possible."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import lineofsight as los

N = 6000
PROJECT = """\
name: Mail
currency: USD
tables: {c: {path: c.parquet}}
episodes: {each: c, key: id, customer: id, at: day}
operations:
  mens: {value: mens, label: Men's mail, better: higher MENS}
  late: {value: late = 1, label: Late delivery, better: lower}
  rating: {value: rating, label: Staff rating, unit: points, rating: [1, 5], better: higher RATING}
  hours: {value: hours, label: Resolution, unit: hours, better: lower HOURS}
behaviours: {visited: {kind: stay, value: visit}, spend: {kind: buy_more, value: spend}}
controls: [age]
value: {margin: 30 %, horizon: 12 months}
estimation: {replicates: 200}
"""


def people() -> dict[str, np.ndarray]:
    """A third get the mail, one in eight is late, and nearly everybody rates the staff at its best."""
    rng = np.random.default_rng(3)
    mens, late = rng.random(N) < 1 / 3, rng.random(N) < 0.12
    rating, hours = np.clip(np.round(rng.normal(4.6, 0.7, N)), 1, 5), rng.gamma(2, 12, N).round(1)
    chance = 0.13 + 0.076 * mens - 0.05 * late + 0.02 * (rating - 4) - 0.001 * hours
    visit = rng.random(N) < chance
    day = np.datetime64("2025-01-01") + rng.integers(0, 200, N).astype("timedelta64[D]")
    return {
        "id": np.arange(N), "day": day.astype("datetime64[us]"), "mens": mens.astype(int), "late": late.astype(int),
        "rating": rating, "hours": hours, "visit": visit.astype(int), "age": rng.integers(18, 80, N),
        "spend": np.where(visit, rng.gamma(2, 20, N), 0).round(2),
    }  # fmt: skip


DATA = people()


def run_of(folder: Path, mens: str = "", rating: str = "", hours: str = "") -> los.Run:
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.table(DATA), folder / "c.parquet")
    text = PROJECT.replace(" MENS", mens).replace(" RATING", rating).replace(" HOURS", hours)
    (folder / "lineofsight.yml").write_text(text, encoding="utf-8")
    return los.run(folder)


def row_of(run: los.Run, cause: str, table: str = "effects") -> dict[str, Any]:
    (row,) = run.table(table).rows(cause=cause, outcome="visited", path="total", segment=None)
    return row


def findings(run: los.Run) -> str:
    return "\n".join(row["sentence"].replace("\u00a0", " ") for row in run.findings.rows())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> los.Run:
    return run_of(tmp_path_factory.mktemp("usual"))


def test_a_yes_or_no_is_told_by_case_and_for_ten_of_a_hundred(run: los.Run) -> None:
    row, share = row_of(run, "mens"), DATA["mens"].mean()
    assert row["change"] == "10\u00a0points better"
    assert (row["cause_from"], row["cause_to"]) == pytest.approx((share, share + 0.1))
    visits = 100 * DATA["visit"]
    case = visits[DATA["mens"] == 1].mean() - visits[DATA["mens"] == 0].mean()
    assert 10 * row["estimate"] == pytest.approx(case, abs=0.5)
    said = findings(run)
    assert "A case with 'Men's mail', rather than without, " in said
    assert "10 points more with Men's mail (34 → 44 %) go with +USD" in said
    assert "10 % higher Men's mail" not in said


def test_as_many_cases_as_there_are_left(tmp_path: Path) -> None:
    row = row_of(run_of(tmp_path / "most", mens=", change: 90 points"), "mens")
    assert row["cause_to"] == pytest.approx(1.0)
    assert row["change"].replace("\u00a0", " ") == f"{100 * (1 - DATA['mens'].mean()):.3g} points better"


def test_a_rating_stops_at_its_best_answer(run: los.Run) -> None:
    row = row_of(run, "rating")
    assert row["cause_to"] == pytest.approx(np.minimum(1.1 * DATA["rating"], 5).mean())
    assert row["cause_to"] < 5


@pytest.mark.parametrize(
    ("cause", "declared", "change", "expected"),
    [
        ("hours", {"hours": ", change: 2 hours"}, "2 hours better", DATA["hours"] - 2),
        ("hours", {"hours": ", to: 24"}, "at most 24 hours", np.minimum(DATA["hours"], 24)),
        ("hours", {"hours": ", change: 20 %"}, "20 % better", 0.8 * DATA["hours"]),
        ("rating", {"rating": ", change: 0.5 points"}, "0.5 points better", np.minimum(DATA["rating"] + 0.5, 5)),
        ("rating", {"rating": ", to: 4"}, "at least 4 points", np.maximum(DATA["rating"], 4)),
    ],
)  # fmt: skip
def test_a_declared_change_is_what_is_told(
    tmp_path: Path, cause: str, declared: dict[str, str], change: str, expected: np.ndarray
) -> None:
    run = run_of(tmp_path / "declared", **declared)
    row = row_of(run, cause)
    assert row["change"].replace("\u00a0", " ") == change
    assert row["cause_to"] == pytest.approx(expected.mean())
    assert row["low"] < row["high"]


def test_a_goal_is_for_everyone_who_is_worse(tmp_path: Path) -> None:
    said = findings(run_of(tmp_path / "goal", hours=", to: 24"))
    assert "Resolution of at most 24 hours for everyone (24.1 → 17.6 hours)" in said
