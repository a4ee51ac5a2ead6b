"""Files as people have them, from the project file to what a run says: each with its right value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lineofsight.errors import DataError, ProjectError
from lineofsight.pipeline.check import Check, check
from lineofsight.pipeline.run import run
from lineofsight.project import load_project
from lineofsight.runs.reader import Run
from lineofsight.words.check import check_words

Columns = dict[str, Any]
N = 1200
SNAPSHOT = "episodes: {each: c, key: id, customer: id, at: \"date '2024-01-01'\"}\n"


def write(folder: Path, text: str, columns: Columns, **tables: Columns) -> Path:
    folder.mkdir(exist_ok=True)
    for name, table in {"c": columns, **tables}.items():
        pq.write_table(pa.table(table), folder / f"{name}.parquet")
    named = "" if "tables:" in text else "tables: {c: {path: c.parquet}}\n"
    settings = "estimation: {replicates: 100}\n"
    (folder / "lineofsight.yml").write_text(f"name: Export\n{named}{settings}{text}", encoding="utf-8")
    return folder


def checked(folder: Path) -> Check:
    return check(folder, None, lambda stage, message: None)


def effect(made: Run, cause: str, outcome: str) -> Any:
    (row,) = made.table("effects").rows(cause=cause, outcome=outcome, path="total", segment=None)
    return row


def churn(seed: int = 1) -> Columns:
    rng = np.random.default_rng(seed)
    complaints = rng.poisson(1.5, N)
    churned = rng.random(N) < 0.1 + 0.1 * np.minimum(complaints, 6)
    return {
        "id": np.arange(N),
        "complaints": complaints,
        "churned": churned.astype(int),
        "spend": (20 + rng.normal(size=N) - churned).round(2),
    }


@pytest.mark.parametrize(
    ("keys", "sign"),
    [
        ("value: churned, event: leave", 1),
        ("value: churned", -1),
        ("value: churned, event: return", -1),
        ("value: 1 - churned", 1),
        ("value: churned = 0, event: return", 1),
        ("value: churned = 0, event: leave", -1),
    ],
)
def test_a_flag_of_who_left_is_turned_and_the_share_who_stayed_is_printed(
    tmp_path: Path, keys: str, sign: int
) -> None:
    data = churn()
    text = f"""{SNAPSHOT}operations: {{complaints: {{value: complaints, better: lower}}}}
