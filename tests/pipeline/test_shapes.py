"""What a run tells of shapes: thresholds, classes of ratings, must-haves that everybody gets."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import statsmodels.api as sm

from lineofsight import api
from lineofsight.reasons import Reason
from pipeline.hotel import PLANTED, THRESHOLD, hotel

Row = dict[str, Any]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> api.Run:
    return api.run(hotel(tmp_path_factory.mktemp("shapes") / "hotel"))


def first(run: api.Run, driver: str) -> Row:
    return next(row for row in run.table("shape") if row["driver"] == driver)


def sentences(run: api.Run, kind: str) -> list[str]:
    return [row["sentence"] for row in run.table("findings") if row["kind"] == kind]


def test_the_threshold_is_found_without_being_declared(run: api.Run) -> None:
    row = first(run, "wait")
    assert row["shape"] == "threshold" and row["curvature_q"] < 0.001
    assert abs(row["knot_suggested"] - THRESHOLD) < 1.5
    assert row["knot_suggested_low"] < row["knot_suggested"] < row["knot_suggested_high"]
    assert row["verdict"].startswith("threshold near ") and "minutes" in row["verdict"]
    assert row["slope_below_low"] < 0 < row["slope_below_high"]
    assert row["slope_above_low"] < -0.58 < row["slope_above_high"] < -0.5
    assert row["knot_change"] == pytest.approx(-0.6, abs=0.08)
    assert any("'Wait at the desk' has a threshold near" in each for each in sentences(run, "shape"))


def test_a_straight_driver_is_not_called_bent(run: api.Run) -> None:
    row = first(run, "walk")
    assert row["shape"] == "straight" and row["curvature_q"] > 0.05 and row["knot_suggested"] is None
    assert not any("Walk" in each for each in sentences(run, "shape"))


def test_pieces_join(run: api.Run) -> None:
    rows = [row for row in run.table("shape") if row["driver"] == "wait"]
    assert len(rows) == 4
    for one, following in itertools.pairwise(rows):
        assert one["piece_to"] == following["piece_from"] and one["at_to"] == following["at_from"]
    for row in rows:
        rise = row["slope"] * (row["piece_to"] - row["piece_from"])
        assert row["at_to"] - row["at_from"] == pytest.approx(rise, rel=1e-9)
        assert row["at_from_low"] < row["at_from"] < row["at_from_high"]


def test_ratings_have_the_class_that_was_planted(run: api.Run) -> None:
    found = {row["attribute"]: row for row in run.table("kano")}
    assert {name: row["class"] for name, row in found.items()} == {
        "cleanliness": "must-have",
        "staff": "performance",
        "welcome": "delighter",
        "music": "indifferent",
        "safety": None,
    }
    assert found["safety"]["reason"] == Reason.NOBODY_AT_END(kind="worse")
    assert found["cleanliness"]["boxes"] == "1 to 2 against 4 to 5"
    for name, (penalty, reward) in PLANTED.items():
        assert found[name]["penalty"] == pytest.approx(penalty, abs=0.9)  # a guest's mood colours ratings too
        assert found[name]["reward"] == pytest.approx(reward, abs=0.9)
    told = sentences(run, "shape")
    assert any(each.startswith("'Cleanliness' is a must-have for") for each in told)
    assert any(each.startswith("'Welcome gift' is a delighter for") for each in told)


def test_penalty_and_reward_are_those_of_statsmodels(run: api.Run) -> None:
    data = pq.read_table(run.path.parents[1] / "stays.parquet").to_pandas()
    columns = {}
    for name in (*PLANTED, "safety"):
        columns |= {f"{name} low": data[name] <= 2, f"{name} high": data[name] >= 4}
    columns |= {"wait": data["wait"], "walk": data["walk"]}
    del columns["safety low"]  # nobody
    x = sm.add_constant(np.column_stack(list(columns.values())).astype(float))
    fitted = dict(zip(columns, sm.OLS(data["satisfaction"], x).fit().params[1:], strict=True))
    for row in run.table("kano"):
        if row["attribute"] != "safety":
            assert row["penalty"] == pytest.approx(fitted[f"{row['attribute']} low"], rel=1e-9)
        assert row["reward"] == pytest.approx(fitted[f"{row['attribute']} high"], rel=1e-9)


def test_what_everybody_gets_is_named(run: api.Run) -> None:
    drivers = {row["driver"]: row for row in run.table("drivers")}
    assert drivers["safety"]["at_best"] == pytest.approx(0.98, abs=0.01)
    assert drivers["cleanliness"]["at_best"] < 0.5
    (told,) = [each for each in sentences(run, "caution") if "as good as it gets" in each]
    assert told == (
        "'Safety' is as good as it gets for 98\N{NO-BREAK SPACE}% of the episodes. What it would cost to lose it"
        " cannot be seen in these data. It may be a must-have."
    )


def test_the_report_draws_the_bend_and_lists_the_ratings(run: api.Run, tmp_path: Path) -> None:
    page = run.report(tmp_path / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="shape"')[1].split("</section>")[0]
    assert "Of 2 lines 1 clearly bends" in section
    assert section.count("<svg") == 1 and "threshold near" in section
    assert "must-have" in section and "delighter" in section
