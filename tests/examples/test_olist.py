"""The Olist example on the real files: the run itself reproduces what is known of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import lineofsight as los
from lineofsight.reasons import Reason

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "olist"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the Olist files are not at {DATA}")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> los.Run:
    folder = tmp_path_factory.mktemp("olist")
    shutil.copy(ROOT / "examples" / "olist" / "lineofsight.yml", folder)
    return los.run(folder, {"DATA": str(DATA)})


def test_people_and_orders_are_counted(run):
    (episodes,) = run.episodes
    assert (episodes["anchored"], episodes["anchored_customers"]) == (8135, 8016)
    assert episodes["anchored_repeat_customers"] == 73


def test_reviews_and_their_texts_are_counted(run):
    filled = {row["column"]: row["filled"] for row in run.columns.rows(table="reviews")}
    assert (filled["review_score"], filled["review_comment_message"]) == (8225, 4113)
    given = {row["answer"]: row["n"] for row in run.answers}
    assert given == {1: 2638, 2: 382, 3: 667, 4: 1184, 5: 3354}


def test_deliveries_take_twelve_and_a_half_days_and_eight_in_a_hundred_are_late(run):
    means = {row["driver"]: row["mean"] for row in run.drivers.rows(segment=None)}
    assert means["delivery_days"] == pytest.approx(12.52, abs=0.01)
    assert means["late"] == pytest.approx(0.0800, abs=0.0005)
    # 5,172 orders have the status 'delivered', of which 8 have no date; 6 cancelled ones have one.
    assert run.episodes.rows()[0]["episodes"] == 5172 - 8 + 6


def test_reviews_fall_with_delay_as_published_for_all_of_olist(run):
    bands = run.bands.rows(driver="days_past_estimate", outcome="satisfaction")
    means = [row["mean"] for row in bands]
    assert means == sorted(means, reverse=True)
    published = [4.31, 4.18, 4.04, 3.29, 2.11, 1.71]
    # An eighteenth of all orders: the sample's means differ from the published ones by chance.
    tolerances = [0.03, 0.1, 0.35, 0.35, 0.35, 0.35]
    assert all(abs(a - b) < t for a, b, t in zip(means, published, tolerances, strict=True))


def test_delivery_goes_with_satisfaction_overwhelmingly(run):
    effects = run.effects.rows(outcome="satisfaction", segment=None, path="total")
    assert any(
        row["low"] is not None and row["low"] > 0 and row["estimate"] / row["standard_error"] > 5
        for row in effects
    )


def test_repeat_purchase_is_said_to_be_hardly_tellable(run):
    cautions = [row["sentence"] for row in run.findings.rows(kind="caution")]
    assert any("returned" in sentence and "hardly be told" in sentence for sentence in cautions)
    drivers = [row["sentence"] for row in run.findings if row["kind"] in ("driver", "perception", "money")]
    assert not any("returned" in sentence for sentence in drivers)


def test_the_report_does_not_tell_money_made_of_forty_seven_purchases_as_clear(run, tmp_path):
    page = run.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "What it is worth can hardly be told from returned and spend" in page
    assert all(row["caution"].code == Reason.TOO_RARE for row in run.behaviours)


def test_orders_that_never_arrived_are_counted_not_forgotten(run):
    (drop,) = run.drops.rows(name="delivery_days")
    assert (drop["n"], drop["of"]) == (2965, 8135)


def test_orders_that_never_arrived_are_noticed_to_be_unlike_the_others(run):
    (told,) = [row["sentence"] for row in run.findings.rows(kind="caution") if "leave out" in row["sentence"]]
    assert "2,965 of 8,135 episodes" in told
    assert "'satisfaction' is 1.66\u00a0points, against 4.14\u00a0points" in told
    assert "That is a difference of −2.48\u00a0points" in told
