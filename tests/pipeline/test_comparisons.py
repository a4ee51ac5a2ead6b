"""A claim held against what was before, what came next, and the same customers: in runs of small companies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from tests.effects import assert_same_effects
from tests.sparks import spark_session

import lineofsight as los
from lineofsight.words.reasons import in_words

CUSTOMERS, VISITS = 1500, 3
DAYS = 900
START = pd.Timestamp("2022-01-01")

PROJECT = """\
name: Hidden
currency: EUR
tables:
  visits: {path: visits.csv}
  purchases: {path: purchases.csv, covers: [2022-01-01, 2025-01-01]}
episodes: {each: visits, key: id, customer: who, at: day}
operations:
  hours: {value: hours, label: Waiting time, unit: hours, better: lower}
perceptions:
  mood: {value: stars, measure: csat, label: Mood}
behaviours:
  spend: {kind: buy_more, table: purchases, at: bought, value: amount, within: 60 days}
controls: [age]
estimation: {replicates: 200}
"""


def company(folder: Path, *, hidden: float, effect: float, seed: int = 1, more: str = "") -> Path:
    """Customers of whom some buy more by nature, always; waiting goes with that nature, and with what they buy after.

    Args:
        folder: Where it is written.
        hidden: How much shorter those wait who buy more by nature.
        effect: What an hour of waiting takes from what is bought within 60 days.
        seed: Of all random numbers.
        more: What else the project declares.
    """
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(CUSTOMERS), VISITS)
    n = len(who)
    nature, age = rng.normal(size=CUSTOMERS)[who], rng.normal(40, 10, CUSTOMERS)[who]
    day = (rng.integers(200, DAYS, CUSTOMERS)[:, None] + np.array([0, 220, 440])).reshape(-1)
    hours = 10 - hidden * nature + rng.normal(0, 2, n)
    stars = np.clip(np.round(8 - 0.4 * hours + rng.normal(0, 1, n)), 1, 5)
    visits = pd.DataFrame({"id": range(n), "who": who, "hours": hours, "age": age, "stars": stars})
    visits["day"] = START + pd.to_timedelta(day, unit="D")
    after = 40 + 6 * nature + effect * (hours - 10) + rng.normal(0, 4, n)
    ago = 40 + 6 * nature + rng.normal(0, 4, n)
    purchases = pd.DataFrame({
        "who": np.concatenate([who, who]),
        "bought": np.concatenate([visits["day"] + pd.Timedelta("20D"), visits["day"] - pd.Timedelta("50D")]),
        "amount": np.concatenate([after, ago]),
    })  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    visits.to_csv(folder / "visits.csv", index=False)
    purchases.to_csv(folder / "purchases.csv", index=False)
    (folder / "lineofsight.yml").write_text(PROJECT + more, encoding="utf-8")
    return folder


def comparisons(run: los.Run, outcome: str = "spend", cause: str = "hours") -> dict[str, dict[str, Any]]:
    rows = run.table("comparisons").rows()
    return {row["comparison"]: row for row in rows if (row["cause"], row["outcome"]) == (cause, outcome)}


def level_of(run: los.Run, outcome: str = "spend") -> dict[str, Any]:
    (row,) = (
        row
        for row in run.effects.rows()
        if (row["cause"], row["outcome"], row["segment"], row["path"]) == ("hours", outcome, None, "total")
    )
    return row


@pytest.fixture(scope="module")
def honest(tmp_path_factory) -> los.Run:
    return los.run(company(tmp_path_factory.mktemp("honest"), hidden=0.0, effect=-2.0))


@pytest.fixture(scope="module")
def fooled(tmp_path_factory) -> los.Run:
    return los.run(company(tmp_path_factory.mktemp("fooled"), hidden=1.5, effect=0.0))


def test_a_hidden_nature_of_customers_is_found_out(fooled):
    """It goes with spending as much before as after, and the same customers show nothing."""
    claim = level_of(fooled)
    assert claim["low"] > 1  # a naive analyst would put it forward
    found = comparisons(fooled)
    assert found["before"]["says"] == found["within"]["says"] == "against"
    assert found["before"]["estimate"] == pytest.approx(claim["estimate"], rel=0.15)
    assert found["within"]["low"] < 0 < found["within"]["high"]
    assert claim["evidence"] == "adjusted"
    assert "customers did so before already" in in_words(claim["not_higher"])
    assert "compared with themselves do not show it" in in_words(claim["not_higher"])
    (told,) = (row for row in fooled.findings.rows() if "who the customers are" in row["sentence"])
    assert told["kind"] == "caution" and "'spend' may go with 'Waiting time'" in told["sentence"]


def test_an_honest_claim_is_spoken_for(honest):
    """Ten per cent less waiting is an hour less: two euros more, also among the same customers."""
    claim = level_of(honest)
    found = comparisons(honest)
    assert [found[kind]["says"] for kind in ("before", "next", "within")] == ["for"] * 3
    assert found["within"]["low"] < 2.0 < found["within"]["high"]
    assert found["before"]["low"] < 0 < found["before"]["high"]
    assert claim["evidence"] == "robust"
    assert "the same customers compared with themselves show it too" in in_words(claim["because"])
    assert not any("who the customers are" in row["sentence"] for row in honest.findings.rows())


def test_what_speaks_against_keeps_a_real_effect_where_some_is_hidden(tmp_path):
    """With both, something is left beyond what was before: the claim is not struck down."""
    run = los.run(company(tmp_path, hidden=0.5, effect=-2.0))
    found = comparisons(run)
    assert found["before"]["left_low"] > 0 and found["before"]["says"] != "against"
    assert found["within"]["says"] == "for"
    assert found["within"]["low"] < 2.0 < found["within"]["high"]


def test_perceptions_are_compared_too(fooled):
    found = comparisons(fooled, cause="mood")
    assert set(found) == {"before", "within"}
    assert found["within"]["says"] != "for"


def test_what_was_before_is_counted_where_the_data_reach(honest):
    """Beside pandas: a window as long, that ends 30 days before the episode, and nothing where the table does not reach."""
    (stored,) = (honest.path.parent.parent / ".lineofsight").glob("episodes-*.parquet")
    episodes = pq.read_table(stored).to_pandas().set_index("_key").sort_index()
    folder = honest.path.parent.parent
    visits = pd.read_csv(folder / "visits.csv", parse_dates=["day"])
    bought = pd.read_csv(folder / "purchases.csv", parse_dates=["bought"])
    both = visits.merge(bought, on="who")
    ago = both["day"] - both["bought"]
    inside = both[(ago >= pd.Timedelta("30D")) & (ago < pd.Timedelta("90D"))]
    expected = inside.groupby("id")["amount"].sum().reindex(visits["id"], fill_value=0.0)
    ends = visits["day"] - pd.Timedelta("30D")
    known = (ends - pd.Timedelta("60D") >= START) & (ends < pd.Timestamp("2025-01-02"))
    assert known.any() and not known.all()
    counted = episodes["before:spend"].to_numpy()
    assert counted[known] == pytest.approx(expected.to_numpy()[known])
    assert np.isnan(counted[~known]).all()


def test_an_episodes_own_row_is_nothing_that_came_before(tmp_path):
    """Delivered long after it was ordered, an order would else count as the order before itself."""
    rng = np.random.default_rng(3)
    n = 600
    ordered = START + pd.to_timedelta(rng.integers(100, 500, n), unit="D")
    orders = pd.DataFrame(
        {"id": range(n), "who": range(n), "ordered": ordered, "days": rng.integers(20, 60, n)}
    )
    orders["delivered"] = orders["ordered"] + pd.to_timedelta(orders["days"], unit="D")
    orders["age"] = rng.normal(40, 10, n)
    orders.to_csv(tmp_path / "orders.csv", index=False)
    (tmp_path / "lineofsight.yml").write_text(
        """\
