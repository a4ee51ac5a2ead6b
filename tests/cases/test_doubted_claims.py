"""Claims beside columns that are known only afterwards, or seem to be: small companies whose truth is planted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest
from tests.sparks import spark_session

import lineofsight
from lineofsight.api import Run
from lineofsight.words.reasons import clause

N = 1500
Columns = Mapping[str, Any]

PROJECT = """\
name: Case
currency: EUR
tables: {c: {path: c.csv}}
episodes: {each: c, key: id, customer: id, at: "date '2024-01-01'"}
estimation: {replicates: 100}
"""
STAYED = "behaviours: {stayed: {kind: stay, value: stayed}}"
SATISFIED = "perceptions: {satisfaction: {value: satisfaction, measure: csat}}"


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Run]:
    def run(columns: Columns, *sections: str) -> Run:
        data = {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
        pa.csv.write_csv(pa.table({"id": np.arange(N), **data}), tmp_path / "c.csv")
        (tmp_path / "lineofsight.yml").write_text("\n".join((PROJECT, *sections, "")))
        return lineofsight.run(tmp_path)

    return run


def total(run: Run, cause: str, outcome: str) -> dict[str, Any]:
    (row,) = run.effects.rows(cause=cause, outcome=outcome, path="total", segment=None)
    return row


def suspected(run: Run) -> set[tuple[str, str, str, str]]:
    rows = run.table("warnings").rows()
    return {(row["kind"], row["cause"], row["outcome"], row["kept_out"]) for row in rows}


def findings(run: Run) -> str:
    return "\n".join(row["sentence"].replace("\u00a0", " ") for row in run.findings.rows())


def codes(row: Mapping[str, Any]) -> set[str]:
    return {str(statement.code) for statement in row["not_higher"]}


# --- a control that moves with the outcome is no leak for being zero together


def users() -> dict[str, Any]:
    """Who uses much pays much and fails often; a failure less is worth 4, and who used nothing has paid nothing."""
    rng = np.random.default_rng(7)
    usage = np.where(rng.random(N) < 0.1, 0.0, rng.gamma(2, 80, N)).round(2)
    failures = np.maximum(usage * 0.1 + rng.normal(6, 6, N), 0).round(1)
    value = np.where(usage > 0, np.maximum(2 * usage - 4 * failures + rng.normal(90, 30, N), 1), 0).round(2)
    return {"usage": usage, "failures": failures, "value": value, "age": rng.integers(18, 80, N)}


FAILURES = "operations: {failures: {value: failures, better: lower}}"
VALUE = "behaviours: {value: {kind: buy_more, value: value}}"


def right_way(run: Run, control: str = "usage") -> None:
    """A tenth fewer of some 20 failures is worth about 7.5, and with nothing but age held equal it would be a loss."""
    row = total(run, "failures", "value")
    assert 6.0 < row["estimate"] < 9.0 and row["low"] > 0
    assert control in row["adjusted_for"]
    assert not any(each[3] == "yes" for each in suspected(run))


def test_a_control_that_is_zero_where_the_amount_is_stays_and_turns_the_claim_right(
    told: Callable[..., Run],
) -> None:
    run = told(users(), FAILURES, VALUE, "controls: [usage, age]")
    right_way(run)
    assert suspected(run) == {
        ("strong", "usage", "value", "no")
    }  # it explains nearly all: it may be made from it
    row = total(run, "failures", "value")
    assert row["evidence"] == "adjusted" and "held_beside" in codes(row)
    (without,) = run.table("alternatives").rows()
    assert (without["column"], without["held_equal"]) == ("usage", "no")
    assert without["high"] < 0
    case = run.explain("failures", "value")
    assert any(
        "Without 'usage'" in text and "the other way round" in text for _, text in case.side("against")
    )


def test_a_control_that_is_missing_where_the_amount_is_zero_stays(told: Callable[..., Run]) -> None:
    data = users()
    data["usage"] = [float(each) if each else None for each in data["usage"]]
    right_way(told(data, FAILURES, VALUE, "controls: [{usage: {value: usage, missing: indicator}}, age]"))


def test_a_count_that_moves_with_a_count_is_no_leak(told: Callable[..., Run]) -> None:
    data = users()
    rng = np.random.default_rng(8)
    data["usage"] = np.ceil(data["usage"] / 40)
    orders = np.where(data["usage"] > 0, 1 + rng.poisson(data["usage"]), 0)
    run = told(
        {**data, "value": orders},
        FAILURES,
        "behaviours: {value: {kind: buy_more, value: value, unit: orders}}",
        "controls: [usage, age]",
    )
    assert suspected(run) == set()
    assert "usage" in total(run, "failures", "value")["adjusted_for"]


def test_levels_that_move_with_the_amount_are_no_leak_though_one_is_of_those_with_none(
    told: Callable[..., Run],
) -> None:
    data = users()
    edges = [0.01, 60, 120, 180, 260]
    data["plan"] = np.array(["none", "xs", "s", "m", "l", "xl"])[np.digitize(data["usage"], edges)]
    run = told(data, FAILURES, VALUE, "controls: [plan, age]")
    assert not any(each[3] == "yes" for each in suspected(run))
    assert "plan" in total(run, "failures", "value")["adjusted_for"]


def test_a_flag_of_whether_there_is_any_is_kept_out_and_no_claim_is_sure(told: Callable[..., Run]) -> None:
    data = users()
    data["flag"] = (data["value"] > 0).astype(int)
    run = told(data, FAILURES, VALUE, "controls: [flag, usage, age]")
    assert ("separation", "flag", "value", "yes") in suspected(run)
    row = total(run, "failures", "value")
    assert row["evidence"] == "associated" and "control_kept_out" in codes(row)
    assert "flag" not in row["adjusted_for"]
    (beside,) = run.table("alternatives").rows(column="flag")
    assert beside["held_equal"] == "yes" and beside["low"] < beside["estimate"] < beside["high"]
    case = run.explain("failures", "value")
    assert case.level == "associated"
    assert any("With 'flag' held equal" in text for part in case.parts for text in part.sentences)
    assert "No claim on 'value' is above 'associated', as 'flag' is kept out" in findings(run)


# --- a control that is made after an outcome


def churners(noise: float = 0.0) -> dict[str, Any]:
    """Support keeps customers, and leaves how they feel as it is; those who feel well stay, too."""
    rng = np.random.default_rng(11)
    support, satisfaction = rng.integers(0, 2, N), np.clip(np.round(rng.normal(3, 1, N)), 1, 5)
    stayed = (rng.random(N) < np.clip(0.3 + 0.3 * support + 0.12 * (satisfaction - 3), 0, 1)).astype(int)
    active = stayed ^ (rng.random(N) < noise)
    spend = np.where(stayed, rng.gamma(4, 10, N), rng.gamma(1, 10, N)).round(1)
    return {
        "support": support,
        "satisfaction": satisfaction,
        "stayed": stayed,
        "status": np.where(active, "Active", "Churned"),
        "spend": spend,
        "age": rng.integers(18, 80, N),
    }


SUPPORT = "operations: {support: {value: support, better: higher}}"
STATUS = "controls: [age, status]"


@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_a_control_made_after_leaving_is_not_held_equal_for_what_customers_said_before(
    told: Callable[..., Run], noise: float
) -> None:
    run = told(churners(noise), SUPPORT, SATISFIED, STAYED, STATUS)
    row = total(run, "support", "satisfaction")
    assert row["low"] < 0 < row["high"]
    assert "status" not in row["adjusted_for"] and row["evidence"] == "associated"
    assert "Extracted" not in findings(run)
    (warned,) = run.table("warnings").rows(kind="later")
    assert (warned["cause"], warned["outcome"], warned["kept_out"]) == ("status", "satisfaction", "yes")
    assert "not held equal for what comes before, 'satisfaction'" in warned["sentence"]
    beside = run.table("alternatives").rows(cause="support", outcome="satisfaction", column="status")
    assert len(beside) == 1 and beside[0]["high"] < 0  # the false effect stands beside, and is no finding
    for path in run.effects.rows(cause="support", outcome="stayed"):
        assert "status" not in path["adjusted_for"] and path["evidence"] == "associated"


def test_nor_for_another_behaviour_that_goes_through_leaving(told: Callable[..., Run]) -> None:
    both = STAYED[:-1] + ", spend: {kind: buy_more, value: spend}}"
    run = told(churners(), SUPPORT, SATISFIED, both, STATUS)
    row = total(run, "support", "spend")
    assert row["low"] > 0  # beside the status, nothing would be left of it
    assert ("later", "status", "spend", "yes") in suspected(run)


def test_nor_in_the_model_of_who_answers(told: Callable[..., Run]) -> None:
    data = churners()
    silent = np.random.default_rng(12).random(N) < 0.4
    data["satisfaction"] = [
        None if quiet else each for quiet, each in zip(silent, data["satisfaction"], strict=True)
    ]
    with_status = told(data, SUPPORT, SATISFIED, STAYED, STATUS)
    without = told(data, SUPPORT, SATISFIED, STAYED, "controls: [age]")
    ours, plain = (run.table("weighting").rows() for run in (with_status, without))
    assert ours and [row["columns"] for row in ours] == [row["columns"] for row in plain]


def test_a_control_made_after_an_answer_is_not_held_equal_for_what_goes_through_it(
    told: Callable[..., Run],
) -> None:
    rng = np.random.default_rng(13)
    data = churners()
    touch = np.clip(np.round(3 + 0.6 * (data["support"] - 0.5) + rng.normal(0, 1, N)), 1, 5)
    data["satisfaction"] = np.clip(np.round(touch + rng.normal(0, 1, N)), 1, 5)
    data["touch"] = touch
    data["mark"] = (20 * data["satisfaction"] + rng.normal(0, 2, N)).round(1)
    run = told(
        data,
        SUPPORT,
        "perceptions: {touch: {value: touch, measure: csat, leads_to: satisfaction},"
        " satisfaction: {value: satisfaction, measure: csat}}",
        STAYED,
        "controls: [age, mark]",
    )
    assert suspected(run) == {
        ("near_leak", "mark", "satisfaction", "yes"),
        ("later", "mark", "touch", "yes"),
        ("later", "mark", "stayed", "yes"),
    }
    # Ten of a hundred cases more, times 0.6.
    assert total(run, "support", "touch")["estimate"] == pytest.approx(0.06, abs=0.015)
    assert all("mark" not in row["adjusted_for"] for row in run.effects.rows())


def test_the_project_may_insist_that_it_was_there_before(told: Callable[..., Run]) -> None:
    known = "insist: [{cause: status, outcome: satisfaction, because: it is last year's}]"
    run = told(churners(), SUPPORT, SATISFIED, STAYED, STATUS, known)
    assert {each[0] for each in suspected(run)} == {"separation"}
    assert "status" in total(run, "support", "satisfaction")["adjusted_for"]


# --- what settles an outcome in a part of the episodes


def scored(low: int = 60, high: int = 80, slips: float = 0.0) -> dict[str, Any]:
    """Nobody leaves below `low`, and everybody above `high`, but for slips of the pen; waiting makes customers leave."""
    rng = np.random.default_rng(17)
    waiting = rng.gamma(4, 5, N).round(1)
    stayed = (rng.random(N) < np.clip(0.95 - 0.012 * waiting, 0.02, 0.98)).astype(int)
    seen = stayed ^ (rng.random(N) < slips)
    score = np.where(seen, rng.integers(0, high + 1, N), rng.integers(low, 101, N))
    return {"score": score, "waiting": waiting, "stayed": stayed, "age": rng.integers(18, 80, N)}


WAITING = "waiting: {value: waiting, better: lower}"
WITH_SCORE = f"operations: {{score: {{value: score, better: lower}}, {WAITING}}}"
AGE = "controls: [age]"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (scored(), ("below 60", "above 80")),
        (scored(low=0, high=70), ("above 70",)),
        (scored(high=100), ("below 60",)),
        (scored(slips=0.001), ("below 60", "above 80")),
    ],
)
def test_a_score_that_settles_an_outcome_at_its_ends_is_doubted(
    told: Callable[..., Run], data: Columns, where: tuple[str, ...]
) -> None:
    run = told(data, WITH_SCORE, STAYED, AGE)
    (row,) = run.table("warnings").rows()
    assert (row["kind"], row["cause"], row["outcome"], row["kept_out"]) == (
        "partial",
        "score",
        "stayed",
        "no",
    )
    assert all(f"'score' {end}" in row["sentence"] for end in where)
    certain = np.zeros(N, dtype=bool)
    for end in where:
        side, limit = end.split()
        certain |= data["score"] < int(limit) if side == "below" else data["score"] > int(limit)
    assert row["share"] == pytest.approx(certain.mean(), abs=0.01)
    for cause in ("score", "waiting"):
        claim = total(run, cause, "stayed")
        assert claim["evidence"] == "adjusted" and codes(claim) & {"settles", "held_beside"}
    (beside,) = run.table("alternatives").rows(cause="waiting")
    assert (beside["column"], beside["held_equal"]) == ("score", "no")
    truth = 0.012 * data["waiting"].mean() * 0.1 * 100
    assert beside["low"] < truth < beside["high"]
    assert "'score' settles 'stayed' in" in findings(run)


def test_a_control_that_settles_an_outcome_makes_the_claims_beside_it_unsure(
    told: Callable[..., Run],
) -> None:
    run = told(scored(), f"operations: {{{WAITING}}}", STAYED, "controls: [age, score]")
    assert suspected(run) == {("partial", "score", "stayed", "no")}
    claim = total(run, "waiting", "stayed")
    assert claim["evidence"] == "adjusted" and "held_beside" in codes(claim)


def test_levels_that_settle_an_outcome_are_doubted(told: Callable[..., Run]) -> None:
    data = scored()
    bands = np.digitize(data["score"], [30, 60, 81])
    data["band"] = np.array(["calm", "fine", "watch", "gone"])[bands]
    run = told(data, f"operations: {{{WAITING}}}", STAYED, "controls: [age, band]")
    (row,) = run.table("warnings").rows()
    assert (row["kind"], row["cause"]) == ("partial", "band")
    assert "where 'band' is 'gone'" in row["sentence"] and "'calm'" in row["sentence"]


def test_a_perception_that_settles_an_outcome_is_doubted_and_operations_are_not(
    told: Callable[..., Run],
) -> None:
    data = scored()
    rng = np.random.default_rng(18)
    data["satisfaction"] = np.where(data["stayed"], rng.integers(2, 6, N), rng.integers(1, 4, N))
    run = told(data, f"operations: {{{WAITING}}}", SATISFIED, STAYED, AGE)
    assert suspected(run) == {("partial", "satisfaction", "stayed", "no")}
    assert total(run, "satisfaction", "stayed")["evidence"] == "adjusted"
    assert total(run, "waiting", "stayed")["evidence"] == "robust"  # no perception is held equal in its total


def test_an_operation_without_which_there_is_none_of_an_amount_is_doubted(told: Callable[..., Run]) -> None:
    rng = np.random.default_rng(19)
    visits = rng.poisson(1.5, N)
    value = np.where((visits > 0) & (rng.random(N) < 0.8), rng.gamma(2, 20, N), 0).round(2)
    run = told(
        {**scored(), "visits": visits, "value": value},
        f"operations: {{visits: {{value: visits, better: higher}}, {WAITING}}}",
        VALUE,
        AGE,
    )
    assert suspected(run) == {("partial", "visits", "value", "no")}
    assert "it was zero in all of them with 'visits' below 1" in findings(run)


@pytest.mark.parametrize(("slope", "at"), [(1.0, 0.0), (2.0, 0.0), (1.5, -3.0), (1.0, 2.0)])
def test_an_honest_driver_however_strong_is_no_score(
    told: Callable[..., Run], slope: float, at: float
) -> None:
    """Odds of up to seven to one for each standard deviation."""
    data = scored()
    rng = np.random.default_rng(20)
    score = rng.normal(size=N)
    data["stayed"] = (rng.random(N) < 1 / (1 + np.exp(-at - slope * score))).astype(int)
    run = told({**data, "score": score.round(3)}, WITH_SCORE, STAYED, AGE)
    assert suspected(run) == set()


def test_the_project_may_insist_on_a_score(told: Callable[..., Run]) -> None:
    run = told(
        scored(), WITH_SCORE, STAYED, AGE, "insist: [{cause: score, outcome: stayed, because: known then}]"
    )
    (row,) = run.table("warnings").rows()
    assert row["insisted"] == "yes" and row["sentence"].endswith("; the project insists: known then.")
    assert "insisted" in codes(total(run, "score", "stayed"))
    assert "held_beside" not in codes(total(run, "waiting", "stayed"))
    assert run.table("alternatives").rows() == []


def test_an_operation_that_explains_more_than_half_of_a_behaviour_is_doubted(
    told: Callable[..., Run],
) -> None:
    data = scored()
    rng = np.random.default_rng(21)
    value = (5 * data["score"] - data["waiting"] + rng.normal(0, 60, N) + 500).round(2)
    run = told({**data, "value": value}, WITH_SCORE, VALUE, AGE)
    assert suspected(run) == {("strong", "score", "value", "no")}
    assert {total(run, cause, "value")["evidence"] for cause in ("score", "waiting")} == {"adjusted"}


@pytest.mark.xdist_group("spark")
def test_both_engines_doubt_alike(told: Callable[..., Run]) -> None:
    spark_session()
    data = {**scored(), **users(), "status": churners()["status"]}
    both = STAYED[:-1] + ", value: {kind: buy_more, value: value}}"
    sections = (WITH_SCORE, both, "controls: [age, status, usage]")
    ours, theirs = (
        told(data, *sections, engine).table("warnings").rows() for engine in ("", "engine: spark")
    )
    assert {(row["kind"], row["cause"]) for row in ours} >= {("partial", "score"), ("strong", "usage")}
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.pop("share") == pytest.approx(other.pop("share"), rel=1e-9)
        assert clause(mine.pop("reason")) == clause(other.pop("reason"))
        assert mine == other


# --- a perception that goes the wrong way


def test_happier_customers_who_stay_less_are_told_as_odd(told: Callable[..., Run]) -> None:
    rng = np.random.default_rng(23)
    data = churners()
    data["stayed"] = (rng.random(N) < 0.7 - 0.1 * (data["satisfaction"] - 3)).astype(int)
    data["cost"] = (5 + 0.5 * data["satisfaction"] + rng.normal(0, 1, N)).round(2)
    data["spend"] = (20 + 2 * data["satisfaction"] + rng.normal(0, 4, N)).round(2)
    behaviours = (
        STAYED[:-1] + ", cost: {kind: cost_to_serve, value: cost}, spend: {kind: buy_more, value: spend}}"
    )
    run = told(data, SUPPORT, SATISFIED, behaviours, AGE)
    (odd,) = [row for row in run.findings.rows() if row["sentence"].startswith("Odd:")]
    assert (odd["kind"], odd["subject"]) == ("caution", "satisfaction")
    assert "'stayed'" in odd["sentence"] and "'cost'" in odd["sentence"] and "'spend'" not in odd["sentence"]
    assert "reverse cause" in odd["sentence"] and "complaint" in odd["sentence"]
    (usual,) = [row for row in run.findings.rows() if row["kind"] == "perception"]
    assert "'spend'" in usual["sentence"] and "'stayed'" not in usual["sentence"]
    for outcome in ("stayed", "cost"):
        claim = total(run, "satisfaction", outcome)
        assert claim["evidence"] == "adjusted" and "wrong_way" in codes(claim)
    assert "wrong_way" not in codes(total(run, "satisfaction", "spend"))
    case = run.explain("satisfaction", "stayed")
    assert any("which is odd" in text for _, text in case.side("against"))
