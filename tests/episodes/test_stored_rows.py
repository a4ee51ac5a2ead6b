"""What is stored: sorted by bucket, customer and key, the same bytes every time."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from lineofsight.episodes import EpisodeFile, fingerprint
from lineofsight.project import load_project

from .world import ANY_PERCEPTION, VISITS, align, write

TEXT = f"""\
{VISITS}operations:
  minutes: {{table: calls, at: day, agg: mean, value: minutes, over: 300 days, better: lower}}
  total: {{table: calls, at: day, agg: sum, value: minutes, better: lower}}
{ANY_PERCEPTION}estimation: {{buckets: BUCKETS}}
engine: {{duckdb: {{threads: 4}}}}
"""


def tables(customers: int, seed: int = 1) -> dict[str, pa.Table]:
    rng = np.random.default_rng(seed)
    days = np.datetime64("2024-01-01T00:00:00.000000")
    visits = rng.permutation(2 * customers)
    calls = 20 * customers
    return {
        "visits": pa.table(
            {
                "id": visits,
                "who": visits // 2,
                "day": days + np.timedelta64(400, "D") + visits.astype("m8[s]"),
                "stars": 1 + visits % 5,
            }
        ),
        "calls": pa.table(
            {
                "who": rng.integers(0, customers, calls),
                "day": days + rng.integers(0, 500 * 86400, calls).astype("m8[s]"),
                "minutes": rng.lognormal(0, 4, calls),
            }
        ),
    }


@pytest.mark.parametrize("buckets", [40, 64])
def test_more_customers_than_buckets(tmp_path: Path, buckets: int) -> None:
    aligned = align(tmp_path, TEXT.replace("BUCKETS", str(buckets)), **tables(150))
    assert aligned.file.buckets == buckets
    for row in aligned.rows:
        digest = hashlib.md5(str(row["_customer"]).encode(), usedforsecurity=False).hexdigest()
        assert row["_bucket"] == int(digest[:4], 16) % buckets
    order = [(row["_bucket"], row["_customer"], row["_key"]) for row in aligned.rows]
    assert order == sorted(order) and len(order) == 300


def test_with_few_customers_each_is_a_bucket(tmp_path: Path) -> None:
    aligned = align(tmp_path, TEXT.replace("BUCKETS", "32"), **tables(32))
    bucket = {row["_customer"]: row["_bucket"] for row in aligned.rows}
    digest = {who: hashlib.md5(str(who).encode(), usedforsecurity=False).hexdigest() for who in range(32)}
    assert bucket == {who: place for place, who in enumerate(sorted(range(32), key=lambda who: digest[who]))}
    assert aligned.file.buckets == 32


def test_the_same_bytes_whatever_the_threads_and_the_order_of_rows(tmp_path: Path, engine: str) -> None:
    found, customers = [], 3000 if engine == "duckdb" else 300
    for place, threads in enumerate((1, 4, 4)):
        given = tables(customers)
        if place == 2:
            shuffled = np.random.default_rng(2).permutation(given["calls"].num_rows)
            given["calls"] = given["calls"].take(shuffled)
            given["visits"] = given["visits"].take(np.arange(given["visits"].num_rows)[::-1])
        text = TEXT.replace("BUCKETS", "512").replace("threads: 4", f"threads: {threads}")
        aligned = align(tmp_path / f"{place}", text, **given)
        whole = (
            aligned.file.path.read_bytes() if aligned.file.path.is_file() else b""
        )  # Spark writes a folder
        found.append((whole, aligned.rows))
    assert found[0] == found[1] == found[2]


def test_what_is_known_of_a_file_survives_being_written(tmp_path: Path) -> None:
    file = align(tmp_path, TEXT.replace("BUCKETS", "64"), **tables(40)).file
    assert EpisodeFile.from_json(file.path, file.to_json()) == file
    assert set(file.spans) == {"calls"}


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("better: lower", "better: higher", True),
        ("better: lower", "better: lower, label: Long", True),
        ("300 days", "301 days", False),
        ("agg: sum", "agg: mean", False),
        ("estimation: {", "timezone: UTC\nestimation: {", False),
        ("estimation: {", "period_effects: month\nestimation: {", False),
        ("buckets: 64", "buckets: 65", False),
        ("buckets: 64", "buckets: 64, replicates: 2000", True),
        ("measure: csat", "measure: csat, label: Mood", True),
    ],
)
def test_the_fingerprint_changes_with_what_is_read(tmp_path: Path, old: str, new: str, same: bool) -> None:
    text = TEXT.replace("BUCKETS", "64")
    assert old in text
    names = []
    for place, written in enumerate((text, text.replace(old, new))):
        loaded = load_project(write(tmp_path / f"{place}", written, visits="id", calls="who"))
        names.append(fingerprint(loaded, [["calls.csv", 4, 1]], "1"))
    assert (names[0] == names[1]) is same
    assert fingerprint(loaded, [["calls.csv", 4, 2]], "1") != names[1]
