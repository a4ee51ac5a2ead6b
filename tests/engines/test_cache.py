"""Values as JSON and arrays: what goes in comes out, and equal questions have equal names in every process."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pytest

from lineofsight.aggregation.bands import BandAggregator
from lineofsight.aggregation.histories import NextColumns, WithinColumns
from lineofsight.aggregation.shape_basis import Boxes, ShapeBasis
from lineofsight.engines.aggregate import AggregationPlan, aggregate_batches
from lineofsight.engines.cache import AnswerCache
from lineofsight.engines.codec import decode, digest, encode
from lineofsight.engines.histories import Histories
from lineofsight.engines.response_sums import ResponseSums
from lineofsight.engines.weighted import WeightedAggregation, Weighting
from lineofsight.stats.weighting import Tally

from .test_weighted import BASIS, BUCKETS, EPISODES, LEAST, MODELS, TABLE, N

SHAPE = ShapeBasis(
    BASIS, {"x": (3.0, 6.0), "help": ()}, {"x": (3.0,)}, BASIS.outcomes, {"help": Boxes(1.0, 5.0)}
)
PLAN = AggregationPlan(
    BASIS, {"plan": "plan"}, {"region": ("s", "n")}, "bucket", BUCKETS, {"x": (3.0, 5.0)}, ["c", "d"], SHAPE
)  # fmt: skip
FOLDED = aggregate_batches(TABLE.to_batches(max_chunksize=900), PLAN)


def again(value: object) -> Any:
    tree, arrays = encode(value)
    return decode(json.loads(json.dumps(tree)), arrays)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, BandAggregator):
        return same(one.sums(), other.sums()) and one.result() == other.result()
    if is_dataclass(one):
        return type(one) is type(other) and all(
            same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one)
        )
    if isinstance(one, dict):
        return [*one] == [*other] and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and (one == other or one != one)


@pytest.mark.parametrize(
    "value",
    [
        [{"n": 3, "mean": 0.1 + 0.2, "none": None, "is": True, "text": "ä\n", "list": [1.5, float("nan")]}],
        [{"at": dt.datetime(2024, 2, 29, 1, 2, 3, 4), "day": dt.date(1999, 12, 31)}],
        [{"at": dt.datetime(2024, 2, 29, tzinfo=dt.UTC), "inf": float("-inf"), "tiny": 5e-324}],
        {("a", 1): (1, 2.0, "x"), None: frozenset({"b", "a"}), 3: []},
        {0: Tally(1.0, 2.0, 3.0, 4.0, 5.0)},
        FOLDED,
        ResponseSums(EPISODES, MODELS).map(TABLE.to_batches()),
        WeightedAggregation(
            EPISODES, (Weighting(MODELS[0], LEAST),), (), np.zeros(len(BASIS.columns)), BUCKETS
        ).map(TABLE.to_batches()),
    ],
)
def test_what_goes_in_comes_out(value: object) -> None:
    assert same(value, again(value))


def test_histories_come_out_as_they_went_in() -> None:
    cells = FOLDED.cells["region"]
    within, following = WithinColumns(BASIS), NextColumns(BASIS)
    found = again(Histories(cells, cells, 7))
    assert same(found, Histories(cells, cells, 7))
    assert again(within) == within
    assert again(following).columns == following.columns


def test_an_array_that_values_share_is_held_once() -> None:
    shared = np.arange(3.0)
    tree, arrays = encode([shared, {"again": shared}, np.arange(3.0)])
    assert len(arrays) == 2
    one, two, _ = decode(tree, arrays)
    assert one is two["again"]


@dataclass
class Unknown:
    value: int = 1


def test_no_other_class_is_made_of_what_a_file_holds() -> None:
    tree, arrays = encode(Unknown())  # enough to tell two questions apart
    with pytest.raises(KeyError):
        decode(tree, arrays)


@pytest.mark.parametrize("value", [object(), np.array([object()]), {"x": lambda: 1}])
def test_what_has_no_such_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no form in which it could be read again"):
        encode(value)


def questions() -> list[str]:
    table = ibis.table({"x": "float64", "y": "string", "b": "int16"}, name="t")
    queries = [
        table.aggregate(n=table.count(where=table["x"] > 1)),
        table.aggregate(n=table.count(where=table["x"] > 2)),
        table.aggregate(n=table.count(where=table["x"] > ibis.literal(1, "float64"))),
        table.aggregate(m=table.count(where=table["x"] > 1)),
        table.filter(table["y"].notnull()).aggregate(q=table.filter(table["y"].notnull())["x"].quantile([0.1, 0.2])),
        table.group_by("y").aggregate(n=table["x"].sum()).order_by("y").limit(3),
        table.group_by("y").aggregate(n=table["x"].sum()).order_by(ibis.desc("y")).limit(3),
    ]  # fmt: skip
    plans = [
        PLAN,
        AggregationPlan(BASIS, {"plan": "plan"}, {"region": ("n", "s")}, "bucket", BUCKETS, {}, ["c", "d"]),
    ]
    works = [ResponseSums(EPISODES, MODELS), ResponseSums(EPISODES, MODELS[:1])]
    kinds: list[object] = [
        1,
        1.0,
        True,
        "1",
        [1],
        (1,),
        {1: 1},
        None,
        np.arange(2),
        np.arange(2.0),
        {"a", "b"},
    ]
    return [digest(value) for value in (*(query.op() for query in queries), *plans, *works, *kinds)]


def test_different_questions_have_different_names() -> None:
    assert len(set(questions())) == len(questions())


@pytest.mark.parametrize("seed", ["1", "2"])
def test_equal_questions_have_equal_names_in_every_process(seed: str) -> None:
    program = "import json; from tests.engines.test_cache import questions; print(json.dumps(questions()))"
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root,
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{root / 'src'}:{root}", "PATH": ""},
    )  # fmt: skip
    assert json.loads(said.stdout) == questions()


def test_an_answer_is_there_or_not(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path / "answers", "made by")
    assert cache.get("aggregate", PLAN) == (False, None)
    cache.put(FOLDED, "aggregate", PLAN)
    known, answer = cache.get("aggregate", PLAN)
    assert known
    assert same(answer, FOLDED)
    assert int(answer.cells["region"].count.sum() + np.isnan(TABLE["x"].to_numpy()).sum()) == N
    assert cache.get("aggregate", EPISODES) == (False, None)
    cache.clear()
    assert cache.get("aggregate", PLAN) == (False, None)


def test_none_is_an_answer_too(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path / "answers", "made by")
    cache.put(None, "nothing")
    assert cache.get("nothing") == (True, None)
