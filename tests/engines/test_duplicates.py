"""Rows that chance makes alike are no copies, and copies under a new id are; the questions are asked of an engine."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from lineofsight.engines.duckdb.rows import DIALECT, filled_rows
from lineofsight.engines.duplicates import Duplicates, count_duplicates

N = 2000
START = np.datetime64("2024-01-01", "us")

Columns = dict[str, np.ndarray]


def look(columns: Columns, *, numbered: bool = True) -> Duplicates:
    """Looks for copies among these rows, with a number for each."""
    rows = len(next(iter(columns.values())))
    table = pa.table(({"id": np.arange(rows)} if numbered else {}) | columns)
    with duckdb.connect() as connection:
        connection.register("given", table)
        connection.execute("CREATE TABLE t AS SELECT * FROM given")
        types = {row[0]: row[1] for row in connection.execute("DESCRIBE t").fetchall()}
        rows, filled = filled_rows(connection, "t", types)
        return count_duplicates(
            lambda query: connection.execute(query).fetchall()[0], "t", rows, types, filled, DIALECT
        )


def taken(columns: Columns, rows: np.ndarray) -> Columns:
    return {name: values[rows] for name, values in columns.items()}


def measurements(rng: np.random.Generator) -> Columns:
    return {
        "waiting": rng.gamma(4, 5, N).round(2),
        "age": rng.integers(18, 80, N),
        "minutes": rng.gamma(4, 80, N).round(2),
        "stay": rng.integers(0, 2, N),
    }


def survey(rng: np.random.Generator, questions: int, alike: float | None = None) -> Columns:
    if alike is None:
        answers = rng.integers(1, 6, (N, questions))
    else:
        mood = rng.normal(size=(N, 1)) + alike * rng.normal(size=(N, questions))
        answers = np.clip(np.round(3 + mood), 1, 5).astype(int)
    return {f"q{at}": answers[:, at] for at in range(questions)}


def goods(rng: np.random.Generator) -> Columns:
    product = rng.integers(0, 50, N)
    price, weight = rng.gamma(3, 10, 50).round(2), rng.gamma(3, 1, 50).round(2)
    return {
        "product": product,
        "price": price[product],
        "weight": weight[product],
        "stars": rng.integers(1, 6, N),
    }


def lines_of_orders(rng: np.random.Generator) -> Columns:
    lines = rng.geometric(0.3, 1000)
    product = np.where(rng.random(lines.sum()) < 0.5, 1, rng.integers(0, 40, lines.sum()))
    return {"order_id": np.repeat(np.arange(1000), lines), "product": product}


@pytest.mark.parametrize("seed", range(3))
def test_rows_that_chance_makes_alike_are_no_copies(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for columns in (
        survey(rng, 3),
        survey(rng, 5),
        survey(rng, 20, alike=0.1),  # who answers the same to all questions
        survey(rng, 20, alike=0.5),
        goods(rng),
        lines_of_orders(rng),
        {
            "plan": rng.choice(list("abc"), N),
            "tenure": rng.integers(0, 72, N),
            "churned": rng.integers(0, 2, N),
        },
        measurements(rng),
    ):
        found = look(columns)
        assert (found.copies, found.alike, found.older) == (0, 0, None)
        assert look(columns, numbered=False).copies == 0


@pytest.mark.parametrize(("share", "times"), [(0.01, 2), (0.2, 2), (1.0, 2), (1.0, 3)])
def test_copies_of_measurements_under_a_number_of_their_own_are_counted(share: float, times: int) -> None:
    columns = measurements(np.random.default_rng(1))
    more = np.tile(np.arange(int(share * N)), times - 1)
    copied = taken(columns, np.concatenate([np.arange(N), more]))
    found = look(copied)
    assert (found.copies, found.alike, found.ids) == (0, len(more), ("id",))
    assert look(copied, numbered=False).copies == len(more)


def test_rows_drawn_again_and_again_are_copies() -> None:
    rng = np.random.default_rng(1)
    drawn = rng.integers(0, N, N)
    assert look(taken(measurements(rng), drawn)).alike == N - len(set(drawn))


@pytest.mark.parametrize("times", [2, 3, 4])
def test_a_whole_questionnaire_that_is_there_several_times_is_copied_though_answers_are_few(
    times: int,
) -> None:
    columns = survey(np.random.default_rng(1), 3)
    different = len(set(zip(*columns.values(), strict=True)))
    found = look(taken(columns, np.tile(np.arange(N), times)))
    assert found.alike == times * N - different


def test_copies_that_were_loaded_at_another_time_are_counted() -> None:
    columns = measurements(np.random.default_rng(1))
    loaded = START + np.repeat(np.array([0, 86_400_000_000]), N).astype("timedelta64[us]")
    twice = taken(columns, np.tile(np.arange(N), 2)) | {"loaded_at": loaded}
    found = look(twice)
    assert (found.alike, found.ids) == (N, ("id", "loaded_at"))


def tickets(rng: np.random.Generator, versions: np.ndarray) -> Columns:
    """Tickets by customers, each in so many versions."""
    opened = START + rng.integers(0, 3 * 10**13, N).astype("timedelta64[us]")
    once = {
        "ticket": 5000 + np.arange(N),
        "customer": rng.integers(0, 600, N),
        "opened": opened,
        "hours": rng.gamma(2, 3, N).round(2),
    }
    again = taken(once, np.repeat(np.arange(N), versions))
    later = rng.integers(1, 3 * 10**12, len(again["ticket"])).astype("timedelta64[us]")
    return again | {"updated_at": again["opened"] + later, "status": rng.choice(["open", "done"], len(later))}


@pytest.mark.parametrize("numbered", [False, True])
def test_older_versions_of_a_record_are_told_as_such(numbered: bool) -> None:
    rng = np.random.default_rng(1)
    versions = rng.integers(1, 4, N)
    found = look(tickets(rng, versions), numbered=numbered)
    assert (found.older, found.record, found.changed) == (versions.sum() - N, "ticket", "updated_at")
    assert not found.copies and not found.alike


@pytest.mark.parametrize("numbered", [False, True])
def test_events_of_one_customer_are_no_versions(numbered: bool) -> None:
    rng = np.random.default_rng(1)
    once = tickets(rng, np.ones(N, dtype=int))
    found = look(once, numbered=numbered)
    assert (found.older, found.alike) == (None, 0)
    del once["ticket"]
    assert look(once, numbered=numbered).older is None
