"""Values on the anchor's own row: nothing later may leak backwards, and no answer forwards."""

from __future__ import annotations

from pathlib import Path

from .world import ANY_OPERATION, ANY_PERCEPTION, VISITS, align

VISIT = """\
    id | who | day | minutes | done | stars | told | area
    a | ann | 2024-03-10 12:00:00 | 5 | 2024-03-10 12:00:00 | 4 | 2024-03-10 12:00:00 | N
    b | bob | 2024-03-10 12:00:00 | 6 | 2024-03-10 12:00:01 | 3 | 2024-03-10 11:59:59 | S
    c | cat | 2024-03-10 12:00:00 | 7 | 2024-03-09 12:00:00 | 2 | 2024-03-12 12:00:00 | E
    d | dan | 2024-03-10 12:00:00 | 8 |  | 5 |  | W
    e | eve | 2024-03-10 12:00:00 |  | 2024-03-11 12:00:00 | 1 | 2024-03-12 12:00:01 |
"""
LATER = "dated after the moment: it could not have been a cause"
UNTIMED = "has no time of its own, so it cannot be told whether it came before or after"


def test_an_operation_known_after_the_moment_is_missing(tmp_path: Path) -> None:
    text = f"{VISITS}operations: {{minutes: {{value: minutes, at: done, better: lower}}}}\n{ANY_PERCEPTION}"
    aligned = align(tmp_path, text, visits=VISIT)
    assert aligned.by_key("minutes") == {"a": 5.0, "b": None, "c": 7.0, "d": None, "e": None}
    assert aligned.drops == {
        ("operations", "minutes", LATER): (1, 5),
        ("operations", "minutes", UNTIMED): (1, 5),
    }


def test_controls_and_segments_as_well(tmp_path: Path) -> None:
    text = f"""\
{VISITS}{ANY_OPERATION}{ANY_PERCEPTION}
controls: {{area: {{value: area, at: done}}}}
segments: {{area: {{value: area, at: done}}}}
"""
    aligned = align(tmp_path, text, visits=VISIT)
    for column in ("area", "segment:area"):
        assert aligned.by_key(column) == {"a": "N", "b": None, "c": "E", "d": None, "e": None}
    assert aligned.drops == {
        (step, "area", reason): (1, 5) for step in ("controls", "segments") for reason in (LATER, UNTIMED)
    }


def test_an_answer_counts_from_the_moment_to_the_end_of_its_window(tmp_path: Path) -> None:
    text = f"{VISITS}{ANY_OPERATION}perceptions: {{mood: {{value: stars, at: told, within: 2 days, measure: csat}}}}\n"
    aligned = align(tmp_path, text, visits=VISIT)
    assert aligned.by_key("mood") == {"a": 4.0, "b": None, "c": 2.0, "d": None, "e": None}
    assert aligned.drops == {
        ("perceptions", "mood", "dated before the moment it speaks of"): (1, 5),
        ("perceptions", "mood", "later than 2 days after the moment"): (1, 5),
        ("perceptions", "mood", UNTIMED): (1, 5),
    }
    assert set(aligned.by_key("covered:mood").values()) == {1}
    assert aligned.file.answers == {"mood": ((2.0, 1), (4.0, 1))}


def test_without_a_time_the_row_is_believed(tmp_path: Path) -> None:
    aligned = align(tmp_path, VISITS + ANY_OPERATION + ANY_PERCEPTION, visits=VISIT)
    assert aligned.by_key("minutes") == {"a": 5.0, "b": 6.0, "c": 7.0, "d": 8.0, "e": None}
    assert aligned.by_key("mood") == {"a": 4.0, "b": 3.0, "c": 2.0, "d": 5.0, "e": 1.0}
    assert aligned.drops == {}
    assert aligned.file.answers == {"mood": ((1.0, 1), (2.0, 1), (3.0, 1), (4.0, 1), (5.0, 1))}


def test_kinds_of_controls_and_a_comment_in_an_expression(tmp_path: Path) -> None:
    text = f"""\
{VISITS}{ANY_OPERATION}{ANY_PERCEPTION}
controls:
  area: area
  quick: minutes < 6
  twice: "minutes * 2 -- both ways"
segments: {{long: minutes > 5}}
"""
    aligned = align(tmp_path, text, visits=VISIT)
    assert dict(aligned.file.kinds) == {"area": "text", "quick": "text", "twice": "number"}
    assert aligned.by_key("twice")["a"] == 10.0
    assert aligned.by_key("segment:long") == {"a": "false", "b": "true", "c": "true", "d": "true", "e": None}


def test_a_column_may_be_called_as_the_engine_numbers_its_rows(tmp_path: Path) -> None:
    visits = "id | who | day | stars | RowId\na | ann | 2024-03-10 | 4 | 7\nb | bob | 2024-03-10 | 3 | 7"
    text = f"{VISITS}operations: {{RowId: {{value: RowId, better: lower}}}}\n{ANY_PERCEPTION}"
    assert align(tmp_path, text, visits=visits).by_key("RowId") == {"a": 7.0, "b": 7.0}
    calls = "who | at\nann | 2024-03-09\nann | 2024-03-10\nzoe | 2024-01-01"
    more = "operations: {RowId: {table: calls, at: '\"at\"', agg: count, over: 9 days, better: lower}}\n"
    found = align(tmp_path, VISITS + more + ANY_PERCEPTION, visits=visits, calls=calls).by_key("RowId")
    assert found == {"a": 2.0, "b": 0.0}
