"""Signs that tell an outcome: at which counts one gives it away, how it is named, and which levels are one."""

from __future__ import annotations

import pytest

from lineofsight.analyses.leakage.signals import level_signals, separating, strongest_signal
from lineofsight.analyses.leakage.suspicions import Suspicion, kept_out, withheld
from lineofsight.episodes.leakage import LeakageSignal, LevelCount
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.agreement import Fourfold
from model.world import behaviour

STAY = behaviour("stay")
SEEN = Reason.COPY(name="speed", other="stay")


def levels(**counts: tuple[int, int]) -> list[LevelCount]:
    return [LevelCount(name, some, none) for name, (some, none) in counts.items()]


# ---- levels ---------------------------------------------------------------------------------------------


def test_levels_are_cut_in_the_order_of_how_often_there_is_any_and_the_sign_is_the_side_with_fewer() -> None:
    found = level_signals(levels(c=(5, 15), a=(18, 2), never=(1, 39), b=(12, 8)))
    assert [(each.levels, each.counts) for each in found] == [
        (("a",), Fourfold(18, 2, 18, 62)),
        (("a", "b"), Fourfold(30, 10, 6, 54)),
        (("never",), Fourfold(1, 39, 35, 25)),
    ]
    assert {(each.above, each.least, each.flag) for each in found} == {(None, False, True)}


def test_of_two_sides_with_as_many_levels_the_sign_is_the_one_with_more_of_the_outcome() -> None:
    (only,) = level_signals(levels(seldom=(2, 18), often=(15, 5)))
    assert (only.levels, only.counts) == (("often",), Fourfold(15, 5, 2, 18))


def test_a_level_whose_outcome_is_never_known_is_no_side_of_a_cut() -> None:
    with_it = level_signals(levels(a=(15, 5), unknown=(0, 0), b=(2, 18)))
    assert with_it == level_signals(levels(a=(15, 5), b=(2, 18)))
    assert level_signals(levels(a=(15, 5), unknown=(0, 0))) == ()


@pytest.mark.parametrize(
    ("some", "none", "told"), [(10, 30, True), (9, 30, False), (30, 10, True), (30, 9, False)]
)
def test_levels_tell_by_chance_where_an_outcome_has_fewer_than_ten_episodes_of_a_kind(
    some: int, none: int, told: bool
) -> None:
    assert bool(level_signals(levels(a=(some, 0), b=(0, none)))) == told
    assert separating(levels(a=(some, 0), b=(0, none))) == told


def test_levels_separate_only_where_each_has_the_outcome_always_or_never() -> None:
    assert separating(levels(a=(20, 0), b=(0, 20), c=(0, 0), d=(3, 0))) is True
    assert separating(levels(a=(20, 0), b=(1, 20))) is False


# ---- which sign gives away ------------------------------------------------------------------------------


def signal(*counts: int, flag: bool = False, above: float | None = 3.0, least: bool = False) -> LeakageSignal:
    return LeakageSignal(above, least, Fourfold(*counts), flag)


@pytest.mark.parametrize(
    ("counts", "as_flag", "as_cut"),
    [
        ((148, 12, 52, 588), True, False),  # it leaves exactly a tenth of the doubt where it is there
        ((147, 13, 53, 587), False, False),
        (
            (148, 52, 12, 588),
            True,
            False,
        ),  # it is there in all but a tenth of what the outcome could do without it
        ((147, 53, 13, 587), False, False),
        ((52, 588, 148, 12), True, False),  # and the same where its absence is the sign
        ((100, 0, 60, 240), True, False),  # sure, and it explains exactly half
        ((99, 0, 61, 240), False, False),
        ((495, 5, 5, 495), True, True),
    ],
)
def test_a_flag_that_is_nearly_sure_and_explains_half_gives_away_and_a_cut_has_to_agree(
    counts: tuple[int, int, int, int], as_flag: bool, as_cut: bool
) -> None:
    assert (strongest_signal("speed", STAY, [signal(*counts, flag=True)]) is not None) == as_flag
    assert (strongest_signal("speed", STAY, [signal(*counts)]) is not None) == as_cut


