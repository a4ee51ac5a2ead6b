"""Why did it move, from files to table, command and report: a company that delivers later in its last quarter."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from tests.sparks import spark_session

import lineofsight as los
from lineofsight.report.data import ReportData
from lineofsight.words.why_moved import headline, latest, moves, sentences
from pipeline.slower import LONGER, SPEND, STARS, write_slower

Row = dict[str, Any]


@pytest.fixture(scope="module")
def slower(tmp_path_factory: pytest.TempPathFactory) -> los.Run:
    return los.run(write_slower(tmp_path_factory.mktemp("slower")))


def part(rows: list[Row], kind: str, driver: str | None = None) -> Row:
    (one,) = [row for row in rows if (row["part"], row["driver"]) == (kind, driver)]
    return one


def pairs(run: los.Run) -> dict[tuple[str, str, str], list[Row]]:
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in run.table("changes").rows():
        found.setdefault((row["outcome"], row["from"], row["to"]), []).append(row)
    return found


@pytest.mark.parametrize(("outcome", "slope"), [("satisfaction", STARS), ("spend", SPEND)])
@pytest.mark.parametrize("start", ["2025-Q1", "2025-Q2", "2025-Q3"])
def test_what_got_worse_holds_the_whole_change(
    slower: los.Run, outcome: str, slope: float, start: str
) -> None:
    rows = pairs(slower)[outcome, start, "2025-Q4"]
    days = part(rows, "operation", "days")
    longer = days["mean_to"] - days["mean_from"]
    assert longer == pytest.approx(LONGER, abs=0.15)
    assert days["low"] < slope * longer < days["high"]
    assert days["high"] < 0
    whole, rest = part(rows, "difference"), part(rows, "unexplained")
    assert whole["estimate"] == pytest.approx(whole["mean_to"] - whole["mean_from"], abs=1e-12)
    assert whole["high"] < 0
    assert rest["low"] < 0 < rest["high"]
    others = [row for row in rows if row["part"] in ("operation", "mix") and row is not days]
    assert max(abs(row["estimate"]) for row in others) < 0.15 * abs(days["estimate"])


def test_where_nothing_changed_no_operation_stands_out(slower: los.Run) -> None:
    days = part(pairs(slower)["spend", "2025-Q1", "2025-Q3"], "operation", "days")
    assert days["low"] < 0 < days["high"]


def test_the_parts_add_up_for_every_outcome_and_pair(slower: los.Run) -> None:
    found = pairs(slower)
    assert len(found) == 3 * 6
    for rows in found.values():
        kinds = [row["part"] for row in rows]
        assert kinds == ["difference", "mix", *["operation"] * 4, "unexplained"]
        parts = [row["estimate"] for row in rows[1:]]
        assert math.fsum(parts) == pytest.approx(rows[0]["estimate"], abs=1e-9)


def test_a_share_known_is_told_and_percentages_are(slower: los.Run) -> None:
    rows = pairs(slower)["kept", "2025-Q1", "2025-Q2"]
    assert part(rows, "operation", "help")["known_from"] == pytest.approx(0.3, abs=0.04)
    assert part(rows, "operation", "days")["known_from"] == 1
    whole = part(rows, "difference")
    assert (whole["unit"], whole["mean_unit"]) == ("percentage points", "per cent")
    assert 55 < whole["mean_from"] < 65


def test_the_effect_of_days_is_stable(slower: los.Run) -> None:
    rows = slower.table("stability").rows(outcome="spend")
    assert {row["periods"] for row in rows} == {4}
    days = next(row for row in rows if row["driver"] == "days")
    assert days["p"] > 0.01 and days["same_sign"] == 1
    assert 0 < days["lowest"] < days["highest"]
    assert {days["lowest_in"], days["highest_in"]} <= {f"2025-Q{q}" for q in range(1, 5)}
    (effect,) = slower.table("effects").rows(cause="days", outcome="spend", path="total", segment=None)
    assert days["lowest"] < effect["estimate"] < days["highest"]
    assert (days["change"], days["unit"]) == (effect["change"], effect["unit"])


def test_segments_and_period_effects_leave_the_parts_as_they_are(slower: los.Run, tmp_path: Path) -> None:
    """Where the months are held equal, the parts are still those of the operations; nothing is said of 'period'."""
    run = los.run(write_slower(tmp_path / "p", more="segments: [region]\nperiod_effects: month\n"))
    assert {row["segment"] for row in run.table("effects").rows()} == {None, *(f"region = {r}" for r in ("north", "south", "east"))}  # fmt: skip
    before, after = pairs(slower), pairs(run)
    assert before.keys() == after.keys()
    for key in (("spend", "2025-Q3", "2025-Q4"), ("satisfaction", "2025-Q1", "2025-Q4")):
        one, two = (part(found[key], "operation", "days") for found in (before, after))
        assert two["estimate"] == pytest.approx(one["estimate"], rel=0.1)
        assert math.fsum(r["estimate"] for r in after[key][1:]) == pytest.approx(after[key][0]["estimate"], abs=1e-9)  # fmt: skip


@pytest.mark.xdist_group("spark")
def test_spark_gives_the_same(slower: los.Run, tmp_path: Path) -> None:
    spark_session()
    spark = los.run(write_slower(tmp_path / "spark", engine="spark"))
    for name in ("changes", "stability"):
        ours, theirs = slower.table(name).rows(), spark.table(name).rows()
        assert len(ours) == len(theirs) > 0
        for one, two in zip(ours, theirs, strict=True):
            for column, value in one.items():
                if isinstance(value, float):
                    assert two[column] == pytest.approx(value, rel=1e-9, abs=1e-9), (one, column)
                else:
                    assert two[column] == value


# ---- what is said ----------------------------------------------------------------------------------------


def test_the_sentences(slower: los.Run) -> None:
    data = ReportData(slower)
    move = latest(moves(data, "satisfaction"))
    assert move is not None and move.periods == ("2025-Q3", "2025-Q4")
    said = sentences(data, move)
    assert said[0].startswith("'Satisfaction' fell by 0.3") and said[0].endswith("from 2025-Q3 to 2025-Q4.")
    assert "goes with longer 'Delivery time' (3.0 → 4.4\xa0days)." in said[1]
    assert said[2].startswith("What is not explained") and said[2].endswith("cannot be told from nothing.")
    still = latest(moves(data, "kept"))
    assert still is not None and "did not clearly move" in headline(data, still)


def test_a_stump_of_a_period_is_not_the_default(tmp_path: Path) -> None:
    """Orders of the first three days of a fifth quarter: few, but enough for a model."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    folder = write_slower(tmp_path / "p")
    orders = pq.read_table(folder / "orders.parquet")
    late = orders.slice(0, 200)
    late = late.set_column(0, "id", pa.array(range(10_000, 10_200)))
    at = orders.schema.get_field_index("delivered")
    late = late.set_column(at, "delivered", pc.add(pc.multiply(0, late["delivered"].cast(pa.int64())), 1767400000000000).cast(pa.timestamp("us")))  # fmt: skip
    pq.write_table(pa.concat_tables([orders, late]), folder / "orders.parquet")
    data = ReportData(los.run(folder))
    found = moves(data, "spend")
    assert found[-1].periods == ("2025-Q4", "2026-Q1") and found[-1].told
    chosen = latest(found)
    assert chosen is not None and chosen.periods == ("2025-Q3", "2025-Q4")


def test_one_period_has_nothing_to_compare(tmp_path: Path) -> None:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    folder = write_slower(tmp_path / "p")
    orders = pq.read_table(folder / "orders.parquet")
    day = pc.strftime(orders["delivered"], "%Y-%m-%d")
    week = orders.filter(pc.and_(pc.greater_equal(day, "2025-02-03"), pc.less_equal(day, "2025-02-09")))
    pq.write_table(week, folder / "orders.parquet")
    run = los.run(folder)
    assert len(run.table("changes")) == len(run.table("stability")) == 0
    text = run.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "All moments lie in one period" in text
