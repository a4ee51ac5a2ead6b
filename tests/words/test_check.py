"""What `los check` found, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from lineofsight.reasons import Reason
from lineofsight.units import Unit, UnitKind
from lineofsight.words.check import (
    Duplicated,
    InNeitherList,
    Level,
    Note,
    NotTold,
    PerhapsTurned,
    Refusal,
    Refused,
    Timeless,
    TooSmall,
    Undeclared,
    Worthless,
    YearUntold,
    check_words,
    note_words,
    refusal_words,
)
from lineofsight.words.labels import labelled

label = labelled(
    {name: name.replace("_", " ").capitalize() for name in ("late_days", "price", "returned", "stayed")}
)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (
            Refused(("late_days", "price"), ("returned",), Reason.SAME_OUTCOME()),
            "the effect of 'Late days' and 'Price' on 'Returned': ",
        ),
        (
            TooSmall(tuple((f"tier = {at}", 1000 + at) for at in range(7)), 9),
            "any effect in 7 of 9 segments, which have too few episodes: 'tier = 0' (1,000), 'tier = 1' (1,001),"
            " 'tier = 2' (1,002), 'tier = 3' (1,003), 'tier = 4' (1,004) and 2 more",
        ),
        (Worthless("returned", Reason.NOBODY_STAYED()), "what 'Returned' is worth: "),
        (YearUntold(Reason.ONE_DAY()), "what anything is worth a year: all moments lie on one day"),
    ],
)
def test_refusals(refusal: Refusal, words: str) -> None:
    said = refusal_words(refusal, label)
    assert said.startswith(words)
    assert "Reason." not in said and not said.endswith(".")


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (Undeclared("value"), "there is no section 'value': nothing will be told in money"),
        (
            PerhapsTurned("stayed", "churned", "return"),
            "'Stayed' counts a yes in 'churned' as a customer who stayed; if it means one who left, write 'event: leave'",
        ),
        (
            PerhapsTurned("stayed", "renewed", "leave"),
            "'Stayed' counts a yes in 'renewed' as a customer who left; if it means one who stayed, write 'event: return'",
        ),
        (
            Duplicated({"reason": Reason.COPIED_ROWS(name="raw", names=()), "n": 800, "share": 2 / 3}),
            "800 (67\u00a0%) rows of table 'raw' repeat another in every column. They are counted as they stand",
        ),
        (
            Timeless(None),
            "what came first is your word, not in the data: they have no times. So no claim is above 'adjusted'",
        ),
        (
            Timeless("calls of May"),
            "what came first is not in the data: they have no times, and the project file says 'calls of May'",
        ),
        (
            InNeitherList("stayed", "status", (("Joined", 1200), ("Paused", 0)), mean_no=True),
            "1,200 values of 'status' that are not listed for 'Stayed' count as no: 'Joined' (1,200); 'Paused', listed for"
            " 'Stayed', occurs nowhere in 'status'",
        ),
        (
            InNeitherList("stayed", "status", (("Joined", 3),), mean_no=False),
            "3 values of 'status' that are not listed for 'Stayed' are not known: 'Joined' (3)",
        ),
        (NotTold("late_days", Reason.MADE_FROM()), "'Late days' will not be among the findings: "),
    ],
)
def test_notes(note: Note, words: str) -> None:
    assert note_words(note, label).startswith(words)


@dataclass(frozen=True)
class Held:
    """What a small project's data hold."""

    name: str = "shop"
    labels: dict[str, str] = field(default_factory=dict)
    episodes: int = 90
    anchored: int = 100
    customers: int = 1
    tables: dict[str, int] = field(default_factory=lambda: {"orders": 100})
    operations: dict[str, tuple[float | None, int]] = field(
        default_factory=lambda: {"late": (None, 90), "early": (37.0, 2)}
    )
    negative: dict[str, int] = field(default_factory=lambda: {"early": 1234})
    off_scale: dict[str, tuple[float, float, int]] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=lambda: {"returned": 80, "spend": 1, "mood": 30})
    levels: dict[str, Level] = field(
        default_factory=lambda: {
            "returned": Level(0.857, True, "%"),
            "spend": Level(12.4, False, Unit("EUR", UnitKind.MONEY)),
        }
    )
    drops: tuple[dict[str, Any], ...] = (
        {"name": "returned", "reason": Reason.ANSWERS_LATE(value=14.0), "n": 20, "of": 100},
    )
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ("a note",)


def test_what_was_found_is_told_in_words() -> None:
    said = check_words(Held())
    assert "Episodes: 90 of 100 moments, by 1 customer." in said
    assert "  early: median 37, below zero in 1,234, unknown in 2 episodes\n" in said
    assert "  returned: 86 %, known in 80 episodes\n" in said
    assert "  spend: mean EUR 12.4, known in 1 episode\n  mood: known in 30 episodes\n" in said
    assert "  - returned: answers later than 14 days after the moment: 20 of 100" in said
    assert said.endswith("Notes:\n  - a note")
    assert "Reason." not in said and "will not be able" not in said