@pytest.mark.parametrize(
    ("sign", "named"),
    [
        (signal(480, 20, 20, 480), Reason.SIGN_ABOVE(name="speed", value=3.0)),
        (signal(480, 20, 20, 480, least=True), Reason.SIGN_FROM(name="speed", value=3.0)),
        (signal(480, 20, 20, 480, above=None), Reason.SIGN_KNOWN(name="speed")),
        (
            LeakageSignal(None, False, Fourfold(480, 20, 20, 480), True, ("a", "b")),
            Reason.SIGN_LEVELS(name="speed", names=("a", "b")),
        ),
        (
            LeakageSignal(None, False, Fourfold(480, 20, 20, 480), True, ("a", None)),
            Reason.SIGN_LEVELS_OR_OTHER(name="speed", names=("a",)),
        ),
    ],
)
def test_a_sign_is_named_by_its_cut_or_its_levels_with_the_shares_on_both_of_its_sides(
    sign: LeakageSignal, named: Statement
) -> None:
    near = strongest_signal("speed", STAY, [sign])
    assert near is not None
    assert near.what == Reason.TOLD_BY_SIGN(kind="buy_more", share=0.96, beside=0.04, inner=(named,))
    assert (near.share, near.n) == (0.96, 1000)


def test_the_sign_that_tells_best_is_the_one_whose_presence_or_absence_agrees_most() -> None:
    against = signal(10, 490, 490, 10, above=7.0)
    near = strongest_signal("speed", STAY, [signal(480, 20, 20, 480), against, signal(450, 50, 50, 450)])
    assert near is not None
    assert near.what.inner == (Reason.SIGN_ABOVE(name="speed", value=7.0),)
    assert near.share == 0.98
    assert near.what.share == pytest.approx(0.02) and near.what.beside == pytest.approx(0.98)
    assert strongest_signal("speed", STAY, [signal(300, 200, 200, 300)]) is None


# ---- what becomes of what is found ----------------------------------------------------------------------


def test_only_what_is_kept_out_of_one_link_is_and_the_first_reason_stays() -> None:
    later = Reason.SEPARATES(name="speed", other="stay")
    every = [
        Suspicion("leak", "speed", "stay", SEEN, kept_out=True),
        Suspicion("separation", "speed", "stay", later, kept_out=True),
        Suspicion("near_leak", "wait", "stay", SEEN),
        Suspicion("twin", "csat", None, SEEN, kept_out=True),
        Suspicion("link", None, "stay", SEEN, kept_out=True),
    ]
    assert kept_out(every) == {("speed", "stay"): SEEN}


def test_claims_are_withheld_of_the_outcomes_asked_about_but_where_the_project_insists() -> None:
    everywhere = Suspicion("function", "speed", None, SEEN, withheld=True)
    turned = Suspicion("simpson", "wait", "spend", SEEN, withheld=True)
    insisted = Suspicion("function", "speed", "stay", SEEN, insisted="known before")
    others = [
        Suspicion("function", "help", None, SEEN),
        Suspicion("duplicate", None, None, SEEN, withheld=True),
    ]
    assert withheld([everywhere, turned, *others], ["stay", "spend"]) == {
        ("speed", "stay"), ("speed", "spend"), ("wait", "spend"),
    }  # fmt: skip
    assert withheld([everywhere, turned, insisted, *others], ["stay", "spend"]) == {
        ("speed", "spend"), ("wait", "spend"),
    }  # fmt: skip
    assert withheld([turned], ["stay"]) == frozenset()
    # insisting on a link for one reason lets nothing else through
    assert withheld([everywhere, Suspicion("leak", "speed", "stay", SEEN, insisted="known")], ["stay"]) == {
        ("speed", "stay")
    }


def test_an_objection_is_what_was_seen_and_the_projects_reason_where_it_has_one() -> None:
    assert Suspicion("leak", "speed", "stay", SEEN).objection == SEEN
    insisted = Suspicion("leak", "speed", "stay", SEEN, insisted="known before")
    assert insisted.objection == Reason.INSISTED(text="known before", inner=(SEEN,))
