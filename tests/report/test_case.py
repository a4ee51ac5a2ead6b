"""What speaks for and against a claim, beside its level: those who did not answer, segments, periods, the data."""

from __future__ import annotations

from typing import Any

import pytest

from lineofsight.reasons import Reason, Statement
from lineofsight.report.data import ReportData
from lineofsight.runs.reader import Run
from lineofsight.units import Unit, UnitKind
from lineofsight.words.case.explanation import Explanation, explain, find_claim
from lineofsight.words.nonresponse import moved, verdict
from lineofsight.words.reasons import clause

from .changes import Change, Tables, changed, put
from .conftest import Runs
from .marketplace import NEVER_VARIES, SEGMENT
from .test_explain import DATA, SAME, SILENT, TIME, WITHOUT, plain

DELIVERY = {"cause": "delivery_days", "outcome": "returned"}
FELT = {"cause": "delivery_days", "outcome": "satisfaction"}
LINK = {"driver": "delivery_days", "outcome": "returned"}


def case(
    run: Run,
    *changes: Change,
    cause: str = "delivery_days",
    outcome: str = "returned",
    segment: str | None = None,
) -> Explanation:
    data = changed(run, *changes)
    return explain(data, find_claim(data, cause, outcome, segment))


def answers(found: Explanation, heading: str) -> list[tuple[str, str]]:
    """Side and sentence of each answer to a question."""
    return [
        (each.side, plain(each.text))
        for part in found.parts
        if part.heading == heading
        for each in part.points
    ]


def test_every_level_has_something_on_each_side(run: Run) -> None:
    found = case(run)
    for side in ("for", "open", "fact"):
        assert found.side(side)  # type: ignore[arg-type]
    everything = [text for part in found.parts for text in part.sentences]
    sides = [text for side in ("for", "against", "open", "fact") for _, text in found.side(side)]  # type: ignore[arg-type]
    assert sorted(sides) == sorted(everything)


@pytest.mark.parametrize(
    ("level", "side"), [("robust", "open"), ("adjusted", "against"), ("associated", "against")]
)
def test_what_keeps_a_claim_down_speaks_against_it_unless_only_a_trial_is_missing(
    run: Run, level: str, side: str
) -> None:
    found = case(run, put("effects", {"evidence": level}, **DELIVERY))
    assert [each for each, _ in answers(found, "Why it is not surer")] == [side]


def test_where_nothing_is_clear_agreement_speaks_for_nothing(data: ReportData) -> None:
    rows = [row for row in data.rows("effects", path="total", segment=None) if row["estimate"] is not None]
    unclear = [row for row in rows if row["low"] <= 0 <= row["high"]]
    assert unclear
    for row in unclear:
        headings = {heading for heading, _ in explain(data, row).side("for")}
        assert not headings & {SILENT, TIME, "Do respondents show the same effect?"}


# ---- those who did not answer ----------------------------------------------------------------------------


def test_the_silents_own_effect_and_a_total_that_needs_no_weights(run: Run) -> None:
    (alike, of_them), (side, unweighted) = answers(case(run), SILENT)
    (p,) = (
        row["p_value"] for row in run.table("populations").rows(driver="delivery_days", behaviour="returned")
    )
    assert p > 0.05
    assert alike == side == "for"
    assert of_them.startswith("Among the silent it is ") and f"no clear difference (p = {p:.2g})" in of_them
    assert "95 % interval" in of_them
    assert unweighted == "The total rests on everyone, answered or not: weights change nothing in it."


def test_where_the_silent_differ_it_speaks_against_the_claim(run: Run) -> None:
    (side, text), *_ = answers(case(run, outcome="spend"), SILENT)
    assert side == "against" and "clearly otherwise (p below 0.001)" in text


def test_what_rests_on_answers_is_told_with_weights_and_its_tipping_point(run: Run) -> None:
    (side, weighted), (left_open, tipping) = answers(case(run, outcome="satisfaction"), SILENT)
    assert (side, left_open) == ("for", "open")
    assert weighted.startswith("With weights, so that the answers stand for everyone who was asked: +0.")
    assert weighted.endswith(": it agrees.") and "95 % interval" in weighted
    (row,) = run.table("weighted_effects").rows(**FELT, segment=None, path="total")
    assert tipping == plain(f"{row['tipping_words']}.")
    assert tipping.startswith(f"{row['response_rate']:.0%} answered. For this to fall, ".replace("%", " %"))


