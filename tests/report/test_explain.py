"""The case for and against a claim: what is told, of which row of the run, and what is kept silent."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lineofsight.errors import RunError
from lineofsight.reasons import Reason
from lineofsight.report.data import ReportData
from lineofsight.runs.reader import Run
from lineofsight.units import declared_unit
from lineofsight.words import numbers
from lineofsight.words.case.explanation import Explanation, explain, find_claim
from lineofsight.words.lists import sentence

from .changes import Change, again, changed, drop, put
from .conftest import Runs
from .marketplace import LEVELS, NEVER_VARIES, OPERATIONS, PERCEPTIONS, SEGMENT

HIDDEN = "Could something hidden be behind it?"
WITHOUT = "Would it be there without it?"
CHANCE = "Is it a chance find?"
SAME = "Is it the same for everybody?"
FEEL = "Does it pass through how those who answered feel?"
WHO = "Do respondents show the same effect?"
SILENT = "Does it hold for those who did not answer?"
TIME = "Is it the same over time?"
DATA = "Is anything wrong with the data?"
WORTH = "What is it worth?"
DELIVERY = {"cause": "delivery_days", "outcome": "returned", "segment": None}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("−", "-")


def sized(data: ReportData, cause: str, outcome: str, segment: str | None = None) -> str:
    """The claim's estimate with its interval, as a sentence has it."""
    row = find_claim(data, cause, outcome, segment)
    return plain(
        numbers.with_interval(*(row[name] for name in ("estimate", "low", "high", "unit")), form="sentence")
    )


def share(value: float) -> str:
    return plain(numbers.share(value))


def told(
    data: ReportData, cause: str, outcome: str, segment: str | None = None
) -> tuple[Explanation, dict[str, str]]:
    found = explain(data, find_claim(data, cause, outcome, segment))
    return found, {part.heading: plain(" ".join(part.sentences)) for part in found.parts}


def under(run: Run, heading: str, *changes: Change, segment: str | None = None, **more: Any) -> str:
    return told(changed(run, *changes, **more), "delivery_days", "returned", segment)[1].get(heading, "")


def effect(values: dict[str, Any], **otherwise: Any) -> Change:
    return put("effects", values, **{**DELIVERY, "path": "total", **otherwise})


# ---- the claim ------------------------------------------------------------------------------------------


def test_a_clear_claim_is_one_sentence_with_its_interval(data: ReportData) -> None:
    found, parts = told(data, "delivery_days", "returned")
    row = find_claim(data, "delivery_days", "returned")
    assert row["low"] > 0
    change = plain(numbers.change(row["cause_from"], row["cause_to"], "days"))
    assert plain(found.claim) == (
        f"'Days from order to delivery' 10 % better ({change}) reliably goes with"
        f" {sized(data, 'delivery_days', 'returned')} of 'Ordered again within 180 days'."
    )
    assert re.search(
        r" \+\d\.\d+ percentage points \(95 % interval \d\.\d+ to \d\.\d+\) of ", plain(found.claim)
    )
    assert found.level == row["evidence"] == "robust"
    first = ["What does it rest on?", "What speaks for it", "Why it is not surer"]
    assert [*parts] == [*first, HIDDEN, WITHOUT, CHANCE, SAME, TIME, FEEL, WHO, SILENT, WORTH]
    reasons = [sentence(data.clause(reason)) for reason in row["because"]]
    assert len(reasons) == 5 and reasons[0] == "The controls and the other operations are held equal."
    assert any("'customer state'" in reason for reason in reasons)
    assert parts["What speaks for it"] == plain(" ".join(reasons))
    (missing,) = row["not_higher"]
    assert missing == Reason.NOBODY_CHANGED_IT()
    assert parts["Why it is not surer"] == "Nobody changed it on purpose, or by chance, to see what follows."


@pytest.mark.parametrize(
    ("level", "verb"),
    [
        ("associated", " goes with "),
        ("adjusted", " goes with "),
        ("robust", " reliably goes with "),
        ("quasi-experimental", " is followed by "),
        ("experimental", " brings "),
    ],
)
def test_the_level_chooses_the_verb(run: Run, level: str, verb: str) -> None:
    data = changed(run, effect({"evidence": level}))
    found, _ = told(data, "delivery_days", "returned")
    assert verb in found.claim
    assert found.level == level


