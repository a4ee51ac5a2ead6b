"""Where too few are silent, or answered, for all columns, the response model has those that it can bear, and says which."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from tests.effects import assert_same_effects
from tests.sparks import spark_session

import lineofsight as los
from lineofsight.words.reasons import in_words
from pipeline.test_unheard import MARGINS, N, mean_of, visits, written

DATA = visits(3)


def few(silent: int) -> dict[str, np.ndarray]:
    """Of those who waited longest, so many are silent."""
    rng = np.random.default_rng(4)
    late = rng.choice(np.argsort(DATA["hours"])[-1500:], silent, replace=False)
    stars = DATA["felt"].copy()
    stars[late] = np.nan
    return {**DATA, "stars": stars}


def test_operations_come_first_as_declared(tmp_path: Path) -> None:
    data = few(25)
    run = los.run(written(tmp_path, data))
    (row,) = run.weighting.rows()
    assert (row["columns"], row["left_out"], row["reason"]) == (1, ("photos", "age"), None)
    answered = ~np.isnan(data["stars"])
    model = sm.GLM(answered.astype(float), sm.add_constant(data["hours"]), family=sm.families.Binomial())
    p = model.fit(tol=1e-13).fittedvalues
    weights = 1 / np.maximum(p, answered.mean() / 10)[answered]
    assert mean_of(run)["weighted"] == pytest.approx(
        np.average(data["stars"][answered], weights=weights), rel=1e-8
    )
    assert all(row["estimate"] is not None for row in run.weighted_effects)


def test_the_finding_says_what_was_left_out(tmp_path: Path) -> None:
    run = los.run(written(tmp_path, few(25)))
    (told,) = [r["sentence"] for r in run.findings.rows(kind="response")]
    assert "The weights leave out 'photos' and 'age', as too few were silent to tell." in told


def test_without_a_column_margins_are_met_all_the_same(tmp_path: Path) -> None:
    data = few(14)
    run = los.run(written(tmp_path, data, MARGINS))
    (row,) = run.weighting.rows()
    assert (row["columns"], row["left_out"]) == (0, ("hours", "photos", "age"))
    answered = ~np.isnan(data["stars"])
    north = data["region"][answered] == "north"
    stars = data["stars"][answered]
    assert mean_of(run)["weighted"] == pytest.approx(0.7 * stars[north].mean() + 0.3 * stars[~north].mean())


@pytest.mark.parametrize(
    ("silent", "more", "needs"), [(14, "", "of 1 column needs 20"), (8, MARGINS, "needs 10")]
)
def test_below_the_floor_there_are_no_weights(tmp_path: Path, silent: int, more: str, needs: str) -> None:
    run = los.run(written(tmp_path, few(silent), more))
    (row,) = run.weighting.rows()
    assert (row["asked"], row["answered"], row["method"]) == (N, N - silent, None)
    assert in_words(row["reason"]).startswith(f"too few: {silent} did not answer") and in_words(
        row["reason"]
    ).endswith(needs)
    assert all(each["estimate"] is None for each in run.weighted_effects)
    page = run.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"These cannot be weighted to stand for the silent: too few: {silent} did not answer" in page
    assert "Reason." not in page


def test_the_same_where_few_answered(tmp_path: Path) -> None:
    data = few(25)
    quiet = {**data, "stars": np.where(np.isnan(data["stars"]), data["felt"], np.nan)}
    (row,) = los.run(written(tmp_path, quiet)).weighting.rows()
    assert (row["answered"], row["columns"], row["left_out"]) == (25, 1, ("photos", "age"))


@pytest.mark.xdist_group("spark")
def test_both_engines_leave_out_the_same(tmp_path: Path) -> None:
    spark_session()
    ours = los.run(written(tmp_path / "duckdb", few(25)))
    theirs = los.run(written(tmp_path / "spark", few(25), "engine: spark\n"))
    assert_same_effects(ours, theirs)
    assert ours.weighting.rows()[0]["left_out"] == theirs.weighting.rows()[0]["left_out"]
