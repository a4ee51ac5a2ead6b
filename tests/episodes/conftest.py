"""Every alignment is tested on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.sparks import spark_session

from . import world


@pytest.fixture(params=["duckdb", "spark"], autouse=True)
def engine(request: pytest.FixtureRequest) -> Iterator[None]:
    """Runs the test with each engine; `only_duckdb` says why Spark has no part in one."""
    if request.param == "spark":
        if request.node.get_closest_marker("only_duckdb"):
            pytest.skip(request.node.get_closest_marker("only_duckdb").args[0])
        spark_session()
    world.ENGINE = request.param
    yield
    world.ENGINE = "duckdb"
