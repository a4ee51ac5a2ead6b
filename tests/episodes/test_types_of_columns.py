"""Columns of every type that files have, in every part of a project: what becomes of them is the same on both engines."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from lineofsight.engines.base import Field

from .world import VISITS, align, engine_of, write

DAY = dt.datetime(2024, 3, 10, 12)


def numbers(first: float, second: float) -> dict[str, pa.Array]:
    """Two numbers and a missing one in each type of number, under the name of the type."""
    whole = [int(first), int(second), None]
    return {
        "tiny": pa.array(whole, pa.int8()),
        "small": pa.array(whole, pa.int16()),
        "int": pa.array(whole, pa.int32()),
        "big": pa.array(whole, pa.int64()),
        "unsigned": pa.array(whole, pa.uint64()),
        "real": pa.array([first, second, float("nan")], pa.float32(), from_pandas=False),
        "double": pa.array([first, second, float("nan")], pa.float64(), from_pandas=False),
        "decimal": pa.array([Decimal(first), Decimal(second), None], pa.decimal128(12, 2)),
        "text": pa.array([f"{first:g}", f"{second:g}", None]),
        "levels": pa.array([f"{first:g}", f"{second:g}", None]).dictionary_encode(),
    }


def anchors(**columns: pa.Array) -> pa.Table:
    days = pa.array([DAY] * 3, pa.timestamp("us"))
    return pa.table({"id": ["a", "b", "c"], "who": ["ann", "bob", "cat"], "day": days, **columns})


def test_numbers_and_what_is_told_of_them(tmp_path: Path) -> None:
    columns = {**numbers(7, 8), "flag": pa.array([True, False, None]), "void": pa.nulls(3)}
    operations = "\n".join(f"  {name}: {{value: '\"{name}\"', better: lower}}" for name in columns)
    controls = "\n".join(f"  control_{name}: '\"{name}\"'" for name in columns)
    text = f"""\
episodes: {{each: visits, key: id, customer: who, at: day}}
operations:
{operations}
perceptions: {{mood: {{value: '"double"', measure: score}}}}
controls:
{controls}
segments: {{seen: day, label: '"text"'}}
"""
    aligned = align(tmp_path, text, visits=anchors(**columns))
    for name in columns:
        expected = {"flag": [1.0, 0.0, None], "void": [None] * 3}.get(name, [7.0, 8.0, None])
        assert [aligned.by_key(name)[key] for key in "abc"] == expected, name
        texts = {"text": ["7", "8", None], "levels": ["7", "8", None], "flag": ["true", "false", None]}
        found = [aligned.by_key(f"control_{name}")[key] for key in "abc"]
        assert found == texts.get(name, expected), name
    assert [aligned.by_key("segment:label")[key] for key in "abc"] == ["7", "8", None]
    assert {str(value)[:10] for value in aligned.by_key("segment:seen").values()} == {"2024-03-10"}


def test_keys(tmp_path: Path) -> None:
    """Whole numbers stay numbers, all else is text: 7 of any type matches 7 of any other once both are text."""
    keys = {**numbers(7, 8), "wide": pa.array([Decimal(7), Decimal(8), None], pa.decimal128(38, 0))}
    text = f"{VISITS}operations: {{minutes: {{value: '\"int\"', better: lower}}}}\nperceptions: {{mood: {{value: '\"int\"', measure: score}}}}\n"
    with engine_of(write(tmp_path, text, visits=anchors(**keys))) as engine:
        fields = [Field(name, f'"{name}"', "key", ("operations", "minutes", "value")) for name in keys]
        found = engine.fetch(engine.select("visits", fields).table.order_by("int"))
    for name in keys:
        values = sorted((row[name] for row in found), key=str)
        assert [str(value) for value in values] == ["7", "8", "None"], name
        assert (
            isinstance(values[0], int) == (name in ("tiny", "small", "int", "big")) or name == "unsigned"
        ), name


def test_times_and_flags(tmp_path: Path) -> None:
    """What is dated after the moment is missing: of each type of time, and where each type of flag holds."""
    early, late = DAY - dt.timedelta(hours=1), DAY + dt.timedelta(hours=1)
    times = {
        "plain": pa.array([early, late, None], pa.timestamp("us")),
        "zoned": pa.array([early, late, None], pa.timestamp("us", "UTC")),
        "date": pa.array([DAY.date(), DAY.date() + dt.timedelta(days=1), None], pa.date32()),
        "text": pa.array([early.isoformat(" "), late.isoformat(" "), None]),
        "zoned_text": pa.array([f"{early.isoformat()}Z", f"{late.isoformat()}Z", None]),
    }
    flags = {name: column for name, column in numbers(1, 0).items() if name not in ("text", "levels")}
    flags |= {"flag": pa.array([True, False, None]), "never": pa.nulls(3)}
    events = {
        "who": ["ann", "bob", "cat", "zoe", "zoe"],
        "happened": pa.array(
            [early] * 3 + [dt.datetime(2024, 1, 1), dt.datetime(2024, 6, 1)], pa.timestamp("us")
        ),
        **{
            f"f_{name}": pa.concat_arrays([column, column.slice(2).take([0, 0])])
            for name, column in flags.items()
        },
    }
    dated = {**{name: f"t_{name}" for name in times}, "void": "null"}
    known = "\n".join(f"  {name}: {{value: one, at: '{sql}', better: lower}}" for name, sql in dated.items())
    counted = "\n".join(
        f"  n_{name}: {{table: calls, at: happened, agg: count, over: 2 days, where: f_{name}, better: lower}}"
        for name in flags
    )
    text = f"""\
timezone: UTC
episodes: {{each: visits, key: id, customer: who, at: day}}
operations:
{known}
{counted}
perceptions: {{mood: {{value: one, measure: csat}}}}
"""
    columns = {f"t_{name}": column for name, column in times.items()}
    aligned = align(
        tmp_path, text, visits=anchors(one=pa.array([1, 1, 1]), **columns), calls=pa.table(events)
    )
    for name in dated:
        expected = {"a": None if name == "void" else 1.0, "b": None, "c": None}
        assert aligned.by_key(name) == expected, name
    for name in flags:
        expected = {"a": 0.0 if name == "never" else 1.0, "b": 0.0, "c": 0.0}
        assert aligned.by_key(f"n_{name}") == expected, name
