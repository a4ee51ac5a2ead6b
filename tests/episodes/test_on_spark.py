"""What is tested on Spark leaves out no kind of window and no type of column; the fixture `engine` sees to operations."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from lineofsight.project.models import Aggregate, BehaviourKind, Period

from .conftest import FOUND, untested
from .on_spark import CHOSEN, HELD, NOT_ON_SPARK

WINDOWS = {
    "episodes: each row",
    *(f"episodes: every {period}" for period in get_args(Period)),
    "episodes: since and until",
    *(f"period effects: {period}" for period in get_args(Period)),
    "time zone: declared",
    *(f"feature: {aggregate}" for aggregate in get_args(Aggregate)),
    *("feature: a length of time", "feature: all before", "feature: some rows"),
    *(f"behaviour: {kind}" for kind in get_args(BehaviourKind)),
    *("behaviour: leave", "behaviour: a value", "behaviour: rows", "behaviour: some rows"),
    *("perception: first answer", "perception: last answer", "perception: some rows"),
    *(f"{each}: of the same customer" for each in ("feature", "perception", "behaviour")),
    *(f"{each}: of the same key" for each in ("feature", "perception", "behaviour")),
    *(f"{each}: own row, without a time" for each in ("feature", "perception", "behaviour")),
    *("feature: own row, known later", "perception: own row, known later"),
}
NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal")
TYPES = {
    *(f"key: {type_}" for type_ in (*NUMBERS, "string")),
    *(f"number: {type_}" for type_ in (*NUMBERS, "boolean", "string")),
    *(f"any: {type_}" for type_ in (*NUMBERS, "boolean", "string")),
    *(f"flag: {type_}" for type_ in (*NUMBERS, "boolean")),
    *(f"instant: {type_}" for type_ in ("date", "timestamp", "timestamp_ntz", "string")),
    *("text: string", "text: timestamp_ntz"),
}


def test_every_kind_of_window_and_every_type_of_column_is_aligned_on_spark() -> None:
    assert not WINDOWS - HELD
    assert not TYPES - HELD


def test_an_operation_that_is_tested_on_duckdb_alone_is_told() -> None:
    assert untested({"Sum", "Cast uuid to string", "Cosh"}) == {"Cosh"}
    assert not HELD & NOT_ON_SPARK.keys()


def test_what_is_chosen_is_there() -> None:
    files = {name.partition("::")[0] for name in FOUND}
    assert {name for name in CHOSEN if name.partition("::")[0] in files} <= FOUND
    assert {name.partition("::")[0] for name in CHOSEN} <= {
        path.name for path in Path(__file__).parent.iterdir()
    }
