"""The silent majority in a run: weights, margins, balance, tipping points and what is said of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import statsmodels.api as sm
from scipy import stats
from tests.effects import assert_same_effects
from tests.report.test_html import words
from tests.sparks import spark_session

import lineofsight as los
from lineofsight.errors import DataError
from lineofsight.reasons import Reason

N = 4000

PROJECT = """\
name: Quiet
currency: EUR
tables:
  visits: {path: visits.parquet}
episodes: {each: visits, key: id, customer: who, at: day}
operations:
  hours: {value: hours, label: Waiting time, unit: hours, better: lower}
  photos: {value: photos, unit: photos, better: higher}
perceptions:
  mood: {value: stars, measure: csat, label: Mood}
behaviours:
  spend: {kind: buy_more, value: spent}
controls: [age]
segments: [region]
estimation: {replicates: 200, effect: line}
"""
MARGINS = "response: {margins: {region: {north: 70 %, south: 30 %}}}\n"


def visits(seed: int = 0) -> dict[str, np.ndarray]:
    """Who waits long is angry, and answers more."""
    rng = np.random.default_rng(seed)
    hours, age, region = rng.gamma(3, 2, N), rng.normal(40, 10, N), rng.choice(["north", "south"], N)
    photos = rng.poisson(4, N).astype(float)
    stars = np.clip(np.round(4.6 - 0.2 * hours + 0.3 * (region == "south") + rng.normal(0, 0.6, N)), 1, 5)
    answered = rng.random(N) < 1 / (1 + np.exp(2 - 0.25 * (hours - 6) - 0.03 * (age - 40)))
    return {
        "id": np.arange(N), "who": rng.integers(0, N // 2, N), "hours": hours, "age": age, "photos": photos,
        "day": np.datetime64("2024-01-01") + rng.integers(0, 300, N).astype("timedelta64[D]"),
        "region": region.astype(object), "felt": stars, "stars": np.where(answered, stars, np.nan),
        "spent": np.maximum(0, 10 + 5 * stars - hours + rng.normal(0, 5, N)),
    }  # fmt: skip


def written(folder: Path, data: dict[str, np.ndarray], more: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in data.items()})
    pq.write_table(table, folder / "visits.parquet")
    (folder / "lineofsight.yml").write_text(PROJECT + more, encoding="utf-8")
    return folder


DATA = visits()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> los.Run:
    return los.run(written(tmp_path_factory.mktemp("quiet"), DATA))


@pytest.fixture(scope="module")
def raked(tmp_path_factory: pytest.TempPathFactory) -> los.Run:
    return los.run(written(tmp_path_factory.mktemp("raked"), DATA, MARGINS))


def weights() -> np.ndarray:
    """By statsmodels, of those who answered."""
    x = sm.add_constant(np.column_stack([DATA["age"], DATA["hours"], DATA["photos"]]))
    answered = ~np.isnan(DATA["stars"])
    model = sm.GLM(answered.astype(float), x, family=sm.families.Binomial()).fit(tol=1e-13)
    return (1 / np.maximum(model.fittedvalues, answered.mean() / 10))[answered]


def mean_of(run: los.Run, statistic: str = "mean") -> dict[str, Any]:
    return run.perceptions.rows(segment=None, statistic=statistic)[0]


def test_the_mean_of_everyone_is_brought_back(run: los.Run) -> None:
    row = mean_of(run)
    truth = DATA["felt"].mean()
    assert row["high"] < truth  # what those who answered say is clearly off
    assert row["weighted_low"] < truth < row["weighted_high"]
    answered = ~np.isnan(DATA["stars"])
    assert row["weighted"] == pytest.approx(np.average(DATA["felt"][answered], weights=weights()), rel=1e-8)
    for level in ("north", "south"):
        (row,) = run.perceptions.rows(segment=f"region = {level}", statistic="mean")
        mine = answered & (DATA["region"] == level)
        expected = np.average(DATA["felt"][mine], weights=weights()[mine[answered]])
        assert row["weighted"] == pytest.approx(expected, rel=1e-8)
        assert row["weighted_low"] < row["weighted"] < row["weighted_high"]


def test_effects_are_weighted_by_segment(run: los.Run) -> None:
    """Weighted least squares within the segment, with everyone's weights."""
    answered = ~np.isnan(DATA["stars"])
    for level in ("north", "south"):
        rows = run.weighted_effects.rows(segment=f"region = {level}")
        assert len(rows) == len(run.weighted_effects.rows(segment=None))
        (row,) = [r for r in rows if (r["cause"], r["outcome"]) == ("hours", "mood")]
        inside = DATA["region"] == level
        mine = answered & inside
        x = sm.add_constant(np.column_stack([DATA[name] for name in ("age", "hours", "photos")]))[mine]
        slope = sm.WLS(DATA["stars"][mine], x, weights=weights()[mine[answered]]).fit().params[2]
        assert row["estimate"] == pytest.approx(slope * -0.1 * DATA["hours"][inside].mean(), rel=1e-7)
        assert row["response_rate"] == pytest.approx(mine.sum() / inside.sum())
        usual = run.effects.rows(segment=row["segment"], cause="hours", outcome="mood", path="total")
        assert row["unweighted"] in [each["estimate"] for each in usual]