@pytest.mark.parametrize(("low", "high"), [(-0.1, 0.3), (0.0, 0.3), (-0.3, 0.0)])
def test_an_unclear_claim_says_so(run: Run, low: float, high: float) -> None:
    data = changed(run, effect({"estimate": 0.1, "low": low, "high": high, "evidence": "adjusted"}))
    found, _ = told(data, "delivery_days", "returned")
    assert "cannot be told from nothing: +0.1" in plain(found.claim)
    assert "95 % interval" in plain(found.claim)


def test_a_refused_claim_has_its_reason_and_nothing_else(data: ReportData) -> None:
    found, parts = told(data, NEVER_VARIES, "returned")
    assert found.claim.endswith(": cannot be estimated.")
    assert found.level == "none"
    assert parts == {"Why there is no answer": "It is the same in every episode."}


def test_where_nothing_may_be_told_of_the_cause_no_dash_stands_for_it(run: Run) -> None:
    gone = effect({"cause_from": None, "cause_to": None, "estimate": None, "reason": Reason.SAME_OUTCOME()})
    found, _ = told(changed(run, gone), "delivery_days", "returned")
    assert found.claim == "'Days from order to delivery' 10 % better: cannot be estimated."


def test_a_share_is_told_in_per_cent(run: Run) -> None:
    share = effect({"cause_from": 0.081, "cause_to": 0.0729, "cause_unit": declared_unit("share", None)})
    found, _ = told(changed(run, share), "delivery_days", "returned")
    assert "10 % better (8.1 → 7.3 %)" in plain(found.claim)


def test_all_claims_are_told_with_their_interval(data: ReportData) -> None:
    rows = data.rows("effects", path="total")
    assert len(rows) > 400
    for row in rows[::3]:
        found = explain(data, row)
        if row["estimate"] is None:
            assert found.level == "none"
        else:
            told = 1 if row["per_case"] is None or found.claim.startswith("What goes with") else 2
            assert plain(found.claim).count("95 % interval") == told
        for part in found.parts:
            assert part.sentences and all(sentence.endswith(".") for sentence in part.sentences)
            assert not any(re.search(r"\bNone\b|\bnan\b|–(?!\d)", sentence) for sentence in part.sentences)


def test_claims_of_a_run_have_the_verbs_of_their_levels(data: ReportData) -> None:
    """Lots were drawn for late parcels, chance decided who got a quick reply, nobody changed how long parcels took."""
    for cause, level, verb in (
        ("late", "experimental", " brings "),
        ("first_reply", "quasi-experimental", " is followed by "),
        ("delivery_days", "robust", " reliably goes with "),
    ):
        found, _ = told(data, cause, "satisfaction")
        assert found.level == level and verb in found.claim


def test_every_interval_has_the_runs_confidence(run: Run) -> None:
    data = changed(run, confidence=0.9)
    for segment in (None, SEGMENT):
        found, parts = told(data, "delivery_days", "returned", segment)
        text = " ".join([plain(found.claim), *parts.values()])
        assert text.count("90 % interval") >= 5
        assert "95 %" not in text


# ---- hidden factors --------------------------------------------------------------------------------------


def test_hidden_causes_are_measured_by_the_strongest_control(data: ReportData) -> None:
    text = told(data, "delivery_days", "returned")[1][HIDDEN]
    (row,) = data.rows("robustness", **DELIVERY)
    assert f"explains less than {share(row['robustness_value'])} of" in text
    assert f"for the interval it is {share(row['robustness_value_interval'])}." in text
    assert f"'{row['benchmark'].replace('_', ' ')}'" in text
    (left,) = re.findall(r"\+(\d\.\d+) percentage points \(95 % interval", text)
    assert float(left) == pytest.approx(row["left"], abs=0.06)
    assert (
        f"a factor of {row['e_value']:.2f} (interval: {row['e_value_interval']:.2f}) each (E-value)" in text
    )
    assert "E-value" not in told(data, "delivery_days", "spend")[1][HIDDEN]


@pytest.mark.parametrize(
    ("left", "word"),
    [
        ((0.1, 0.05, 0.15), None),
        ((0.02, -0.03, 0.07), "told from nothing"),
        ((-0.3, -0.35, -0.25), "other way round"),
    ],
)
def test_what_would_be_left(run: Run, left: tuple[float, ...], word: str | None) -> None:
    values = dict(zip(("left", "left_low", "left_high"), left, strict=True))
    text = under(run, HIDDEN, put("robustness", values, **DELIVERY))
    for each in ("told from nothing", "other way round"):
        assert (each in text) == (each == word)


