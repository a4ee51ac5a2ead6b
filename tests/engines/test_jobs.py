"""Parts of stored episodes, worked on by one process or several: the same bits, the same errors, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import lineofsight as los
from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.cells import Cells
from lineofsight.aggregation.features import Category, Driver, Number, Outcome
from lineofsight.aggregation.shape_basis import ShapeBasis
from lineofsight.analyses.registry import tables
from lineofsight.engines import jobs as cut
from lineofsight.engines.aggregate import (
    Aggregates,
    Aggregation,
    AggregationPlan,
    aggregate_batches,
    centres_of,
)
from lineofsight.engines.duckdb import engine
from lineofsight.engines.duckdb.connection import connect, cores
from lineofsight.engines.histories import HistoryAggregation
from lineofsight.engines.jobs import map_part, parts_of
from lineofsight.engines.response_sums import Episodes
from lineofsight.engines.workers import Workers, sendable, tunables
from lineofsight.error_codes import DataCode
from lineofsight.errors import DataError, EngineError
from lineofsight.project.load import load_project
from lineofsight.project.settings import DuckDBSettings
from lineofsight.simulate import small_company, write_company

BY_NAME = tables()

N, BUCKETS, SEED = 40_000, 64, 4
BASIS = Basis(
    (Driver("x", False, knots=(5.0,), best=3.0), Driver("help", True, optional=True)), (Number("z"),),
    (Category("plan", ("a", "b"), False, False),), (Outcome("c", "c"), Outcome("y", "y")), 0.1,
)  # fmt: skip
SHAPE = ShapeBasis(BASIS, {"x": (4.0, 6.0), "help": (1.0,)}, {"x": (), "help": ()}, BASIS.outcomes)
PLAN = AggregationPlan(
    *(BASIS, {"plan": "plan"}, {"area": ("N", "S"), "month": ("1", "2", "3")}, "bucket", BUCKETS),
    cuts={"x": (4.0, 6.0)},
    outcomes=["c", "y"],
    shape=SHAPE,
)
HISTORIES = HistoryAggregation(
    Episodes(BASIS, {"plan": "plan"}, "bucket"), "who", "at", BUCKETS, np.zeros(len(BASIS.columns))
)


def table() -> pa.Table:
    rng = np.random.default_rng(SEED)
    who = np.sort(rng.integers(0, N // 3, N))
    who = who[np.argsort(who % BUCKETS, kind="stable")]

    def holes(values: np.ndarray, share: float) -> np.ndarray:
        return np.where(rng.random(N) < share, np.nan, values)

    columns = {
        "x": holes(rng.normal(5, 1, N), 0.01), "help": holes(rng.normal(1, 1, N), 0.3), "z": rng.normal(size=N),
        "c": holes(rng.integers(1, 6, N).astype(float), 0.5), "y": rng.normal(size=N),
        "plan": rng.choice(["a", "b"], N), "area": rng.choice(np.array(["N", "S", "rare", None]), N), "month": rng.choice(["1", "2", "3"], N),
        "who": who, "bucket": (who % BUCKETS).astype(np.int16),
        "at": (np.datetime64("2024-01-01", "us") + rng.integers(0, 10**9, N)),
    }  # fmt: skip
    return pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})


TABLE = table()
FOLDING = Aggregation(PLAN, centres_of(TABLE.select(PLAN.columns).to_batches(), PLAN))


def process_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Episodes in row groups whose ends are nowhere near the ends of buckets; enough for a dozen parts."""
    monkeypatch.setattr(cut, "_ROWS", 3_333)
    pq.write_table(TABLE, tmp_path / "episodes.parquet", row_group_size=1_777)
    return tmp_path / "episodes.parquet"


@pytest.fixture
def workers() -> Iterator[list[Workers]]:
    made = [Workers(count) for count in range(4)]
    yield made
    for each in made:
        each.close()


def wait_for(each: Workers, path: Path) -> list[int]:
    """Starts the processes, and waits until all can work."""
    each.map(path, FOLDING, parts_of(path, FOLDING))
    assert all(worker.ready() for worker in each._started)
    return [worker._process.pid for worker in each._started]


def bits(folded: Aggregates) -> list[np.ndarray]:
    assert folded.shape is not None
    all_cells = [*(folded.cells[name] for name in PLAN.attributes), folded.shape]
    return [folded.bands.sums(), *(part for cells in all_cells for part in of(cells))]


def of(cells: Cells) -> list[np.ndarray]:
    places = [cells.groups[cell] for cell in sorted(cells.groups)]
    return [*places, cells.bucket, cells.count, cells.sums, cells.upper, cells.means]


