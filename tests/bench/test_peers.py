"""The programs that are measured beside the product do the same work: with one another, and with the product."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks import peer, polars_peer
from benchmarks.generate import generate, write_project

import lineofsight as los

EVENTS, CUSTOMERS = 60_000, 6_000


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("events")
    generate(folder, EVENTS, customers=CUSTOMERS)
    return folder


@pytest.mark.parametrize("anchors", ["answers", "surveys"])
def test_polars_finds_what_pandas_finds(data: Path, anchors: str) -> None:
    one = peer.regressions(peer.episodes(data, anchors))
    other = polars_peer.regressions(polars_peer.episodes(data, anchors))
    assert len(one) == 99
    assert one.keys() == other.keys()
    for task, effects in one.items():
        np.testing.assert_allclose(other[task], effects, rtol=1e-6, atol=1e-9, err_msg=str(task))


def test_the_product_finds_the_same_drivers(data: Path) -> None:
    """An effect is told for a change: so much times the slope that the peers' regression has."""
    file = write_project(data, "surveys")
    file.write_text(file.read_text(encoding="utf-8").replace("1000}", "100, effect: line}"), encoding="utf-8")
    by_hand = peer.episodes(data, "surveys")
    (row,) = los.run(data).episodes
    assert row["episodes"] == len(by_hand) == CUSTOMERS
    effects = peer.regressions(by_hand)["everyone", "spend", "total"]
    (told,) = (
        row
        for row in los.latest_run(data).effects.rows(path="total", segment=None, cause="delivery_count")
        if row["outcome"] == "spend" and row["change"].endswith("better")
    )
    change = told["cause_to"] - told["cause_from"]
    assert told["estimate"] == pytest.approx(change * effects[2], rel=1e-6)


def test_data_in_pieces_are_as_many(tmp_path: Path) -> None:
    generate(tmp_path, 10_001, customers=501, pieces=3)
    write_project(tmp_path, "surveys", files="-*")
    rows = {table.name: table.rows for table in los.capacity(tmp_path).tables}
    assert rows == {"touchpoints": 10_001, "purchases": 2_000, "anchors": 501}