def test_weights_that_change_it_speak_against_it(run: Run) -> None:
    (side, text), *_ = answers(case(run, cause="first_reply", outcome="satisfaction"), SILENT)
    assert side == "against" and text.endswith("it is clearly smaller.")


def test_answers_that_cannot_be_weighted_leave_it_open(run_of: Runs) -> None:
    found = case(run_of("nearly all answered"), cause="hours", outcome="rating")
    (side, text), *_ = answers(found, SILENT)
    assert side == "open"
    told = "These answers cannot be weighted to stand for the silent: too few: 3 did not answer, and "
    assert text.startswith(told)


def test_a_part_that_weights_move_is_told(run: Run) -> None:
    gone = put("weighted_effects", {"low": -1.0, "high": 1.0}, **DELIVERY, path="via satisfaction")
    last = answers(case(run, gone), SILENT)[-1]
    assert last[0] == "against" and last[1].startswith("Via 'Satisfaction with the order', with weights: ")


def test_where_everybody_answered_the_question_is_not_asked(run_of: Runs) -> None:
    data = ReportData(run_of("all answered"))
    claims = data.rows("effects", path="total")
    assert claims and all(row["estimate"] is not None for row in claims)
    for row in claims:
        assert answers(explain(data, row), SILENT) == []


BEFORE = {"unweighted": 1.0, "unweighted_low": 0.5, "unweighted_high": 1.5}


@pytest.mark.parametrize(
    ("after", "gap", "told"),
    [
        ((1.05, 0.55, 1.55), (0.04, 0.06), "it agrees"),  # clear of chance, but a twentieth
        ((1.3, 0.8, 1.8), (-0.1, 0.7), "it agrees"),  # much, but it may be chance
        ((1.3, 0.8, 1.8), (0.1, 0.5), "it is clearly larger"),
        ((0.7, 0.2, 1.2), (-0.5, -0.1), "it is clearly smaller"),
        ((0.4, -0.1, 0.9), (-0.9, -0.3), "it is no longer clear"),
        ((-0.8, -1.3, -0.3), (-2.0, -1.6), "it goes the other way round"),
    ],
)
def test_what_weights_move_noticeably(after: tuple[float, ...], gap: tuple[float, float], told: str) -> None:
    row = {
        **BEFORE,
        **dict(zip(("estimate", "low", "high"), after, strict=True)),
        "difference": after[0] - 1.0,
        "difference_low": gap[0],
        "difference_high": gap[1],
    }
    assert (moved(row), verdict(row)) == (told != "it agrees", told)


def test_what_was_unclear_and_stays_so_has_not_moved() -> None:
    unclear = {"unweighted": 0.1, "unweighted_low": -0.4, "unweighted_high": 0.6, "difference": 0.3}
    row = {
        **unclear,
        "estimate": 0.4,
        "low": -0.1,
        "high": 0.9,
        "difference_low": 0.2,
        "difference_high": 0.4,
    }
    assert not moved(row)
    assert verdict(row | {"low": 0.01}) == "it is clear only with weights"


# ---- segments, periods and the data ----------------------------------------------------------------------


def difference(low: float, high: float, q: float | None) -> Change:
    values = {
        "n": 900,
        "here": 0.2,
        "rest": 0.1,
        "difference": 0.1,
        "unit": Unit("percentage points", UnitKind.PERCENTAGE_POINTS),
        "p_value": 0.01,
    }
    return put("differences", {"segment": SEGMENT, **values, "low": low, "high": high, "q_value": q}, **LINK)


def test_the_segment_that_stood_out_is_named_and_how_it_was_found(run: Run) -> None:
    side, text = answers(case(run, difference(0.05, 0.15, 0.02)), SAME)[-1]
    assert side == "against"
    assert (
        text.startswith("It differs where the segment is 'SP': +0.1") and "measured on the other half" in text
    )
    for change in (difference(-0.05, 0.25, 0.4), difference(0.05, 0.15, 0.2)):
        side, text = answers(case(run, change), SAME)[-1]
        assert side == "open" and "'SP' stood out most; on the other half it does not clearly differ" in text


@pytest.mark.parametrize(
    ("same", "p", "side", "end"),
    [
        (
            1.0,
            0.4,
            "for",
            "It points the same way in 4 of 4 periods; no clear difference between them (p = 0.4).",
        ),
        (3 / 4, 0.4, "open", "in 3 of 4 periods; no clear difference between them (p = 0.4): lowest in "),
        (1.0, 0.01, "against", "in 4 of 4 periods; they differ clearly (p = 0.01): lowest in "),
    ],
)
def test_over_time(run: Run, same: float, p: float, side: str, end: str) -> None:
    (said,) = answers(case(run, put("stability", {"same_sign": same, "p": p}, **LINK)), TIME)
    assert said[0] == side and end in said[1]