def test_the_same_bits_however_many_processes_there_are(stored: Path, workers: list[Workers]) -> None:
    parts = parts_of(stored, FOLDING)
    assert len(parts) == 13
    for each in workers:
        wait_for(each, stored)
    assert [len(each._started) for each in workers] == [0, 1, 2, 3]
    alone, *others = [FOLDING.reduce(each.map(stored, FOLDING, parts)) for each in workers]
    for other in others:
        for one, two in zip(bits(alone), bits(other), strict=True):
            np.testing.assert_array_equal(one, two)
    whole = aggregate_batches(TABLE.to_batches(), PLAN, FOLDING.centres)
    for name in PLAN.attributes:
        for level in whole.cells[name].levels:
            one, two = (
                cells[name].only(level).moments(lambda _: True) for cells in (whole.cells, alone.cells)
            )
            np.testing.assert_array_equal(one[0], two[0])
            np.testing.assert_allclose(one[1].products, two[1].products, rtol=1e-12, atol=1e-9)
        np.testing.assert_allclose(whole.cells[name].mean_sums(), alone.cells[name].mean_sums(), rtol=1e-12)
    np.testing.assert_allclose(whole.bands.sums(), alone.bands.sums(), rtol=1e-12)


def test_nor_does_it_matter_how_the_file_is_written(stored: Path, tmp_path: Path) -> None:
    pq.write_table(TABLE, tmp_path / "other.parquet", row_group_size=9_999)
    one, two = (
        bits(FOLDING.reduce([map_part(path, FOLDING, part) for part in parts_of(path, FOLDING)]))
        for path in (stored, tmp_path / "other.parquet")
    )
    for left, right in zip(one, two, strict=True):
        np.testing.assert_array_equal(left, right)


def test_no_customer_is_cut_in_two(stored: Path, workers: list[Workers]) -> None:
    parts = parts_of(stored, HISTORIES)
    whole = HISTORIES.map(TABLE.select(list(HISTORIES.columns)).to_batches())
    found = HISTORIES.reduce(workers[1].map(stored, HISTORIES, parts))
    assert found.customers == whole.customers
    left, right = (each.within.moments(lambda _: True)[1] for each in (whole, found))
    np.testing.assert_allclose(left.products, right.products, rtol=1e-11, atol=1e-9)


def test_parts_that_are_not_looked_at_are_not_read(stored: Path) -> None:
    few = replace(HISTORIES, episodes=replace(HISTORIES.episodes, below=20))
    parts = parts_of(stored, few)
    assert len(parts) == 5 and max(part.row_groups[-1] for part in parts) < 9
    found = few.reduce([map_part(stored, few, part) for part in parts])
    assert found.within.bucket.max() == 19
    below = TABLE.filter(pa.compute.less(TABLE["bucket"], 20)).select(list(few.columns))
    assert found.customers == few.map(below.to_batches()).customers


@pytest.mark.parametrize(
    ("rows", "number"), [(0, 1), (199, 1), (200, 2), (201, 3), (1_600, 16), (1_601, 16), (9_999, 16)]
)
def test_parts_are_no_more_than_are_worth_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rows: int, number: int
) -> None:
    monkeypatch.setattr(cut, "_ROWS", 100)
    pq.write_table(TABLE.slice(0, rows), tmp_path / "some.parquet", row_group_size=70)
    parts = parts_of(tmp_path / "some.parquet", FOLDING)
    assert len(parts) == number == cut.parts_number(rows)
    assert sum(high - low for low, high in (part.rows or (0, rows) for part in parts)) == rows