def test_weights_and_their_cost_are_told(run: los.Run) -> None:
    (row,) = run.weighting.rows()
    w = weights()
    assert (row["asked"], row["answered"], row["columns"]) == (N, len(w), 3)
    assert row["method"] == "inverse probability"
    assert row["effective_sample_size"] == pytest.approx(w.sum() ** 2 / (w**2).sum(), rel=1e-8)
    assert row["largest_weight"] == pytest.approx(w.max() / w.mean(), rel=1e-8)
    assert row["nobody_like"] is row["reason"] is None and 0 < row["pseudo_r2"] < 0.3


def test_balance_is_told_before_and_after(run: los.Run) -> None:
    rows = {row["variable"]: row for row in run.silent}
    hours, answered = rows["hours"], ~np.isnan(DATA["stars"])
    x = DATA["hours"]
    pooled = np.sqrt((x[answered].var() + x[~answered].var()) / 2)
    assert hours["standardised_difference"] == pytest.approx(
        (x[answered].mean() - x[~answered].mean()) / pooled
    )
    assert hours["from_asked"] == pytest.approx((x[answered].mean() - x.mean()) / pooled)
    weighted = np.average(x[answered], weights=weights())
    assert hours["from_asked_weighted"] == pytest.approx((weighted - x.mean()) / pooled, rel=1e-6)
    for variable in ("hours", "age", "spend"):  # the spend of the silent is known: a proof of the weights
        assert (
            abs(rows[variable]["from_asked_weighted"]) < 0.1 < abs(rows[variable]["standardised_difference"])
        )


def test_effects_stand_beside_unweighted_ones_with_a_tipping_point(run: los.Run) -> None:
    usual = {(r["cause"], r["outcome"], r["path"]): r for r in run.effects.rows(segment=None)}
    rows = run.weighted_effects.rows(segment=None)
    assert {r["path"] for r in rows} == {"total", "direct", "via mood"}
    assert all(usual[r["cause"], r["outcome"], r["path"]]["population"] == "respondents" for r in rows)
    for row in rows:
        before = usual[row["cause"], row["outcome"], row["path"]]
        assert (row["unweighted"], row["unweighted_low"], row["n"]) == (
            before["estimate"],
            before["low"],
            before["n"],
        )
        assert row["difference"] == pytest.approx(row["estimate"] - row["unweighted"], abs=1e-12)
        r, tip = row["response_rate"], row["tipping_point"]
        assert r == pytest.approx(np.mean(~np.isnan(DATA["stars"])))
        clear = row["unweighted_low"] > 0 or row["unweighted_high"] < 0
        assert (tip is not None) == clear == (row["tipping_words"] is not None)
        if clear:
            end = min(row["unweighted_low"], row["unweighted_high"], key=abs)
            assert r * end + (1 - r) * tip == pytest.approx(0, abs=1e-12)
    words = next(r["tipping_words"] for r in rows if (r["cause"], r["outcome"]) == ("mood", "spend"))
    rate = f"{np.mean(~np.isnan(DATA['stars'])) * 100:.0f}\u00a0%"
    assert words.startswith(f"{rate} answered. For this to fall, 'spend' would have to be EUR\u00a0")
    assert (
        " lower, not higher, among the silent with 'Mood' 1 point higher: the other way round, at " in words
    )
    felt = next(r["tipping_words"] for r in rows if (r["cause"], r["outcome"]) == ("hours", "mood"))
    assert (
        "the silent would have to feel " in felt
        and "points worse, not better, with 'Waiting time' 10" in felt
    )


