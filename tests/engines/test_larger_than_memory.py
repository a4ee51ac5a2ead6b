"""Data ten times as large as the memory allowed: a run finishes, with the same numbers, and clears what it spilled."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

import lineofsight as los

MEMORY = 150e6
CONTACTS, VISITS, CUSTOMERS = 8_500_000, 300_000, 75_000
VALUES = 8
NOTES = (
    "asked about a delivery that had not come, was told the day before the day on which it then came",
    "wanted to send something back, was given an address and a number, and a month later the money",
    "came to the shop to have it repaired, left it there, and fetched it after two weeks in good order",
)


def generate(folder: Path) -> None:
    """Writes contacts of customers, and their visits; every column is used, and packs well."""
    values = ", ".join(
        f"((i * {2 * k + 3} + i // {1009 + k}) % {97 + k})::double AS x{k}" for k in range(VALUES)
    )
    connection = duckdb.connect()
    connection.execute(f"""COPY (SELECT (i * 7919) % {CUSTOMERS} AS who, {list(NOTES)}[1 + (i * 7 + i // 13) % 3] AS note,
        timestamp '2024-01-01' + to_seconds((i * 104729) % (600 * 86400)) AS happened, {values}
        FROM range({CONTACTS}) t(i)) TO '{folder / "contacts.parquet"}'""")
    connection.execute(f"""COPY (SELECT i AS id, (i * 31) % {CUSTOMERS} AS who, 1 + (i * 13 + i // 7) % 5 AS stars,
        timestamp '2024-06-01' + to_seconds((i * 15485863) % (300 * 86400)) AS day
        FROM range({VISITS}) t(i)) TO '{folder / "visits.parquet"}'""")


def declare(folder: Path, engine: str) -> None:
    common = "table: contacts, at: happened, over: 90 days, better: lower"
    operations = "\n".join(f"  x{k}: {{{common}, value: x{k}, agg: mean}}" for k in range(VALUES))
    text = f"""\
name: Large
engine: {engine}
tables:
  contacts: {{path: contacts.parquet}}
  visits: {{path: visits.parquet}}
episodes: {{each: visits, key: id, customer: who, at: day}}
operations:
  repairs: {{{common}, agg: count, where: "contains(note, 'repaired')"}}
{operations}
perceptions: {{mood: {{value: stars, measure: csat}}}}
behaviours: {{back: {{kind: stay, table: visits, at: day, within: 60 days}}}}
estimation: {{replicates: 100}}
"""
    (folder / "lineofsight.yml").write_text(text, encoding="utf-8")


def in_memory(file: Path) -> float:
    """Bytes of all rows in Arrow, as the first of them have."""
    parquet = pq.ParquetFile(file)
    first = parquet.read_row_group(0)
    return float(first.nbytes / first.num_rows * parquet.metadata.num_rows)


def test_ten_times_the_memory(tmp_path: Path) -> None:
    generate(tmp_path)
    assert in_memory(tmp_path / "contacts.parquet") > 10 * MEMORY
    declare(tmp_path, "duckdb")
    expected = los.run(tmp_path)
    working = tmp_path / ".lineofsight"
    shutil.rmtree(working)

    spilled = []

    def look(stage: str, message: str) -> None:
        spilled.append(sum(file.stat().st_size for file in working.rglob("*.tmp")))

    declare(tmp_path, f"{{duckdb: {{memory: {MEMORY / 1e6:.0f}MB, threads: 2}}}}")
    found = los.run(tmp_path, progress=look)
    assert found.manifest["episodes_reused"] is False
    assert max(spilled) > 1e6
    for name in ("effects", "populations", "drops"):
        assert found.table(name).rows() == expected.table(name).rows(), name
    assert not list(working.glob("spill-*"))
    assert not list(working.rglob("*.tmp"))