def test_few_rows_are_one_part(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert len(parts_of(stored, FOLDING)) == 1


def test_what_is_wrong_is_said_as_in_one_process(stored: Path, workers: list[Workers]) -> None:
    broken = np.where(np.arange(N) % (N // 3) == N // 4, np.inf, TABLE["z"].to_numpy())
    pq.write_table(TABLE.set_column(2, "z", pa.array(broken)), stored, row_group_size=1_777)
    for each in workers:
        with pytest.raises(
            ValueError, match=r"^column 0 holds missing or infinite values; leave those rows out$"
        ):
            each.map(stored, FOLDING, parts_of(stored, FOLDING))


def test_errors_come_over_as_they_are() -> None:
    error = DataError(
        DataCode.COLUMN_NOT_FOUND, "no such column", file="a.yml", line=3, where="tables.x", hint="look"
    )
    sent = pickle.loads(pickle.dumps(sendable(error)))
    assert (type(sent), str(sent), sent.line, sent.code) == (DataError, str(error), 3, error.code)

    class Odd(Exception):
        pass

    assert str(sendable(Odd("what"))) == "Odd: what"


def test_a_process_that_is_killed_says_what_to_do(stored: Path, workers: list[Workers]) -> None:
    (pid,) = wait_for(workers[1], stored)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(EngineError, match=r"signal 9.*memory\n  → .*threads: 1"):
        for _ in range(20):  # the killed one takes a part as soon as the other is slow
            workers[1].map(stored, FOLDING, parts_of(stored, FOLDING))
    assert workers[1].map(stored, FOLDING, parts_of(stored, FOLDING))  # and another is started


def test_closing_ends_all_processes(stored: Path, workers: list[Workers]) -> None:
    pids = wait_for(workers[3], stored)
    workers[3].close()
    assert not any(process_alive(pid) for pid in pids)


def test_they_start_when_episodes_are_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "cores", lambda connection: 3)
    monkeypatch.setattr(cut, "_ROWS", 100)
    write_company(small_company(np.random.default_rng(3), 300), tmp_path)
    loaded = load_project(tmp_path)
    with contextlib.closing(engine.DuckDBEngine(loaded, tmp_path / "working")) as opened:
        rows = opened.keep("rows", ibis.range(0, 300).unnest().name("row").as_table())
        for many, started in ((199, 0), (200, 1), (300, 2)):
            opened.store(rows.filter(rows["row"] < many).order_by("row"), tmp_path / f"{many}.parquet")
            assert pq.read_metadata(tmp_path / f"{many}.parquet").num_rows == many
            assert len(opened._workers._started) == started


@pytest.mark.parametrize(
    ("there", "given"),
    [
        (None, "glibc.malloc.hugetlb=1"),
        ("glibc.malloc.check=1", "glibc.malloc.check=1:glibc.malloc.hugetlb=1"),
        ("glibc.malloc.hugetlb=0", "glibc.malloc.hugetlb=0"),
    ],
)
def test_they_take_large_pages_unless_it_is_said(
    monkeypatch: pytest.MonkeyPatch, there: str | None, given: str
) -> None:
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    if there is not None:
        monkeypatch.setenv("GLIBC_TUNABLES", there)
    assert tunables() == given


def test_they_end_with_a_process_that_is_killed(stored: Path) -> None:
    script = """
import os, pickle, signal, sys
from pathlib import Path
from lineofsight.engines.workers import Workers, tunables
workers = Workers(2)
workers._start(2)
print(*(worker._process.pid for worker in workers._started if worker.ready()), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 2
    until = time.monotonic() + 10
    while any(process_alive(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(process_alive(pid) for pid in pids)
    assert done.stderr == ""


SCRIPT = """
import lineofsight as los, lineofsight.engines.jobs as parts, lineofsight.engines.workers as workers
import lineofsight.engines.duckdb.engine as engine
parts._ROWS = 100
engine.cores = lambda connection: 3
started = []
class Told(workers._Worker):
    def __init__(self):
        super().__init__()
        started.append(self.ready())
workers._Worker = Told
run = los.run({folder!r}, seed=1)
print("ran", run.path, started)
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> los.Run:
    """A run of one process, of as many parts."""
    folder = tmp_path_factory.mktemp("alone") / "company"
    write_company(small_company(np.random.default_rng(3), 300), folder)
    file = folder / "lineofsight.yml"
    file.write_text(file.read_text(encoding="utf-8") + "estimation: {replicates: 100}\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cut, "_ROWS", 100)
        patch.setattr(engine, "cores", lambda connection: 1)
        return los.run(folder, seed=1)


@pytest.mark.parametrize("way", ["file", "standard input"])
def test_a_script_needs_no_guard_and_gets_the_same_run(alone: los.Run, tmp_path: Path, way: str) -> None:
    folder = alone.path.parent.parent
    shutil.rmtree(folder / ".lineofsight")  # with the moments that were folded before
    text = SCRIPT.format(folder=str(folder))
    (tmp_path / "script.py").write_text(text, encoding="utf-8")
    named = way == "file"
    done = subprocess.run(
        [sys.executable, str(tmp_path / "script.py") if named else "-"],
        input=None if named else text,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stderr == "" and done.stdout.count("ran ") == 1
    word, path, started = done.stdout.strip().split(" ", 2)
    assert (word, started) == ("ran", "[True, True]")
    run = los.load_run(Path(path))
    for name in BY_NAME:
        assert getattr(run, name).to_pandas().equals(getattr(alone, name).to_pandas()), name


def test_a_process_imports_no_more_than_it_needs() -> None:
    needed = ("workers", "aggregate", "products", "weighted", "histories", "response_sums")
    modules = ", ".join(f"lineofsight.engines.{name}" for name in needed)
    script = f"import sys, {modules}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    heavy = {"duckdb", "ibis", "pandas", "altair", "pydantic", "sqlglot", "yaml", "scipy", "rich", "typer"}
    assert not heavy & set(done.stdout.split())


def test_cores_are_those_declared_and_allowed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(6)), raising=False)
    assert [cores(connect(DuckDBSettings(threads=n), tmp_path)) for n in (1, 4, 16)] == [1, 4, 6]
