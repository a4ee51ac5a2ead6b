"""Each fact that a finding may tell has a sentence: associations, names in quotes, one full stop."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from lineofsight.reasons import Reason
from lineofsight.units import Unit, UnitKind
from lineofsight.words.amounts import Amount, Difference, difference_words, yearly_words
from lineofsight.words.changes import Improvement
from lineofsight.words.findings import Fact, in_words, sentences
from lineofsight.words.findings.cautions import (
    CannotBeEstimated,
    Extracted,
    NotCovered,
    NotInView,
    OrderIsYours,
    SpokenAgainst,
    TooRare,
    WithKeptOut,
)
from lineofsight.words.findings.drivers import (
    NoClearEffect,
    NotInMoney,
    NoYear,
    OperationEffects,
    PerceptionEffects,
    PerceptionPerhaps,
    PerceptionUnclear,
    PerceptionWrongWay,
    PerhapsEffects,
    Worth,
)
from lineofsight.words.findings.paths import (
    DependsOnFeeling,
    OpposedPaths,
    Passes,
    PassesPerhaps,
    PassesUnclear,
    PathShare,
)
from lineofsight.words.findings.response import Answered, LeftOut, SilentDiffer, Unweighted, Weighted
from lineofsight.words.findings.shapes import (
    AsGoodAsItGets,
    ChangingReturns,
    OutsideScale,
    RatingClass,
    StepFrom,
    Threshold,
)
from lineofsight.words.warnings import Reversed, Suspected

EUR = Unit("EUR", UnitKind.MONEY)
POINTS = Unit("percentage points", UnitKind.PERCENTAGE_POINTS)
FASTER = Improvement("wait", 0.1, "lower", "hours", 20.0, 18.0)
BACK = Difference("came_back", Amount(0.46, 0.31, 0.61, POINTS), "robust")
SPENT = Difference("spend", Amount(1.2, 0.9, 1.5, EUR), "robust")
FELT = Difference("mood", Amount(0.05, 0.04, 0.06, "points"), "associated")

SENTENCES: list[tuple[Fact, str]] = [
    (
        OperationEffects(FASTER, (BACK, SPENT, FELT), None),
        "10 % shorter Wait (20 → 18\u00a0hours) reliably goes with +0.46 percentage points of 'Came back' "
        "[0.31, 0.61]. It reliably goes with +EUR\u00a01.2 of 'Spend' [0.9, 1.5]. It goes with +0.05 points of"
        " 'Mood' [0.04, 0.06].",
    ),
    (
        OperationEffects(FASTER, (BACK,), Worth(Amount(150.0, -20.0, 320.0, EUR), ("spend",), False)),
        "10 % shorter Wait (20 → 18\u00a0hours) reliably goes with +0.46 percentage points of 'Came back' "
        "[0.31, 0.61]. In money it goes with +EUR\u00a0150 a year [−20, 320] over 'Spend', which cannot be "
        "told from zero.",
    ),
    (
        NoClearEffect(("wait", "price"), ("mood", "spend")),
        "No clear effect on 'Mood' or 'Spend' was found for Wait and Price. Every interval includes zero,"
        " which does not show that there is none.",
    ),
    (
        PerceptionEffects("mood", "NPS", (BACK,)),
        "1 NPS point more of 'Mood', all else equal, reliably goes with +0.46 percentage points of 'Came back' [0.31, 0.61].",
    ),
    (
        PerhapsEffects(FASTER, (BACK, FELT), 905),
        "Perhaps 10 % shorter Wait (20 → 18\u00a0hours) goes with +0.46 percentage points of 'Came back' "
        "[0.31, 0.61]. Perhaps it goes with +0.05 points of 'Mood' [0.04, 0.06]. Among 905 effects asked "
        "for this may be chance, which more customers or a trial would settle.",
    ),
    (
        PerceptionPerhaps("mood", "NPS", (BACK,), 1905),
        "Perhaps 1 NPS point more of 'Mood', all else equal, goes with +0.46 percentage points of 'Came "
        "back' [0.31, 0.61]. Among 1,905 effects asked for this may be chance, which more customers or a "
        "trial would settle.",
    ),
    (
        PassesPerhaps("wait", (PathShare("spend", 0.3, 0.1, 0.5),), 12),
        "Perhaps, of what a better 'Wait' goes with, about a third in 'Spend' [10, 50]\u00a0% passes through "
        "how customers feel. Among 12 shares asked for this may be chance, which more customers or a "
        "trial would settle.",
    ),
    (
        RatingClass(("wait",), "mood", "delighter", 120),
        "Perhaps 'Wait' is a delighter for 'Mood'. Among 120 classes asked for this may be chance, which "
        "more customers or a trial would settle.",
    ),
    (
        PerceptionWrongWay(
            "mood", "mean", (Difference("came_back", Amount(-2.9, -3.6, -2.2, POINTS), "adjusted"),)
        ),
        "Odd: 1 point more of 'Mood', all else equal, goes with −2.9 percentage points of 'Came back' "
        "[−3.6, −2.2]. That is the wrong way for happier customers. Usually the behaviour, or the intent,"
        " came first and coloured the answer (reverse cause). Or something before moved both, such as a "
        "complaint. It is no reason to make customers less happy; look at which came first.",
    ),
    (
        PerceptionUnclear("mood", ("spend", "came_back")),
        "Whether 'Mood' goes with 'Spend' or 'Came back' cannot be told from these data.",
    ),
    (
        NotInMoney(("spend",), Reason.NO_VALUE_SECTION(), others=False),
        "'Spend' is not put in money: the project file has no section 'value'.",
    ),
    (
        NotInMoney(("spend",), Reason.NO_VALUE_SECTION(), others=True),
        "Money leaves out 'Spend': the project file has no section 'value'.",
    ),
    (
        NoYear(Reason.ONE_DAY()),
        "Nothing is told in money a year. The reason: all moments lie on one day, which does not tell how"
        " many there are in a year. Declare that with 'episodes_per_year' under 'value'.",
    ),
    (
        Passes("wait", (PathShare("came_back", 0.66, 0.58, 0.76), PathShare("spend", 0.5, 0.4, 0.6))),
        "Of what a better 'Wait' goes with, about two thirds in 'Came back' [58, 76]\u00a0% passes through how"
        " customers feel. Of what a better 'Wait' goes with, about half in 'Spend' [40, 60]\u00a0% passes "
        "through how customers feel.",
    ),
    (
        PassesUnclear("wait", ("spend",)),
        "Not clear: whether what a better 'Wait' goes with in 'Spend' passes through how customers feel.",
    ),
    (
        OpposedPaths("wait", "spend", SPENT.amount, Amount(-0.5, -0.7, -0.3, EUR)),
        "A better 'Wait' goes with 'Spend' in two ways that take from each other. It is +EUR\u00a01.2 [0.9, "
        "1.5] through how customers feel, −EUR\u00a00.5 [−0.7, −0.3] otherwise.",
    ),
    (
        DependsOnFeeling("wait", "spend", "mood", "mean", SPENT.amount),
        "What a better 'Wait' goes with in 'Spend' depends on how customers feel. It differs by +EUR\u00a01.2 "
        "[0.9, 1.5] for each point more of 'Mood'.",
    ),
    (
        Threshold(
            "wait", "spend", "hours", Amount(24.0, 17.0, 31.0, "hours"), "above", SPENT.amount, flatter=None
        ),
        "'Wait' has a threshold near 24 hours (17 to 31) on 'Spend': below it no difference is clear. "
        "Above it, 1 hour more goes with +EUR\u00a01.2 [0.9, 1.5].",
    ),
    (
        StepFrom(
            "wait",
            "spend",
            Amount(4.0, 3.0, 4.0, "calls"),
            Amount(11.2, 10.1, 12.4, "per cent"),
            Amount(51.7, 45.8, 57.6, "per cent"),
            Amount(40.5, 34.5, 46.4, "percentage points"),
        ),
        "'Wait' goes with a step in 'Spend' from the 4th call on (3rd to 4th). It is 52\u00a0% from there on "
        "against 11.2\u00a0% before it, +41 [35, 46]\u00a0pp.",
    ),
    (
        Threshold(
            "wait", "spend", "hours", Amount(24.0, 17.0, 31.0, "hours"), "above", SPENT.amount, None, asked=12
        ),
        "Perhaps 'Wait' has a threshold near 24 hours (17 to 31) on 'Spend': below it no difference is "
        "clear. Above it, 1 hour more goes with +EUR\u00a01.2 [0.9, 1.5]. Among 12 shapes asked for this may "
        "be chance, which more customers or a trial would settle.",
    ),
    (
        ChangingReturns("wait", ("spend",), "increasing", asked=12),
        "Perhaps 'Wait' has increasing returns on 'Spend'. The better it already is, the more is gained "
        "by making it better still. Among 12 shapes asked for this may be chance, which more customers or"
        " a trial would settle.",
    ),
    (
        DependsOnFeeling("wait", "spend", "mood", "mean", SPENT.amount, asked=30),
        "Perhaps what a better 'Wait' goes with in 'Spend' depends on how customers feel. It differs by "
        "+EUR\u00a01.2 [0.9, 1.5] for each point more of 'Mood'. Among 30 such differences asked for this may "
        "be chance, which more customers or a trial would settle.",
    ),
    (
        ChangingReturns("wait", ("spend",), "diminishing"),
        "'Wait' has diminishing returns on 'Spend'. The better it already is, the less is gained by "
        "making it better still.",
    ),
    (
        RatingClass(("price", "wait"), "spend", "must-have"),
        "'Price' and 'Wait' are must-haves for 'Spend'. A low rating goes with a clear loss, a high one "
        "with no gain to match.",
    ),
    (
        OutsideScale("price", 1.0, 5.0),
        "'Price' is a rating from 1 to 5, but some of its values lie outside. They are counted with the "
        "nearest end of its scale.",
    ),
    (
        AsGoodAsItGets("wait", 1.0, 1200, clear=False),
        "'Wait' is as good as it gets for all 1,200 episodes. What it would cost to lose it cannot be "
        "seen in these data. It may be a must-have.",
    ),
    (
        AsGoodAsItGets("wait", 0.9999, 12000, clear=True),
        "'Wait' is as good as it gets for nearly 100 % of the episodes. It hardly varies, so that its "
        "importance says little about how much it matters.",
    ),
    (
        Answered("mood", 400, 1000, ("price", "wait"), Unweighted(Reason.NOBODY_ANSWERED())),
        "'Mood' is known for 400 of 1,000 episodes (40\u00a0%). Those who answered differ from the silent in "
        "Price and Wait. Their answers cannot be weighted: nobody answered.",
    ),
    (
        Answered(
            "mood",
            400,
            1000,
            (),
            Weighted("mean", Amount(3.9, 3.85, 3.95, "points"), 4.1, ("price",), "answered", 0.95),
        ),
        "'Mood' is known for 400 of 1,000 episodes (40\u00a0%). Weighted to be like all who were asked, its "
        "mean is 3.90\u00a0points (95\u00a0% interval 3.85 to 3.95) instead of 4.10\u00a0points. The weights leave out "
        "'Price', as too few answered to tell.",
    ),
    (
        SilentDiffer(("spend",), 0.0004),
        "What goes with 'Spend' differs between those who answered and the silent (p < 0.001). Paths "
        "through perceptions may not hold for everyone.",
    ),
    (
        LeftOut(
            "mood",
            "mean",
            lost=30,
            stored=1000,
            lacking=(("price", 20), ("wait", 12)),
            mean=3.1,
            other=4.2,
            mean_unit="points",
            difference=Amount(-1.1, -1.3, -0.9, "points"),
            confidence=0.95,
        ),
        "The models leave out 30 of 1,000 episodes, and those are unlike the others. Unknown are 'Price' "
        "of 20 and 'Wait' of 12. Where known, the mean of 'Mood' is 3.10\u00a0points, against 4.20\u00a0points of "
        "the others. That is a difference of −1.1\u00a0points (95\u00a0% interval −1.3 to −0.9). What is told here "
        "does not hold for them. 'missing: indicator' keeps them.",
    ),
    (
        NotInView("perceptions"),
        "The customer was skipped: no perception is declared, so how customers felt is not in view.",
    ),
    (
        OrderIsYours(None),
        "What came first is your word, not in the data: they have no times. So no claim is above 'adjusted' unless 'order' under"
        " 'episodes' says how it is known, or an operation was assigned by lot.",
    ),
    (
        OrderIsYours("calls of May, answers of June"),
        "What came first is not in the data: they have no times, and the project file says 'calls of May, answers of June'.",
    ),
    (
        TooRare("came_back", "failed", 12, 3000, 7),
        "What goes with 'Came back' can hardly be told from these data: it failed to happen in only 12 of"
        " 3,000 episodes. That is too few for models of 7 columns. Its effects are in the tables, not "
        "among the findings.",
    ),
    (
        CannotBeEstimated(("wait", "price"), ("spend",), Reason.SAME_EVERYWHERE()),
        "No effect of 'Wait' and 'Price' on 'Spend' can be estimated: each is the same in every episode.",
    ),
    (
        Extracted("price"),
        "Extracted, not earned? Making 'Price' better goes with more of what the company wants, but with a worse perception.",
    ),
    (
        NotCovered(("spend", "came_back"), 0.25, Reason.WINDOW_ENDS_AFTER(name="sales", at="2024-03-01")),
        "For 25\u00a0% of the episodes 'Spend' and 'Came back' are unknown: their window ends after table 'sales' does"
        " (2024-03-01). There they count as missing, not as zero.",
    ),
    (
        WithKeptOut("plan", "spend", ((FASTER, SPENT),)),
        "No claim on 'Spend' is above 'associated', as 'Plan' is kept out. Whatever differs with it may "
        "be behind them. With it held equal, 10 % shorter Wait would go with +EUR\u00a01.2 of 'Spend' [0.9, "
        "1.5].",
    ),
    (
        WithKeptOut("plan", "spend", ()),
        "No claim on 'Spend' is above 'associated', as 'Plan' is kept out. Whatever differs with it may "
        "be behind them. With it held equal, nothing can be told.",
    ),
    (
        SpokenAgainst("wait", "spend", (Reason.NOT_WITHIN(),)),
        "'Spend' may go with 'Wait' only for who the customers are. ",
    ),
    (
        Suspected(
            {
                "kind": "leak",
                "cause": "wait",
                "outcome": "spend",
                "reason": Reason.COPY(name="wait", other="spend"),
                "share": 1.0,
                "n": 10,
                "kept_out": "yes",
                "because": None,
            }
        ),
        "'Wait' is a copy of 'Spend': it tells nothing about it. It is kept out. If it is known in time, say so under"
        " 'insist' in the project file.",
    ),
    (
        Reversed(
            FASTER, "tier", BACK, Difference("came_back", Amount(-0.3, -0.4, -0.2, POINTS)), {"because": None}
        ),
        "Simpson's paradox: 10 % shorter Wait goes with +0.46 percentage points of 'Came back' [0.31, "
        "0.61] for everyone. On average within the segments of 'Tier' it goes with −0.3 percentage points"
        " of 'Came back' [−0.4, −0.2]. It is not among the findings; make 'Tier' a control if it came "
        "first.",
    ),
]


def label(name: str) -> str:
    return name.replace("_", " ").capitalize()


@pytest.mark.parametrize(("fact", "sentence"), SENTENCES)
def test_sentences(fact: Fact, sentence: str) -> None:
    said = in_words(fact, label)
    assert said.startswith(sentence) if sentence.endswith(" ") else said == sentence
    assert said.endswith(".") and not said.endswith("..")


def test_an_amount_without_an_interval_is_told_alone() -> None:
    assert difference_words(replace(BACK, amount=Amount(0.46, None, None, POINTS)), label) == (
        "+0.460 percentage points of 'Came back'"
    )
    assert yearly_words(Amount(150.0, None, None, EUR)) == "+EUR\u00a0150 a year"


def test_every_fact_has_its_sentence_here() -> None:
    assert {type(fact) for fact, _ in SENTENCES} == set(get_args(Fact))


@pytest.mark.parametrize(("fact", "sentence"), SENTENCES)
def test_no_sentence_is_too_long_to_be_read_aloud(fact: Fact, sentence: str) -> None:
    for said in sentences(fact, label):
        assert len(said.split(". ")[0].split()) <= 25, said
        assert said.count("[") <= 2, said


def test_many_names_are_shared_out_over_sentences_and_none_is_lost() -> None:
    names = tuple(f"waiting_time_{n}" for n in range(60))
    said = sentences(NoClearEffect(names, ()), label)
    assert all(len(each.split()) <= 25 for each in said) and len(said) > 5
    assert all(label(name) in " ".join(said) for name in names)