def warning(cause: str | None, outcome: str | None, reason: Statement) -> Change:
    row = {"kind": "leak", "cause": cause, "outcome": outcome, "reason": reason, "sentence": clause(reason)}
    row |= {"kept_out": "no", "insisted": "yes", "because": "we know; we looked."}
    return lambda tables: tables["warnings"].append(row)


def copy(of: str) -> Statement:
    return Reason.COPY(name="delivery_days", other=of)


INSISTED = ". It is kept in; the project insists: we know; we looked."


def test_warnings_of_the_link_its_cause_or_its_outcome_are_told_and_no_others(run: Run) -> None:
    found = case(
        run,
        warning("delivery_days", "returned", Reason.SAME_OUTCOME()),
        warning("delivery_days", None, copy("anything")),
        warning("delivery_days", None, copy("anything")),
        warning(None, "returned", Reason.MADE_FROM()),
        warning("delivery_days", "spend", copy("spend")),
        warning("photos", "returned", copy("another")),
        warning(None, None, Reason.COPIED_MOMENTS()),
    )
    assert answers(found, DATA) == [
        ("against", f"The outcome is the same in every episode{INSISTED}"),
        (
            "against",
            f"'Days from order to delivery' is a copy of 'anything': it tells nothing about it{INSISTED}",
        ),
        ("against", f"T{clause(Reason.MADE_FROM())[1:]}{INSISTED}"),
    ]
    assert answers(case(run), DATA) == []


def test_a_refused_claim_has_its_warning_too(run: Run) -> None:
    change = warning(NEVER_VARIES, "returned", Reason.SAME_OUTCOME())
    found = case(run, change, cause=NEVER_VARIES)
    assert [part.heading for part in found.parts] == ["Why there is no answer", DATA]
    assert answers(found, DATA) == [("against", f"The outcome is the same in every episode{INSISTED}")]


def test_what_is_held_equal_and_reasons_have_their_labels(run: Run) -> None:
    change = put(
        "effects",
        {"because": (Reason.BENCHMARK_TOO_WEAK(name="seller_rating"),), "adjusted_for": ("late", "paid")},
        **DELIVERY,
    )
    found = case(run, change)
    assert answers(found, "What speaks for it") == [
        ("for", "One as strong as 'Avaliação do vendedor (média móvel)', the strongest control, would not.")
    ]
    assert (
        answers(found, "What does it rest on?")[-1][1]
        == "Held equal: Delivered after the promised date, paid."
    )


def comparison(kind: str, says: str, **more: Any) -> Change:
    """The run's first comparison of the claim, and no other, with these values."""
    values = {
        "comparison": kind, "n": 4200, "customers": 400, "estimate": 0.2, "low": 0.1, "high": 0.3, "claimed": 0.7,
        "left": 0.5, "left_low": 0.3, "left_high": 0.7, "q_value": 0.01, "says": says, "reason": None,
    }  # fmt: skip

    def change(tables: Tables) -> None:
        (first, *_) = (
            row
            for row in tables["comparisons"]
            if row["cause"] == "delivery_days" and row["outcome"] == "returned"
        )
        tables["comparisons"] = [first | values | more]

    return change


@pytest.mark.parametrize("kind", ["before", "next", "within"])
@pytest.mark.parametrize("says", ["for", "against", "open"])
def test_comparisons_stand_on_the_side_they_speak_for(run: Run, kind: str, says: str) -> None:
    ((side, text),) = answers(case(run, comparison(kind, says)), WITHOUT)
    assert side == says
    assert (
        "+0.2 percentage points (95 % interval 0.1 to 0.3), against +0.7 percentage points (4,200 episodes)"
        in text
    )


def test_a_comparison_that_could_not_be_made_says_why(run: Run) -> None:
    none = dict.fromkeys(("estimate", "low", "high", "left", "left_low", "left_high"))
    found = case(run, comparison("within", "open", **none, reason=Reason.SAME_OUTCOME()))
    assert answers(found, WITHOUT) == [
        (
            "open",
            "Among the same customers, each compared with themselves: that cannot be told, the outcome is the same in every episode.",
        )
    ]


def test_a_segment_is_held_against_nothing_of_its_own(run: Run) -> None:
    assert not answers(case(run, comparison("before", "for"), segment=SEGMENT), WITHOUT)
