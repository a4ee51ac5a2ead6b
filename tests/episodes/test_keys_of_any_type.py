"""Keys that mean the same match, whatever type each table gives them."""

from __future__ import annotations

import uuid
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from .world import ANY_OPERATION, VISITS, align

UUIDS = [uuid.UUID(int=7), uuid.UUID(int=8)]
TYPES = {
    "int": pa.array([7, 8, None], pa.int64()),
    "small": pa.array([7, 8, None], pa.int16()),
    "unsigned": pa.array([7, 8, None], pa.uint64()),
    "float": pa.array([7.0, 8.0, None]),
    "nan": pa.array([7.0, 8.0, float("nan")], from_pandas=False),
    "decimal": pa.array([Decimal("7.00"), Decimal("8.00"), None], pa.decimal128(12, 2)),
    "wide": pa.array([Decimal(7), Decimal(8), None], pa.decimal128(38, 0)),
    "text": pa.array(["7", "8", None]),
    "levels": pa.array(["7", "8", None]).dictionary_encode(),
}
TEXT = f"""\
{VISITS}{ANY_OPERATION}
perceptions: {{mood: {{table: replies, at: told, value: stars, measure: csat, within: 9 days, on: link}}}}
behaviours: {{back: {{kind: stay, table: replies, at: told, within: 9 days}}}}
"""


def visits(key: pa.Array) -> pa.Table:
    days = pa.array(["2024-03-01"] * 2).cast(pa.timestamp("us"))
    return pa.table({"id": ["a", "b"], "who": key[:2], "link": key[:2], "day": days, "minutes": [1, 2]})


def replies(key: pa.Array) -> pa.Table:
    days = pa.array(["2024-03-02", "2024-03-31", "2024-03-15"]).cast(pa.timestamp("us"))
    return pa.table({"who": key, "link": key, "told": days, "stars": [5, 4, 1]})


@pytest.mark.parametrize(
    ("left", "right"), [*zip(TYPES, TYPES, strict=True), *zip(TYPES, [*TYPES][3:], strict=False)]
)
def test_numbers_and_texts(tmp_path: Path, left: str, right: str) -> None:
    aligned = align(tmp_path, TEXT, visits=visits(TYPES[left]), replies=replies(TYPES[right]))
    assert aligned.by_key("mood") == {"a": 5.0, "b": None}
    assert aligned.by_key("back") == {"a": 0.0, "b": 0.0}
    assert {str(key) for key in aligned.by_key("_customer").values()} == {"7", "8"}
    fates = {reason: n for (_, _, reason), (n, _) in aligned.drops.items()}
    assert fates == {"answers that belong to no episode": 1, "answers later than 9 days after the moment": 1}


@pytest.mark.parametrize("as_text", ["visits", "replies", "neither"])
def test_uuids(tmp_path: Path, as_text: str) -> None:
    text = pa.array([str(value) for value in UUIDS] + [None])
    more = "\n".join(
        f"{name}: {{sql: 'select * replace (who::uuid as who, link::uuid as link) from {name}_text'}}"
        for name in ("visits", "replies")
        if name != as_text
    )
    tables = {
        name if name == as_text else f"{name}_text": make(text)
        for name, make in (("visits", visits), ("replies", replies))
    }
    aligned = align(tmp_path, TEXT, more, **tables)
    assert aligned.by_key("mood") == {"a": 5.0, "b": None}
    assert {str(key) for key in aligned.by_key("_customer").values()} == {str(value) for value in UUIDS}


def test_text_that_only_looks_like_the_number_is_another_key(tmp_path: Path) -> None:
    key = pa.array(["007", "8 ", None])
    aligned = align(tmp_path, TEXT, visits=visits(TYPES["int"]), replies=replies(key))
    assert aligned.by_key("mood") == {"a": None, "b": None}
