"""The rules of evidence as a table of cases, and the words that they allow."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from lineofsight.analyses.evidence.assignment import Assignment
from lineofsight.analyses.evidence.levels import FEWEST_CUSTOMERS, LEVELS, WEAKEST_HIDDEN, Case, judge
from lineofsight.reasons import Reason
from lineofsight.stats.multiplicity import FALSE_DISCOVERIES
from lineofsight.words.evidence import verb
from lineofsight.words.reasons import clause, clauses

ROBUST = Case(
    adjusted=True, clear=True, q_value=0.01, robustness=0.05, benchmark="tier", outlives_benchmark=True
)
NAN = float("nan")


def test_a_case_that_meets_all() -> None:
    verdict = judge(ROBUST)
    assert verdict.level == "robust"
    assert len(verdict.because) == 4
    assert "q = 0.010" in clause(verdict.because[1])
    assert re.search(r"5\.0.%", clause(verdict.because[2]))
    assert "'tier'" in clause(verdict.because[3])
    assert len(verdict.not_higher) == 1 and "on purpose" in clause(verdict.not_higher[0])


#: What is otherwise, and what the one clause against it has in it.
AGAINST: list[tuple[dict[str, Any], str]] = [
    ({"clear": False}, "includes zero"),
    ({"clear": False, "q_value": 0.6, "robustness": 0.0, "outlives_benchmark": False}, "includes zero"),
    ({"q_value": 0.0501}, "chance find (q = 0.050)"),
    ({"q_value": 0.2}, "chance find (q = 0.200)"),
    ({"customers": 99}, "99 customers, and at least 100"),
    ({"rare": True}, "too seldom"),
    ({"robustness": 0.0199}, "2.0"),
    ({"robustness": 0.004}, "0.4"),
    ({"robustness": 0.0}, "less than 0.1"),
    ({"benchmark": None, "outlives_benchmark": False}, "no control to measure"),
    ({"outlives_benchmark": False}, "as strong as 'tier' would be enough"),
    ({"reversed_by": "region"}, "'region' it goes the other way round"),
    ({"against": (Reason.SAME_MOOD(),)}, "one mood"),
]


@pytest.mark.parametrize(("otherwise", "told"), AGAINST)
def test_one_thing_against_it_is_enough(otherwise: dict[str, Any], told: str) -> None:
    verdict = judge(replace(ROBUST, **otherwise))
    assert verdict.level == "adjusted"
    (only,) = verdict.not_higher
    assert told in clause(only)
    assert len(verdict.because) == 1  # nothing is said for it that the level does not need


@pytest.mark.parametrize(
    "otherwise",
    [
        {"q_value": FALSE_DISCOVERIES},
        {"q_value": 0.0},
        {"customers": FEWEST_CUSTOMERS},
        {"robustness": WEAKEST_HIDDEN},
        {"robustness": 1.0},
    ],
)
def test_at_the_very_limit_it_is_met(otherwise: dict[str, Any]) -> None:
    assert judge(replace(ROBUST, **otherwise)).level == "robust"


def test_what_is_not_known_does_not_speak_for_it() -> None:
    assert judge(replace(ROBUST, q_value=NAN)).level == "adjusted"
    assert judge(replace(ROBUST, robustness=NAN)).level == "adjusted"
    assert "nan" not in clauses(judge(replace(ROBUST, robustness=NAN)).not_higher)


def test_all_that_is_against_it_is_told_and_what_lies_behind_an_unclear_interval_is_not() -> None:
    worst = replace(
        ROBUST, q_value=0.3, customers=40, rare=True, robustness=0.001, outlives_benchmark=False,
        reversed_by="region", against=(Reason.SAME_MOOD(), Reason.NOT_WITHIN()),
    )  # fmt: skip
    assert len(judge(worst).not_higher) == 8
    unclear = judge(replace(worst, clear=False)).not_higher
    assert len(unclear) == 6
    assert not any("hidden" in clause(each) or "chance" in clause(each) for each in unclear)


@pytest.mark.parametrize("case", [ROBUST, replace(ROBUST, clear=False, q_value=0.9, customers=3, rare=True)])
def test_without_a_control_nothing_else_counts(case: Case) -> None:
    verdict = judge(replace(case, adjusted=False))
    assert verdict.level == "associated"
    assert len(verdict.because) == len(verdict.not_higher) == 1
    assert "no control" in clause(verdict.not_higher[0])


def test_support_is_told_only_where_it_holds_up() -> None:
    supported = replace(ROBUST, support=(Reason.WITHIN_TOO(),))
    assert judge(supported).because[-1] == Reason.WITHIN_TOO()
    assert judge(replace(supported, rare=True)).because == judge(replace(ROBUST, rare=True)).because


def test_no_rule_gives_what_only_an_experiment_can() -> None:
    for otherwise, _ in [({}, ""), *AGAINST]:
        for adjusted in (True, False):
            assert judge(replace(ROBUST, **otherwise, adjusted=adjusted)).level in LEVELS[:3]


CAUSAL = r"\b(caus\w+|lead\w*|brings?|brought|makes?|drives?|raises?|lowers?|increas\w+|reduc\w+|improv\w+|impact\w*|effects?|affect\w*|due|because of|followed|results?)\b"


@pytest.mark.parametrize("level", LEVELS[:3])
def test_below_quasi_experimental_no_verb_is_causal(level: Any) -> None:
    assert not re.search(CAUSAL, verb(level))
    assert "goes with" in verb(level)


def test_only_an_experiment_brings_something_about() -> None:
    assert [level for level in LEVELS if verb(level) == "brings"] == ["experimental"]
    assert len({verb(level) for level in LEVELS[2:]}) == 3  # 'associated' and 'adjusted' share theirs


def test_clauses_have_no_full_stop() -> None:
    for otherwise, _ in [({}, ""), *AGAINST]:
        verdict = judge(replace(ROBUST, **otherwise))
        assert not any(clause(each).endswith(".") for each in (*verdict.because, *verdict.not_higher))


@pytest.mark.parametrize("q", [0.0, 1e-9, 0.00099])
def test_a_very_small_q_is_not_told_as_zero(q: float) -> None:
    assert "q below 0.001" in clause(judge(replace(ROBUST, q_value=q)).because[1])


LOTS = Assignment("random", "a test in March, by customer", p_value=0.4, strongest="age", columns=3)


def test_lots_that_hold_make_it_experimental() -> None:
    """Whatever is hidden: no control to measure it by, and no robustness, is needed."""
    verdict = judge(replace(ROBUST, assigned=LOTS, benchmark=None, outlives_benchmark=False, robustness=0.0))
    assert verdict.level == "experimental" and verdict.not_higher == ()
    assert "a test in March, by customer" in clause(verdict.because[0])
    assert "over 3 columns" in clause(verdict.because[1])


def test_chance_is_less_than_lots() -> None:
    verdict = judge(replace(ROBUST, assigned=replace(LOTS, how="chance")))
    assert verdict.level == "quasi-experimental"
    (told,) = verdict.not_higher
    assert "no lots" in clause(told)


#: What is otherwise about a claim on an operation assigned by lot, and what is told against it.
BROKEN_LOTS: list[tuple[dict[str, Any], Assignment, str]] = [
    ({}, replace(LOTS, p_value=0.009), "goes with 'age', which was there before (p = 0.009)"),
    ({}, Assignment("random", "a test"), "no control or earlier behaviour to check that by"),
    ({"clear": False}, LOTS, "its interval includes zero"),
    ({"q_value": 0.2}, LOTS, "chance find"),
    ({"customers": 50}, LOTS, "50 customers"),
    ({"against": (Reason.BEFORE_ALREADY(),)}, LOTS, "did so before"),
]


@pytest.mark.parametrize(("otherwise", "assigned", "told"), BROKEN_LOTS)
def test_lots_that_do_not_hold_are_judged_as_if_there_were_none(
    otherwise: dict[str, Any], assigned: Assignment, told: str
) -> None:
    case = replace(ROBUST, **otherwise)
    verdict = judge(replace(case, assigned=assigned))
    assert verdict.level == judge(case).level
    assert "declared to be assigned at random, but" in clause(verdict.not_higher[0])
    assert told in clause(verdict.not_higher[0])
    assert clauses(verdict.not_higher).count(told) == 1


@pytest.mark.parametrize(
    ("otherwise", "met"),
    [
        ({"q_value": 0.05}, True),
        ({"q_value": 0.051}, False),
        ({"own_p": 0.05}, True),
        ({"own_p": 0.051}, False),
        ({"robustness": 0.02}, True),
        ({"robustness": 0.0199}, False),
        ({"customers": 100}, True),
        ({"customers": 99}, False),
    ],
)
def test_limits_are_those_that_are_written_down(otherwise: dict[str, Any], met: bool) -> None:
    """One in twenty false discoveries, two per cent of what is hidden, a hundred customers (docs/explanation/evidence.md)."""
    assert (judge(replace(ROBUST, **otherwise)).level == "robust") == met


@pytest.mark.parametrize(("p", "balanced"), [(0.01, True), (0.0099, False), (NAN, False), (1.0, True)])
def test_lots_are_balanced_from_a_p_value_of_one_in_a_hundred_on(p: float, balanced: bool) -> None:
    assert Assignment("random", "a test", p, "z", 3).balanced == balanced


def test_reasons_of_a_robust_claim_are_told_in_their_order_with_what_supports_it_last() -> None:
    verdict = judge(replace(ROBUST, support=(Reason.NOT_NEXT(),)))
    assert verdict.because == (
        Reason.HELD_EQUAL(), Reason.CLEAR_AMONG_ALL(p=0.01), Reason.HIDDEN_TOO_WEAK(share=0.05),
        Reason.BENCHMARK_TOO_WEAK(name="tier"), Reason.NOT_NEXT(),
    )  # fmt: skip
    assert verdict.not_higher == (Reason.NOBODY_CHANGED_IT(),)


def test_without_times_and_a_declared_order_no_claim_is_above_adjusted_but_by_lot() -> None:
    verdict = judge(replace(ROBUST, ordered=False))
    assert (verdict.level, verdict.not_higher) == ("adjusted", (Reason.ORDER_ASSUMED(),))
    lots = Assignment("random", "a test", 0.5, "z", 3)
    assert judge(replace(ROBUST, ordered=False, assigned=lots)).level == "experimental"


def test_lots_that_are_untested_or_unbalanced_come_first_among_what_is_against_them() -> None:
    untested = judge(replace(ROBUST, assigned=Assignment("random", "a test"), rare=True))
    assert untested.level == "adjusted"
    first, *rest = untested.not_higher
    assert first == Reason.ASSIGNED_BUT(
        kind="random", inner=(Reason.ASSIGNMENT_UNTESTED(), Reason.RARE_OUTCOME())
    )
    assert Reason.RARE_OUTCOME() not in rest and Reason.NOBODY_CHANGED_IT() not in rest
    unbalanced = judge(replace(ROBUST, assigned=Assignment("chance", "a test", 0.001, "z", 3)))
    assert unbalanced.level == "robust"
    assert unbalanced.not_higher == (
        Reason.ASSIGNED_BUT(kind="chance", inner=(Reason.UNBALANCED(name="z", p=0.001),)),
    )
    fair = judge(
        replace(ROBUST, assigned=Assignment("chance", "a test", 0.5, "z", 3), support=(Reason.NOT_NEXT(),))
    )
    assert fair.level == "quasi-experimental" and fair.not_higher == (Reason.NO_LOTS(),)
    assert fair.because == (
        Reason.ASSIGNED(kind="chance", text="a test"), Reason.BALANCED(p=0.5, columns=3),
        Reason.CLEAR_AMONG_ALL(p=0.01), Reason.NOT_NEXT(),
    )  # fmt: skip