def test_the_silents_own_effects_are_compared(run: los.Run) -> None:
    for row in run.populations:
        assert row["silent_difference"] == pytest.approx(row["respondents"] - row["silent"], rel=1e-9)
        assert row["silent_low"] < row["silent_difference"] < row["silent_high"]
        assert 0 < row["p_value"] <= 1 and 0 < row["p_together"] <= 1
    hours = next(r for r in run.populations if r["driver"] == "hours")
    silent = np.isnan(DATA["stars"])
    x = sm.add_constant(np.column_stack([DATA["age"], DATA["hours"], DATA["photos"]]))
    slope = sm.OLS(DATA["spent"][silent], x[silent]).fit().params[2]
    assert hours["silent"] == pytest.approx(slope * -0.1 * DATA["hours"].mean(), rel=1e-7)


def test_a_mean_that_weights_do_not_move_is_said_to_stay(tmp_path: Path) -> None:
    """Those who get many photos answer more, and feel as all others do."""
    rng = np.random.default_rng(4)
    answered = rng.random(N) < 1 / (1 + np.exp(-3 - 0.5 * (DATA["photos"] - 4)))
    run = los.run(written(tmp_path, {**DATA, "stars": np.where(answered, DATA["felt"], np.nan)}))
    (told,) = [r["sentence"] for r in run.findings.rows(kind="response")]
    row = mean_of(run)
    assert row["weighted"] != row["value"] and f"{row['weighted']:.2f}" == f"{row['value']:.2f}"
    stays = f"its mean stays {row['weighted']:.2f} points (95 % interval "
    assert stays in told.replace("\N{NO-BREAK SPACE}", " ") and "instead of" not in told
    page = words(run.report(tmp_path / "report.html").read_text(encoding="utf-8"))
    assert f"With weights {stays}" in page.replace("\N{NO-BREAK SPACE}", " ")


def test_a_finding_says_what_weighting_changes(run: los.Run) -> None:
    (told,) = [r["sentence"] for r in run.findings.rows(kind="response")]
    row = mean_of(run)
    assert "Those who answered differ from the silent in Waiting time" in told
    assert f"its mean is {row['weighted']:.2f}\u00a0points (95\u00a0% interval " in told
    assert told.endswith(f"instead of {row['value']:.2f}\u00a0points.")


def test_margins_are_met(raked: los.Run) -> None:
    (row,) = raked.weighting.rows()
    assert (row["method"], row["raked_to"]) == ("inverse probability", ("region",))
    answered, w = ~np.isnan(DATA["stars"]), weights()
    by_region = {
        level: np.average(DATA["felt"][answered][at], weights=w[at])
        for level in ("north", "south")
        if (at := DATA["region"][answered] == level).any()
    }
    assert mean_of(raked)["weighted"] == pytest.approx(
        0.7 * by_region["north"] + 0.3 * by_region["south"], rel=1e-8
    )