name: Orders
tables: {orders: {path: orders.csv}}
episodes: {each: orders, key: id, customer: who, at: delivered}
operations: {days: {value: days, unit: days, better: lower}}
behaviours: {returned: {kind: stay, table: orders, at: ordered, within: 60 days}}
controls: [age]
estimation: {replicates: 100}
""",
        encoding="utf-8",
    )
    run = los.run(tmp_path)
    (stored,) = (tmp_path / ".lineofsight").glob("episodes-*.parquet")
    before = pq.read_table(stored).column("before:returned").drop_null().to_pylist()
    assert len(before) > 100 and set(before) == {0.0}
    assert comparisons(run, "returned", "days")["before"]["reason"]


def test_the_gap_can_be_declared(tmp_path):
    """What was bought 50 days ago is in a window that ends 45 days before the episode, and not in one that ends 51 before."""
    folder = company(tmp_path, hidden=0.0, effect=-2.0)
    file = folder / "lineofsight.yml"
    text = file.read_text(encoding="utf-8")
    amounts = {}
    for gap in ("45 days", "51 days"):
        file.write_text(
            text.replace("replicates: 200", f"replicates: 100, placebo_gap: {gap}"), encoding="utf-8"
        )
        los.run(folder)
        newest = max(
            (folder / ".lineofsight").glob("episodes-*.parquet"), key=lambda path: path.stat().st_mtime
        )
        amounts[gap] = pq.read_table(newest).column("before:spend").drop_null().to_numpy().mean()
    assert amounts["45 days"] == pytest.approx(40, rel=0.1)
    assert amounts["51 days"] < 1


def test_single_episodes_are_compared_with_what_was_before_only(tmp_path):
    folder = company(tmp_path, hidden=0.0, effect=-2.0)
    visits = pd.read_csv(folder / "visits.csv").drop_duplicates("who")
    visits.to_csv(folder / "visits.csv", index=False)
    assert set(comparisons(los.run(folder))) == {"before"}


@pytest.mark.xdist_group("spark")
def test_spark_finds_the_same(tmp_path, honest):
    spark_session()
    on_spark = los.run(company(tmp_path, hidden=0.0, effect=-2.0, more="engine: spark\n"))
    assert_same_effects(honest, on_spark)
    assert on_spark.table("comparisons").rows()
