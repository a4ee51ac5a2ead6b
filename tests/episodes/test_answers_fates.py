"""Which answer is an episode's perception, and what becomes of every other."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineofsight.errors import DataError

from .world import ANY_OPERATION, VISITS, align

VISIT = """\
    id | who | day | minutes
    a | ann | 2024-03-10 12:00:00 | 1
    b | bob | 2024-03-10 12:00:00 | 1
    c | cat | 2024-03-10 12:00:00 | 1
    d | dan | 2024-03-10 12:00:00 | 1
"""
REPLIES = """\
    id | who | told | stars | channel
    a | ann | 2024-03-10 12:00:00 | 5 | web
    a | ann | 2024-03-12 12:00:00 | 1 | web
    b | bob | 2024-03-12 12:00:00.000001 | 2 | web
    c | cat | 2024-03-10 11:59:59 | 3 | web
    q | qed | 2024-03-11 12:00:00 | 4 | web
     |  | 2024-03-11 12:00:00 | 4 | web
    d | dan |  | 4 | web
    d | dan | 2024-03-11 12:00:00 |  | web
    q | qed | 2024-01-01 00:00:00 | 4 | phone
    q | qed | 2024-05-01 00:00:00 | 4 | phone
"""


def perception(**keys: str) -> str:
    declared = {
        "table": "replies",
        "at": "told",
        "value": "stars",
        "measure": "csat",
        "within": "2 days",
    } | keys
    inside = ", ".join(f"{key}: {value}" for key, value in declared.items())
    return f"{VISITS}{ANY_OPERATION}perceptions: {{mood: {{{inside}}}}}\n"


@pytest.mark.parametrize("by", [{"on": "id"}, {}])
@pytest.mark.parametrize(("take", "expected"), [("first", 5.0), ("last", 1.0)])
def test_each_answer_has_one_fate(tmp_path: Path, by: dict[str, str], take: str, expected: float) -> None:
    aligned = align(tmp_path, perception(take=take, **by), visits=VISIT, replies=REPLIES)
    assert aligned.by_key("mood") == {"a": expected, "b": None, "c": None, "d": None}
    fates = {
        reason: n
        for (step, name, reason), (n, of) in aligned.drops.items()
        if (step, name, of) == ("perceptions", "mood", 9)
    }
    assert fates == {
        "answers without a time": 1,
        "answers that belong to no episode": 4,
        "answers dated before the moment they would speak of": 1,
        "answers later than 2 days after the moment": 1,
        f"answers where another of the same episode is taken (take: {take})": 1,
    }
    assert sum(fates.values()) + 1 == 9
    assert aligned.file.answers == {"mood": ((1.0, 1), (2.0, 1), (3.0, 1), (4.0, 5), (5.0, 1))}


def test_of_two_answers_at_once_the_lower_counts(tmp_path: Path) -> None:
    replies = "who | told | stars\n" + "ann | 2024-03-11 | 4\nann | 2024-03-11 | 2\nann | 2024-03-11 | 3\n"
    for take in ("first", "last"):
        aligned = align(tmp_path / take, perception(take=take), visits=VISIT, replies=replies)
        assert aligned.by_key("mood")["a"] == 2.0


def test_one_answer_may_speak_of_several_moments(tmp_path: Path) -> None:
    visits = "id | who | day | minutes\na | ann | 2024-03-10 | 1\nb | ann | 2024-03-11 | 1\nc | ann | 2024-03-20 | 1"
    replies = "who | told | stars\nann | 2024-03-12 | 2\nann | 2024-03-12 | 3\nann | 2024-03-21 | 4\nann | 2024-03-30 | 5"
    aligned = align(tmp_path, perception(), visits=visits, replies=replies)
    assert aligned.by_key("mood") == {"a": 2.0, "b": 2.0, "c": 4.0}
    assert {reason: n for (_, _, reason), (n, _) in aligned.drops.items()} == {
        "answers later than 2 days after the moment": 1,
        "answers where another of the same episode is taken (take: first)": 1,
    }


def test_where_keeps_some_answers(tmp_path: Path) -> None:
    aligned = align(tmp_path, perception(where="channel = 'phone'"), visits=VISIT, replies=REPLIES)
    assert set(aligned.by_key("mood").values()) == {None}
    assert list(aligned.drops.values()) == [(2, 2)]
    assert aligned.file.answers == {"mood": ((4.0, 2),)}


def test_windows_of_silence_are_marked(tmp_path: Path) -> None:
    visits = """\
    id | who | day | minutes
    early | ann | 2024-02-29 23:59:59 | 1
    first | ann | 2024-03-01 00:00:00 | 1
    last | ann | 2024-03-29 23:59:59 | 1
    late | ann | 2024-03-30 00:00:00 | 1
    told | bob | 2024-03-31 10:00:00 | 1
    """
    replies = "who | told | stars\nqed | 2024-03-01 09:00:00 | 3\nbob | 2024-03-31 17:00:00 | 3"
    aligned = align(tmp_path, perception(), visits=visits, replies=replies)
    assert aligned.by_key("covered:mood") == {"early": 0, "first": 1, "last": 1, "late": 0, "told": 1}


def test_declared_coverage_goes_before_what_is_seen(tmp_path: Path) -> None:
    visits = "id | who | day | minutes\na | ann | 2024-02-29 | 1\nb | ann | 2024-03-15 | 1\nc | ann | 2024-04-09 | 1\nd | ann | 2024-03-14 | 1"
    replies = "who | told | stars\nqed | 2024-03-01 09:00:00 | 3\nbob | 2024-03-31 17:00:00 | 3"
    more = "replies: {path: replies.csv, covers: [2024-03-15, 2024-04-10]}"
    aligned = align(tmp_path, perception(), more, visits=visits, replies=replies)
    assert aligned.by_key("covered:mood") == {"a": 0, "b": 1, "c": 0, "d": 0}


@pytest.mark.parametrize(("value", "measure"), [("stars + 4", "csat"), ("stars - 6", "nps")])
def test_answers_off_the_scale_are_refused(tmp_path: Path, value: str, measure: str) -> None:
    with pytest.raises(DataError, match="9 answers lie off the scale") as refused:
        align(tmp_path, perception(value=value, measure=measure), visits=VISIT, replies=REPLIES)
    first = "5 of 9 answers lie off the scale 1 to 5: 8 (5 times)" if measure == "csat" else ""
    counted = {"csat": "9 (1 times)", "nps": "-2 (5 times), -5 (1 times)"}[measure]
    assert counted in str(refused.value) and (not first or "8 (5 times), 6 (1 times)" in str(refused.value))
    assert "perceptions.mood.measure" in str(refused.value)


def test_a_score_has_no_scale_unless_declared(tmp_path: Path) -> None:
    text = perception(value="stars * 1000", measure="score")
    assert align(tmp_path, text, visits=VISIT, replies=REPLIES).by_key("mood")["a"] == 5000.0
    with pytest.raises(DataError, match="1 of 9 answers lie off the scale 0 to 4000: 5000 "):
        text = perception(value="stars * 1000", measure="score", scale="[0, 4000]")
        align(tmp_path / "scaled", text, visits=VISIT, replies=REPLIES)


@pytest.mark.parametrize("name", ["n", "rank", "answer", "number", "inside", "late", "start"])
def test_a_perception_may_have_any_name(tmp_path: Path, name: str) -> None:
    text = perception(take="last").replace("mood:", f"{name}:")
    assert align(tmp_path, text, visits=VISIT, replies=REPLIES).by_key(name)["a"] == 1.0
