"""What `los check` found, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from lineofsight.reasons import Reason
from lineofsight.words.check import (
    Note,
    NotTold,
    Refusal,
    Refused,
    TooSmall,
    Undeclared,
    Worthless,
    check_words,
    note_words,
    refusal_words,
)


def label(name: str) -> str:
    return name.replace("_", " ").capitalize()


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
    ],
)
def test_refusals(refusal: Refusal, words: str) -> None:
    said = refusal_words(refusal, label, label)
    assert said.startswith(words)
    assert "Reason." not in said and not said.endswith(".")


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (Undeclared("value"), "there is no section 'value': nothing will be told in money"),
        (NotTold("late_days", Reason.MADE_FROM()), "'Late days' will not be among the findings: "),
    ],
)
def test_notes(note: Note, words: str) -> None:
    assert note_words(note, label).startswith(words)


@dataclass(frozen=True)
class Held:
    """What a small project's data hold."""

    name: str = "shop"
    episodes: int = 90
    anchored: int = 100
    customers: int = 1
    tables: dict[str, int] = field(default_factory=lambda: {"orders": 100})
    operations: dict[str, tuple[float | None, int]] = field(default_factory=lambda: {"late": (None, 90)})
    outcomes: dict[str, int] = field(default_factory=lambda: {"returned": 80})
    drops: tuple[dict[str, Any], ...] = (
        {"name": "returned", "reason": Reason.ANSWERS_LATE(value=14.0), "n": 20, "of": 100},
    )
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ("a note",)


def test_what_was_found_is_told_in_words() -> None:
    said = check_words(Held())
    assert "Episodes: 90 of 100 moments, by 1 customer." in said
    assert "  - returned: answers later than 14 days after the moment: 20 of 100" in said
    assert said.endswith("Notes:\n  - a note")
    assert "Reason." not in said and "will not be able" not in said
