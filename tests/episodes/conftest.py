"""Alignments are tested on DuckDB, and a chosen set of them, `on_spark.CHOSEN`, on Spark as well."""

from __future__ import annotations

from collections.abc import Iterator, Set

import pytest
from tests.sparks import spark_session

from . import world
from .on_spark import CHOSEN, HELD, NOT_ON_SPARK
from .recorded import Recorded

FOUND: set[str] = set()
"""Every test of alignment that has been collected, chosen or not."""


@pytest.fixture(
    params=["duckdb", pytest.param("spark", marks=pytest.mark.xdist_group("spark"))], autouse=True
)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Runs the test with an engine, and checks that what it asks of it is what `on_spark` lists."""
    if request.param == "spark":
        spark_session()
    monkeypatch.setattr(world, "ENGINE", request.param)
    recorded = Recorded(monkeypatch)
    yield request.param
    if request.param == "spark":
        asked = recorded.operations | recorded.windows | recorded.types
        assert not set(CHOSEN[_name(request.node)]) - asked, "not asked for here: see on_spark.CHOSEN"
    assert not untested(recorded.operations), "tested on DuckDB alone: see on_spark.CHOSEN"


def untested(operations: Set[str]) -> Set[str]:
    """Those of the operations that no test on Spark is said to hold, though Spark knows them."""
    return operations - HELD - NOT_ON_SPARK.keys()


def _name(item: pytest.Item) -> str:
    """Its file and name, without its engine."""
    path, _, test = item.nodeid.partition("@")[0].partition("::")
    for engine in ("duckdb", "spark"):
        test = test.replace(f"[{engine}-", "[").replace(f"[{engine}]", "")
    return f"{path.rpartition('/')[2]}::{test}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out the tests on Spark that are not chosen, and remembers all there were."""
    on_spark = {item: _name(item) for item in items if _engine(item) == "spark"}
    FOUND.update(on_spark.values())
    items[:] = [item for item in items if on_spark.get(item, "") in CHOSEN or item not in on_spark]


def _engine(item: pytest.Item) -> str | None:
    return item.callspec.params.get("engine") if hasattr(item, "callspec") else None