behaviours: {{stayed: {{kind: stay, {keys}}}, spend: {{kind: buy_more, value: spend, within: 30 days}}}}
"""
    folder = write(tmp_path, text, data)
    stayed = 1 - data["churned"].mean() if sign > 0 else data["churned"].mean()
    found = checked(folder)
    assert found.levels["stayed"].value == pytest.approx(stayed)
    said = check_words(found)
    assert f"  stayed: {stayed * 100:.0f} %, known in 1,200 episodes" in said
    assert f"  spend: mean {data['spend'].mean():.1f}" in said
    assert ("counts a yes in 'churned'" in said) == (
        keys in ("value: churned", "value: churned, event: return")
    )
    row = effect(run(folder), "complaints", "stayed")
    assert np.sign(row["estimate"]) == sign and row["low"] * row["high"] > 0


def test_staying_on_the_own_row_is_yes_or_no(tmp_path: Path) -> None:
    text = f"{SNAPSHOT}operations: {{spend: {{value: spend, better: higher}}}}\nbehaviours: {{stayed: {{kind: stay, value: complaints, event: leave}}}}\n"
    with pytest.raises(DataError, match=r"1 or 0: .* of 1,200 values of 'complaints' are neither"):
        checked(write(tmp_path, text, churn()))


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (
            "behaviours: {x: {kind: buy_more, value: spend, event: leave}}",
            "'event' is a key of 'kind: stay' only",
        ),
        (
            "behaviours: {x: {kind: cost_to_serve, table: c, at: d, within: 9 days, event: return}}",
            "'event' is a key",
        ),
        ("behaviours: {x: {kind: stay, value: churned, unit: points}}", "'stay' has no 'unit'"),
        ("perceptions: {x: {value: spend, measure: score, take: last}}", "'take' needs 'table'"),
    ],
)
def test_keys_that_would_not_be_used_are_refused(tmp_path: Path, declared: str, said: str) -> None:
    text = f"{SNAPSHOT}operations: {{complaints: {{value: complaints, better: lower}}}}\n{declared}\n"
    with pytest.raises(ProjectError, match=said):
        load_project(write(tmp_path, text, churn()))


MONEY = f"""{SNAPSHOT}currency: USD
operations: {{complaints: {{value: complaints, better: lower}}}}
behaviours: {{spend: {{kind: buy_more, value: spend, within: 30 days}}}}
"""


def test_a_snapshot_tells_no_year_and_its_money_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, f"{MONEY}value: {{margin: 100 %, horizon: 12 months}}\n", churn())
    (refused,) = checked(folder).refusals
    assert refused.startswith("what anything is worth a year: all moments lie on one day")
    assert "'episodes_per_year' under 'value'" in refused
    made = run(folder)
    (row,) = made.table("money").rows()
    assert (row["money_per_year"], row["episodes_per_year"]) == (None, None)
    assert effect(made, "complaints", "spend")["money_per_year"] is None
    assert any(
        "money a year. The reason: all moments lie on one day" in each["sentence"] for each in made.findings
    )


def test_a_snapshot_with_its_episodes_a_year_is_worth_what_they_are(tmp_path: Path) -> None:
    value = "value: {margin: 100 %, horizon: 12 months, episodes_per_year: 600}\n"
    made = run(write(tmp_path, MONEY + value, churn()))
    told = effect(made, "complaints", "spend")
    assert told["money_per_year"] == pytest.approx(told["estimate"] * 600)
    (row,) = made.table("money").rows()
    assert (row["episodes_per_year"], row["money_per_year"]) == (600, pytest.approx(told["estimate"] * 600))


def test_episodes_a_year_are_not_declared_on_a_calendar(tmp_path: Path) -> None:
    text = MONEY.replace(SNAPSHOT, "episodes: {every: month, customers: c, customer: id}\n")
    value = "value: {margin: 100 %, horizon: 12 months, episodes_per_year: 600}\n"
    with pytest.raises(ProjectError, match="say themselves how many there are in a year"):
        load_project(write(tmp_path, text + value, churn()))


def thrice(seed: int = 1) -> Columns:
    rng = np.random.default_rng(seed)
    waiting = rng.gamma(4, 5, 400).round(2)
    once = {
        "waiting": waiting,
        "age": rng.integers(18, 80, 400),
        "minutes_used": rng.gamma(4, 80, 400).round(2),
        "stay": (rng.random(400) < 1 - waiting / 80).astype(int),
    }
    return {name: np.repeat(values, 3) for name, values in once.items()}


COPIED = f"""{SNAPSHOT}operations: {{waiting: {{value: waiting, better: lower}}}}
behaviours: {{stayed: {{kind: stay, value: stay}}}}
controls: [age, minutes_used]
"""
NUMBERED = 'tables: {raw: {path: c.parquet}, c: {sql: "select row_number() over () as id, * from raw"}}\n'


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_copies_under_a_row_number_are_told_of_the_table_that_has_them(tmp_path: Path, engine: str) -> None:
    if engine == "spark":
        from tests.sparks import spark_session

        spark_session()
    numbered = NUMBERED.replace("over ()", "over (order by waiting)")
    folder = write(tmp_path, f"engine: {engine}\n{numbered}{COPIED}", thrice())
    (note,) = [each for each in checked(folder).warnings if "repeat another" in each]
    assert note.startswith("800 (67\u00a0%) rows of table 'raw' repeat another in every column. ")
    assert note.endswith("select distinct * from raw")


def test_copies_under_a_new_id_are_told_in_check_and_run(tmp_path: Path) -> None:
    folder = write(tmp_path, COPIED, {"id": np.arange(N)} | thrice())
    (note,) = [each for each in checked(folder).warnings if "repeat another" in each]
    assert note.startswith("800 (67\u00a0%) rows of table 'c' repeat another in every column but 'id'. ")
    made = run(folder)
    (warning,) = made.table("warnings").rows(kind="duplicate")
    assert (warning["n"], warning["sentence"] in {each["sentence"] for each in made.findings}) == (800, True)


def test_versions_of_a_moment_are_refused_with_the_sql_that_keeps_the_newest(tmp_path: Path) -> None:
    data = churn() | {"updated_at": np.datetime64("2024-01-01", "us") + np.arange(N)}
    data["id"] = data["id"] // 2
    with pytest.raises(DataError, match="is not unique") as raised:
        checked(write(tmp_path, MONEY, data))
    assert (
        "select * from (select *, row_number() over (partition by id order by updated_at desc) as newest from c)"
        in str(raised.value.hint)
    )


def answered(seed: int = 1) -> tuple[Columns, Any]:
    rng = np.random.default_rng(seed)
    at = np.datetime64("2024-01-01", "us") + rng.integers(60, 300 * 86400 - 60, N).astype("timedelta64[s]")
    minutes = rng.gamma(2, 30, N)
    stars = np.clip(np.round(5.5 - minutes / 30 + rng.normal(size=N)), 1, 5)
    day = at.astype("datetime64[D]")
    age = rng.integers(18, 80, N)
    return {"id": np.arange(N), "at": at, "minutes": minutes, "stars": stars, "day": day, "age": age}, at


RATED = """episodes: {each: c, key: id, customer: id, at: '"at"'}
operations: {response: {value: minutes, unit: minutes, better: lower}}
perceptions: {satisfaction: {value: stars, measure: csat, at: '"day"', within: 14 days}}
controls: [age]
"""


def test_answers_dated_by_the_day_of_the_moment_are_not_lost(tmp_path: Path) -> None:
    data, _ = answered()
    found = checked(write(tmp_path, RATED, data))
    assert (found.outcomes["satisfaction"], found.drops) == (N, ())


@pytest.mark.parametrize(("lost", "robust"), [(0.4, True), (0.6, False)])
def test_a_claim_that_rests_on_few_of_the_answers_says_so_and_is_not_robust(
    tmp_path: Path, lost: float, robust: bool
) -> None:
    data, at = answered()
    before = np.arange(N) < lost * N
    data["day"] = np.where(before, at - np.timedelta64(1, "h"), at + np.timedelta64(1, "h"))
    row = effect(run(write(tmp_path, RATED, data)), "response", "satisfaction")
    assert (row["evidence"] == "robust") == robust
    few = [each for each in row["not_higher"] if each.code == "few_of_answers"]
    assert [(each.n, each.total) for each in few] == ([] if robust else [(N - before.sum(), N)])


def test_a_duration_below_zero_is_counted_and_its_change_is_not_called_ten_per_cent(tmp_path: Path) -> None:
    data, _ = answered()
    early = np.arange(N) % 20 == 0
    data["minutes"] = np.where(early, -1000.0, data["minutes"])
    folder = write(tmp_path, RATED, data)
    found = checked(folder)
    assert found.negative == {"response": early.sum()}
    assert "below zero in 60" in check_words(found)
    (note,) = [each for each in found.warnings if "time runs backwards" in each]
    assert "'response' is below zero in 60 (5" in note
    made = run(folder)
    (driver,) = made.table("drivers").rows(driver="response")
    row = effect(made, "response", "satisfaction")
    step = 0.1 * np.abs(data["minutes"]).mean()
    assert driver["negative"] == 60
    assert row["cause_from"] - row["cause_to"] == pytest.approx(step)
    assert row["change"] == f"{step:.1f} minutes better".replace(" minutes", "\u00a0minutes")
    first = next(iter(made.findings))["sentence"]
    assert "minutes shorter response" in first and "10 %" not in first
    assert any("time runs backwards" in each["sentence"].lower() for each in made.findings)


@pytest.mark.parametrize(("unit", "zero"), [("points", 30), ("minutes", 20)])
def test_what_is_no_duration_or_mostly_below_zero_is_not_warned_of(
    tmp_path: Path, unit: str, zero: float
) -> None:
    data, _ = answered()
    data["minutes"] = zero - data["minutes"]
    text = RATED.replace("unit: minutes, better: lower", f"unit: {unit}, better: higher")
    found = checked(write(tmp_path, text, data))
    assert found.negative["response"] > 0
    assert not [each for each in found.warnings if "backwards" in each]


def test_answers_beyond_a_ratings_scale_are_counted(tmp_path: Path) -> None:
    """A 0 where 1 is the lowest answer stands for no answer more often than for a worse one."""
    data = churn()
    data["clean"] = np.random.default_rng(4).integers(1, 6, N)
    data["clean"][:37] = 0
    text = f"""{SNAPSHOT}operations: {{clean: {{value: clean, better: higher, rating: [1, 5]}}}}
behaviours: {{spend: {{kind: buy_more, value: spend, within: 30 days}}}}
"""
    found = checked(write(tmp_path, text, data))
    assert found.off_scale == {"clean": (1.0, 5.0, 37)}
    assert (
        "  clean: median 3, beyond its scale of 1 to 5 in 37 (0 often stands for no answer)"
        in check_words(found)
    )
    data["clean"] = np.maximum(data["clean"], 1)
    assert checked(write(tmp_path, text, data)).off_scale == {}
