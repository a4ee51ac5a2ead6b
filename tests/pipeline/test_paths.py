"""What a run tells of paths: shares through how customers feel, interactions, natural effects, touchpoint and whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import statsmodels.api as sm
from typer.testing import CliRunner

from lineofsight import api
from lineofsight.cli import app
from lineofsight.reasons import Reason
from lineofsight.words.reasons import in_words
from pipeline.parcels import parcels
from pipeline.test_findings import assert_well_formed

Row = dict[str, Any]
PARTS = ("pure direct", "total indirect", "total direct", "pure indirect", "mediated interaction", "total")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> api.Run:
    def with_segment(file: Row) -> None:
        file["segments"] = {"dear": "case when price > 30 then 'dear' else 'cheap' end"}

    return api.run(parcels(tmp_path_factory.mktemp("paths") / "parcels", change=with_segment))


def one(rows: list[Row], **equal: Any) -> Row:
    (found,) = [row for row in rows if all(row[name] == value for name, value in equal.items())]
    return found


def sentences(run: api.Run, kind: str) -> list[str]:
    return [row["sentence"] for row in run.table("findings") if row["kind"] == kind]


def test_paths_over_touchpoint_and_whole_add_up(run: api.Run) -> None:
    rows = [r for r in run.table("effects") if r["segment"] is None and r["cause"] == "days"]
    parts = {r["path"]: r["estimate"] for r in rows if r["outcome"] == "spend" and r["path"] != "total"}
    assert set(parts) == {"direct", "via rating", "via felt", "via rating → felt"}
    share = one(run.table("mediation").rows(), cause="days", outcome="spend", segment=None)
    assert sum(parts.values()) == pytest.approx(share["total"], rel=1e-9)
    via = sum(value for path, value in parts.items() if path != "direct")
    assert via == pytest.approx(share["via"], rel=1e-9)
    assert share["share"] == pytest.approx(via / share["total"], rel=1e-9)
    onto = {r["path"]: r["estimate"] for r in rows if r["outcome"] == "felt"}
    assert onto["total"] == pytest.approx(onto["direct"] + onto["via rating"], rel=1e-9)


def test_the_total_among_those_who_answered_is_that_of_statsmodels(run: api.Run) -> None:
    data = pq.read_table(run.path.parents[1] / "orders.parquet").to_pandas()
    known = data["felt"].notna()
    x = sm.add_constant(data.loc[known, ["days", "packing", "price"]])
    slope = sm.OLS(data.loc[known, "spend"], x).fit().params["days"]
    share = one(run.table("mediation").rows(), cause="days", outcome="spend", segment=None)
    assert share["total"] == pytest.approx(-0.1 * data["days"].mean() * slope, rel=1e-9)
    touched = sm.OLS(data.loc[known, "felt"], x.assign(rating=data.loc[known, "rating"])).fit()
    found = one(run.table("effects").rows(), cause="rating", outcome="felt", segment=None, path="total")
    assert found["estimate"] == pytest.approx(touched.params["rating"], rel=1e-9)
    assert (found["change"], found["cause_kind"], found["outcome_kind"]) == (
        "1 point higher", "perception", "perception",
    )  # fmt: skip
    assert found["adjusted_for"] == ("days", "packing", "price")
    assert found["evidence"] == "adjusted" and Reason.SAME_MOOD() in found["not_higher"]


def test_shares_hold_what_is_planted(run: api.Run) -> None:
    rows = run.table("mediation").rows()
    onto = one(rows, cause="days", outcome="felt", segment=None)
    assert onto["low"] < 0.2 / 0.3 < onto["high"] and onto["through"] == ("rating",)
    whole = one(rows, cause="days", outcome="spend", segment=None)
    assert whole["low"] < 0.9 / 1.4 < whole["high"] and whole["through"] == ("rating", "felt")
    assert whole["words"] in ("about three fifths", "about two thirds")
    nearly = one(rows, cause="rating", outcome="spend", segment=None)
    assert nearly["low"] < 1 < nearly["high"] and nearly["words"] == "nearly all"
    assert nearly["through"] == ("felt",) and nearly["change"] == "1 point higher"
    for row in rows:
        assert (row["share"] is None) == (row["reason"] is not None) == (row["words"] is None)
    assert {row["segment"] for row in rows} == {None, "dear = dear", "dear = cheap"}


def test_a_share_of_nothing_is_refused(run: api.Run) -> None:
    row = one(run.table("mediation").rows(), cause="packing", outcome="spend", segment=None)
    assert row["total_low"] < 0 < row["total_high"] and row["share"] is None
    assert "cannot be told from nothing" in in_words(row["reason"])


def test_natural_effects_and_the_interaction(run: api.Run) -> None:
    crossed = run.table("interactions").rows()
    found = one(crossed, driver="days", perception="felt")
    assert found["low"] < 0.2 * -0.4 < found["high"] < 0 and found["q_value"] < 0.01
    assert one(crossed, driver="packing", perception="felt")["q_value"] > 0.05
    natural = {r["effect"]: r for r in run.table("natural_effects") if r["driver"] == "days"}
    assert set(natural) == set(PARTS)
    e = {name: row["estimate"] for name, row in natural.items()}
    assert e["pure direct"] + e["total indirect"] == pytest.approx(e["total"], rel=1e-9)
    assert e["total direct"] + e["pure indirect"] == pytest.approx(e["total"], rel=1e-9)
    # A day less is a better rating by 0.4, better feelings by 0.3 and EUR 0.9; at fewer days a point is worth less.
    shift = 0.4 * 0.3
    assert natural["pure indirect"]["low"] < 3.0 * shift < natural["pure indirect"]["high"]
    assert (
        natural["mediated interaction"]["low"] < -0.4 * 0.2 * shift < natural["mediated interaction"]["high"]
    )


def test_findings(run: api.Run) -> None:
    assert_well_formed(run)
    share, depends = sentences(run, "path")
    assert re.fullmatch(
        r"Of what a better 'Delivery time' goes with, about (three fifths|two thirds) in 'Later spend'"
        r" \[\d\d, \d\d\]\N{NO-BREAK SPACE}% passes through how customers feel\.",
        share,
    )
    assert depends.startswith(
        "What a better 'Delivery time' goes with in 'Later spend' depends on how customers feel. It differs by −EUR"
    )
    assert "for each point more of 'Satisfaction'" in depends
    perception = next(s for s in sentences(run, "perception") if "'Parcel'" in s)
    assert perception.count("of 'Later spend'") == 1 and "of 'Satisfaction'" in perception


def test_the_report_tells_it_in_plain_words(run: api.Run, tmp_path: Path) -> None:
    page = run.report(tmp_path / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="paths"')[1].split("</section>")[0]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section))
    assert "Of 1 effect with a share, 1 clearly passes in part through how customers feel;" in text
    assert "Packing on Later spend" in text and "cannot be told from nothing" in text
    assert "From a touchpoint to the whole: what goes with better Satisfaction" in text
    assert "It clearly depends on how customers feel in 1 of 4 cases" in text
    assert not re.search(r"\bcauses?\b|\blead", text)
    effects = page.split('<section id="effects"')[1].split("</section>")[0]
    assert "Via Parcel → Satisfaction" in effects


def test_los_show_and_explain(run: api.Run) -> None:
    folder = str(run.path.parents[1])
    for table in ("mediation", "interactions", "natural_effects"):
        shown = CliRunner().invoke(app, ["show", table, "--project", folder])
        assert shown.exit_code == 0 and "spend" in shown.output
    told = CliRunner().invoke(app, ["explain", "rating", "felt", "--project", folder])
    assert told.exit_code == 0 and "Parcel" in told.output and "Satisfaction" in told.output


def test_paths_that_take_from_each_other_are_said_so(tmp_path: Path) -> None:
    folder = parcels(tmp_path / "opposed", orders=4000)
    file = folder / "orders.parquet"
    table = pq.read_table(file)
    spend = table["spend"].to_numpy() + 3.0 * (table["days"].to_numpy() - 4)
    at = table.column_names.index("spend")
    pq.write_table(table.set_column(at, "spend", [spend]), file)
    run = api.run(folder)
    row = one(run.table("mediation").rows(), cause="days", outcome="spend", segment=None)
    assert row["share"] is None and "inconsistent mediation" in in_words(row["reason"])
    assert row["via_low"] > 0 > row["direct_high"]
    (told,) = [s for s in sentences(run, "path") if "take from each other" in s]
    assert told.startswith(
        "A better 'Delivery time' goes with 'Later spend' in two ways that take from each other. It is +EUR"
    )
    assert_well_formed(run)


def test_a_share_that_may_be_nothing_is_not_told(tmp_path: Path) -> None:
    """Spend goes with delivery alone: the share through feelings has a narrow interval around zero."""
    folder = parcels(tmp_path / "past", orders=4000)
    file = folder / "orders.parquet"
    table = pq.read_table(file)
    noise = np.random.default_rng(3).normal(size=table.num_rows)
    spend = 40.0 - 1.4 * (table["days"].to_numpy() - 4) + 4 * noise
    at = table.column_names.index("spend")
    pq.write_table(table.set_column(at, "spend", [spend]), file)
    run = api.run(folder)
    row = one(run.table("mediation").rows(), cause="days", outcome="spend", segment=None)
    assert row["low"] < 0 < row["high"] < row["low"] + 0.5
    assert sentences(run, "path") == []
    unclear = "Not clear: whether what a better 'Delivery time' goes with in 'Later spend' passes through how customers feel."
    assert unclear in sentences(run, "caution")
    assert_well_formed(run)


def test_nothing_to_pass_through(tmp_path: Path) -> None:
    """Without a perception, with a constant one, and without a behaviour, a run says so and does not fail."""

    def without(file: Row) -> None:
        del file["perceptions"]

    def same(file: Row) -> None:
        file["perceptions"] = {"felt": {"value": "0 * felt + 5", "measure": "score"}}

    def no_behaviour(file: Row) -> None:
        del file["behaviours"]

    bare = api.run(parcels(tmp_path / "without", orders=1500, change=without))
    for name in ("mediation", "interactions", "natural_effects"):
        assert bare.table(name).rows() == []
    page = bare.report(tmp_path / "bare.html").read_text(encoding="utf-8")
    assert "the customer was skipped, and nothing can be seen to pass through" in page
    flat = api.run(parcels(tmp_path / "same", orders=1500, change=same))
    reasons = {row["reason"] for row in flat.table("interactions")}
    assert reasons == {Reason.SAME_EVERYWHERE()}
    assert all("the same in every episode" in in_words(row["reason"]) for row in flat.table("mediation"))
    flat.report(tmp_path / "flat.html")
    felt = api.run(parcels(tmp_path / "felt", orders=1500, change=no_behaviour))
    assert felt.table("interactions").rows() == [] and felt.table("mediation").rows()
    felt.report(tmp_path / "felt.html")


def test_money_through_perceptions_is_of_all_ways(tmp_path: Path) -> None:
    def valued(file: Row) -> None:
        file["value"] = {"margin": "20 %", "horizon": "12 months"}

    run = api.run(parcels(tmp_path / "valued", orders=2000, change=valued))
    rows = [r for r in run.table("effects") if (r["cause"], r["outcome"]) == ("days", "spend")]
    ways = [r["money_per_year"] for r in rows if r["path"].startswith("via ")]
    money = one(run.table("money").rows(), driver="days", segment=None)
    assert len(ways) == 3 and money["via_perception"] == pytest.approx(sum(ways), rel=1e-9)
    # Days go with feelings, and these with spend, for sure: the interval is that of the money's own replicates.
    assert 0 < money["via_low"] < money["via_perception"] < money["via_high"]
    ends = [sum(r[f"money_{end}"] for r in rows if r["path"].startswith("via ")) for end in ("low", "high")]
    assert 0.3 < (money["via_high"] - money["via_low"]) / (ends[1] - ends[0]) < 1
    (alike,) = [r for r in run.table("populations") if r["driver"] == "days"]
    share = one(run.table("mediation").rows(), cause="days", outcome="spend")
    assert alike["respondents"] == pytest.approx(share["total"], rel=1e-9)


def test_shares_of_a_yes_or_no_are_of_percentage_points(tmp_path: Path) -> None:
    def stays(file: Row) -> None:
        file["behaviours"] = {"back": {"kind": "stay", "value": "case when spend > 40 then 1 else 0 end"}}

    run = api.run(parcels(tmp_path / "stays", orders=4000, change=stays))
    row = one(run.table("mediation").rows(), cause="days", outcome="back", segment=None)
    direct = one(run.table("effects").rows(), cause="days", outcome="back", segment=None, path="direct")
    assert row["unit"] == "percentage points" and row["direct"] == pytest.approx(direct["estimate"])
    natural = one(run.table("natural_effects").rows(), driver="days", behaviour="back", effect="total")
    assert natural["estimate"] == pytest.approx(row["total"], rel=0.1)
    assert np.isfinite(natural["p_value"])