def test_a_control_that_nothing_hidden_could_equal_has_nothing_left_to_tell(run: Run) -> None:
    gone: dict[str, Any] = dict.fromkeys(("left", "left_low", "left_high", "benchmark_r2_outcome"))
    text = under(run, HIDDEN, put("robustness", gone, **DELIVERY))
    assert "explains less than" in text and "customer state" not in text


def test_without_a_benchmark_or_a_second_value_it_is_left_out(run: Run) -> None:
    none: dict[str, Any] = dict.fromkeys(("benchmark", "left", "left_low", "left_high", "e_value"))
    text = under(run, HIDDEN, put("robustness", {**none, "robustness_value_interval": 0.0}, **DELIVERY))
    assert "strongest control" not in text and "E-value" not in text
    assert "already" in text


def test_without_its_row_the_question_is_not_asked(run: Run) -> None:
    assert under(run, HIDDEN) != ""
    assert under(run, HIDDEN, drop("robustness", **DELIVERY)) == ""


# ---- chance ---------------------------------------------------------------------------------------------


def test_chance_counts_all_questions_of_the_run(data: ReportData) -> None:
    text = told(data, "delivery_days", "returned")[1][CHANCE]
    asked = sum(row["q_value"] is not None for row in data.rows("effects", path="total"))
    row = find_claim(data, "delivery_days", "returned")
    assert f"{asked} total effects" in text and row["q_value"] < 0.001 and "less than 0.1 %" in text
    (shrunk,) = re.findall(r"likelier to be \+(\d\.\d+) percentage points \(95 % interval", text)
    assert float(shrunk) == pytest.approx(row["shrunk"], abs=0.06)
    assert row["shrunk"] < row["estimate"] - 0.06


def test_a_q_that_is_not_tiny_is_told_and_a_perception_is_not_shrunk(run: Run, data: ReportData) -> None:
    assert "at most 0.40 %" in under(run, CHANCE, effect({"q_value": 0.004}))
    assert "Picked" not in told(data, "satisfaction", "returned")[1][CHANCE]


# ---- segments -------------------------------------------------------------------------------------------

HETEROGENEITY = {"driver": "delivery_days", "outcome": "returned"}


def test_no_clear_difference(data: ReportData) -> None:
    text = told(data, "delivery_days", "returned")[1][SAME]
    (row,) = data.rows("heterogeneity", **HETEROGENEITY)
    assert text.startswith(f"No clear difference between the {row['segments']} segments of customer state")
    assert f"(q = {row['q_value']:.2g})" in text and "does not show that they are the same" in text


def test_a_difference_is_told_by_its_spread(run: Run) -> None:
    text = under(run, SAME, put("heterogeneity", {"q_value": 0.05, "spread": 0.123}, **HETEROGENEITY))
    assert text.startswith("It differs between the 6 segments") and "0.123" in text


def test_what_decides_is_the_q_value(run: Run) -> None:
    text = under(run, SAME, put("heterogeneity", {"q_value": 0.051, "p_value": 0.001}, **HETEROGENEITY))
    assert text.startswith("No clear difference")


def test_simpsons_paradox_is_named(run: Run) -> None:
    text = under(run, SAME, put("heterogeneity", {"reversed": "yes"}, **HETEROGENEITY))
    assert text.startswith("Within the segments of customer state it goes the other way round")
    assert "Simpson" in text


def test_a_comparison_that_is_refused_has_its_reason(run: Run) -> None:
    gone: dict[str, Any] = dict.fromkeys(("mean", "low", "high", "spread", "p_value", "q_value", "i2"))
    reason = Reason.ONE_PERIOD()
    text = under(run, SAME, put("heterogeneity", {**gone, "reason": reason}, **HETEROGENEITY))
    assert text.startswith("Over customer state: there is one period only.")


def test_a_segment_is_set_against_the_others(data: ReportData) -> None:
    (row,) = data.rows("segments", **HETEROGENEITY, segment=SEGMENT)
    text = told(data, "delivery_days", "returned", SEGMENT)[1][SAME]
    apart, pooled = re.findall(r"(-?\d\.\d+) percentage points \(95 % interval", text)
    assert float(apart) == pytest.approx(row["difference"], abs=0.051)
    assert float(pooled) == pytest.approx(row["pooled"], abs=0.051)
    assert abs(row["difference"] - row["pooled"]) > 0.2
    assert "Against the other segments" in text
    assert "Against the other segments" not in told(data, "delivery_days", "returned")[1][SAME]