#: Two margins, the second of three levels that are rounded to less than all.
SHARES = {"region": {"north": 0.7, "south": 0.3}, "plan": {"a": 0.333, "b": 0.333, "c": 0.333}}


def plans(*more: str) -> dict[str, np.ndarray]:
    """Everybody has one of three plans, some more often than others, and who has one of `more` lives in the south."""
    rng = np.random.default_rng(8)
    plan = rng.choice(["a", "b", "c"], N, p=[0.6, 0.3, 0.1]).astype(object)
    south = np.flatnonzero(DATA["region"] == "south")
    plan[south[: 40 * len(more)]] = np.repeat(more, 40)
    return {**DATA, "plan": plan}


def two_margins(shares: dict[str, dict[str, float]]) -> str:
    told = {name: {level: f"{share * 100:g} %" for level, share in of.items()} for name, of in shares.items()}
    return f"response: {{margins: {json.dumps(told)}}}\n"


def test_two_margins_are_met_at_once_also_where_one_is_rounded_or_not_known(tmp_path: Path) -> None:
    data = plans()
    data["plan"][::15] = None
    folder = written(tmp_path, data, two_margins(SHARES))
    file = folder / "lineofsight.yml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("segments: [region]", "segments: [region, plan]")
    )
    answered, w = ~np.isnan(data["stars"]), weights()
    for _ in range(200):  # raking, by hand
        for name, shares in SHARES.items():
            known = w[np.isin(data[name][answered], [*shares])].sum()
            for level, share in shares.items():
                at = data[name][answered] == level
                w[at] *= share / sum(shares.values()) * known / w[at].sum()
    expected = np.average(data["felt"][answered], weights=w)
    assert mean_of(los.run(folder))["weighted"] == pytest.approx(expected, rel=1e-7)


def test_a_level_without_a_share_is_refused_wherever_it_occurs(tmp_path: Path) -> None:
    """Of more levels than are looked at one by one; those who have it live in one region only."""
    more = [f"rare{at:02d}" for at in range(19)]
    data = plans(*more, "odd", "odd")
    data["plan"][np.flatnonzero(data["plan"] == "odd")[35:]] = "a"
    levels = ["a", "b", "c", *more]
    margins = two_margins({**SHARES, "plan": dict.fromkeys(levels, 1 / len(levels))})
    folder = written(tmp_path, data, margins)
    file = folder / "lineofsight.yml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("segments: [region]", "segments: [region, plan]")
    )
    with pytest.raises(
        DataError, match="some episodes have another level of 'plan', which has no share here"
    ):
        los.run(folder)


def test_the_report_and_the_case_tell_what_the_tables_hold(raked: los.Run, tmp_path: Path) -> None:
    said = words(raked.report(tmp_path / "report.html").read_text(encoding="utf-8"))
    (weights_row,) = raked.weighting.rows()
    counts = f"{round(weights_row['effective_sample_size']):,}"
    assert f"all 4,000 who were asked, the {weights_row['answered']:,} answers count like {counts}:" in said
    assert "The weights also meet the shares that the project declares for region." in said
    assert "Mood: weights even out all 3 notable differences" in said
    mood = raked.weighted_effects.rows(cause="hours", outcome="mood")[0]
    case = raked.explain("hours", "mood")
    answers = [
        each for part in case.parts for each in part.points if part.heading.startswith("Does it hold for")
    ]
    assert [each.side for each in answers] == ["for", "open"]
    assert f"{mood['estimate']:+.3f}" in answers[0].text
    assert answers[1].text == f"{mood['tipping_words']}."
    assert answers[1].text.replace("\u00a0", " ") in said
    (apart,) = [text for heading, text in raked.explain("hours", "spend").side("against") if "silent" in text]
    row = raked.populations.rows(driver="hours")[0]
    assert row["p_value"] < 0.05 and "clearly otherwise" in apart


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        (
            "{north: 50 %, sauth: 50 %}",
            "no episode has the level 'sauth' of 'region'\n  → did you mean 'south'?",
        ),
        ("{north: 100 %}", "some episodes have 'south' of 'region', which has no share here"),
    ],
)
def test_margins_that_do_not_fit_the_data(tmp_path: Path, margins: str, message: str) -> None:
    folder = written(tmp_path, DATA, f"response:\n  margins:\n    region: {margins}\n")
    for do in (los.check, los.run):
        with pytest.raises(DataError) as caught:
            do(folder)
        line = PROJECT.count("\n") + 3
        assert f"lineofsight.yml:{line}: response.margins.region" in str(caught.value)
        assert message in str(caught.value)