# ---- the chain, who answered, and money -----------------------------------------------------------------


def test_the_paths_are_those_of_the_same_claim(data: ReportData) -> None:
    text = told(data, "delivery_days", "returned")[1][FEEL]
    for label, _ in PERCEPTIONS.values():
        assert f"Via '{label}': " in text
    assert text.count("95 % interval") == 4
    assert FEEL not in told(data, "delivery_days", "satisfaction")[1]
    assert FEEL not in told(data, "satisfaction", "returned")[1]


def test_a_skipped_customer_is_told(run_of: Runs) -> None:
    data = ReportData(run_of("skipped"))
    for row in data.rows("effects", path="total"):
        _, parts = told(data, row["cause"], row["outcome"])
        assert parts[FEEL] == "The customer was skipped: no perception lies between."


@pytest.mark.parametrize(("low", "high", "clear"), [(0.1, 0.3, True), (-0.1, 0.5, False)])
def test_respondents_beside_everyone(run: Run, low: float, high: float, clear: bool) -> None:
    values = {"difference": 0.2, "low": low, "high": high}
    text = under(run, WHO, put("populations", values, driver="delivery_days", behaviour="returned"))
    assert "0.2" in text and "interval" in text
    assert ("no clear difference" in text) != clear


def test_everyones_respondents_are_not_a_segments(data: ReportData) -> None:
    assert WHO in told(data, "delivery_days", "returned")[1]
    assert WHO not in told(data, "delivery_days", "returned", SEGMENT)[1]
    assert WHO not in told(data, "delivery_days", "satisfaction")[1]


def test_money_is_told_where_there_is_some(data: ReportData) -> None:
    assert "BRL" in told(data, "delivery_days", "returned")[1][WORTH]
    assert "95 % interval" in told(data, "delivery_days", "returned")[1][WORTH]
    assert WORTH not in told(data, "delivery_days", "satisfaction")[1]


# ---- names ----------------------------------------------------------------------------------------------


def test_names_and_labels_find_the_same_row(data: ReportData) -> None:
    row = find_claim(data, "delivery_days", "returned")
    assert (row["cause"], row["outcome"], row["segment"], row["path"]) == (*DELIVERY.values(), "total")
    assert find_claim(data, "days from order to DELIVERY", "Ordered again within 180 days") == row
    short = find_claim(data, "delivery_days", "returned", LEVELS[0])
    assert short == find_claim(data, "delivery_days", "returned", SEGMENT)
    assert short["segment"] == SEGMENT


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("delivery_dys", "returned"), "did you mean 'delivery_days'?"),
        (("delivery_days", "retrned"), "did you mean 'returned'?"),
        (
            ("delivery_days", "delivery_days"),
            "one of: care_cost, ease, ease:agree, recommend, returned, satisfaction, satisfaction:top-2-box, spend",
        ),
        (("satisfaction", "ease"), "one of: care_cost, returned, spend"),
        (("delivery_days", "returned", "Distrito Federa"), "did you mean 'Distrito Federal'?"),
        (("delivery_days", "returned", "customer_stat = RJ"), "did you mean 'customer_state = RJ'"),
        (("delivery_days", "returned", "zz"), "one of: BA, "),
    ],
)
def test_a_wrong_name_is_refused_with_the_near_one(
    data: ReportData, asked: tuple[str, ...], said: str
) -> None:
    with pytest.raises(RunError) as refused:
        find_claim(data, *asked)
    assert said in str(refused.value)


def test_a_level_that_two_attributes_have_must_be_named_in_full(run: Run) -> None:
    mine = {**DELIVERY, "segment": SEGMENT, "path": "total"}
    data = changed(run, again("effects", {"segment": "seller_state = SP", "estimate": 0.5}, **mine))
    with pytest.raises(RunError) as refused:
        find_claim(data, "delivery_days", "returned", "SP")
    for name in ("customer_state = SP", "seller_state = SP"):
        assert name in str(refused.value)
    assert find_claim(data, "delivery_days", "returned", "seller_state = SP")["estimate"] == 0.5
    assert find_claim(data, "delivery_days", "returned", "RJ")["segment"] == "customer_state = RJ"


def test_a_label_that_two_have_is_not_guessed(run: Run) -> None:
    data = changed(run)
    data.labels.update({"late": "Delivery", "delivery_days": "Delivery"})
    assert OPERATIONS.keys() >= {"late", "delivery_days"}
    with pytest.raises(RunError):
        find_claim(data, "Delivery", "returned")