def test_a_level_nobody_answered_in_and_a_number(tmp_path: Path) -> None:
    deaf = {**DATA, "stars": np.where(DATA["region"] == "south", np.nan, DATA["stars"])}
    with pytest.raises(DataError, match="nobody where 'region' is 'south' answered 'mood'"):
        los.run(written(tmp_path / "deaf", deaf, MARGINS))
    with pytest.raises(DataError, match="the control 'age' is a number, and only levels have shares"):
        los.run(written(tmp_path / "age", DATA, "response: {margins: {age: {'40': 100 %}}}\n"))


def test_where_all_answered_there_is_nothing(tmp_path: Path) -> None:
    run = los.run(written(tmp_path, {**DATA, "stars": DATA["felt"]}, MARGINS))
    assert len(run.weighting) == len(run.weighted_effects) == 0
    assert mean_of(run)["weighted"] is None
    assert all(row["silent"] is row["p_value"] is None for row in run.populations)


@pytest.mark.xdist_group("spark")
def test_both_engines_give_the_same(tmp_path: Path, raked: los.Run) -> None:
    spark_session()
    on_spark = los.run(written(tmp_path, DATA, MARGINS + "engine: spark\n"))
    assert_same_effects(raked, on_spark)
    assert len(on_spark.weighted_effects) > 0


def test_episodes_that_are_left_out_and_differ(tmp_path: Path) -> None:
    """Those whose waiting time is unknown are unhappy: that is told with the difference and its interval."""
    rng = np.random.default_rng(11)
    lost = rng.random(N) < 0.2
    data = {**DATA, "stars": np.where(lost, np.clip(DATA["felt"] - 2, 1, 5), DATA["felt"])}
    data["hours"] = np.where(lost, np.nan, data["hours"])
    folder = written(tmp_path, data)
    without = {"step": "operations", "name": "hours", "reason": Reason.ABSENT_LEFT_OUT()}
    drops = list(los.check(folder).drops)
    assert {**without, "n": lost.sum(), "of": N} in drops
    run = los.run(folder)
    assert drops == run.drops.rows()
    (told,) = [r["sentence"] for r in run.findings if "The models leave out" in r["sentence"]]
    test = stats.ttest_ind(data["stars"][lost], data["stars"][~lost], equal_var=False).confidence_interval()
    gap = data["stars"][lost].mean() - data["stars"][~lost].mean()
    ends = [f"\N{MINUS SIGN}{abs(end):.2f}" for end in (gap, test.low, test.high)]
    expected = f"That is a difference of {ends[0]} points (95 % interval {ends[1]} to {ends[2]})"
    assert expected in told.replace("\N{NO-BREAK SPACE}", " ")
    # The answers in the report are those of its mean; those of the episodes that are left out are apart from them.
    answers = run.answers.rows()
    for row in answers:
        assert row["matched"] - row["used"] == (lost & (data["stars"] == row["answer"])).sum()
    used = sum(row["used"] for row in answers)
    assert used == run.response.rows()[0]["answers"]
    mean = sum(row["answer"] * row["used"] for row in answers) / used
    assert mean == pytest.approx(mean_of(run)["value"], rel=1e-9)
    page = run.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert (
        f"{used:,} answers are counted here as above. {lost.sum():,} more are of episodes that are left out"
        in words(page)
    )
