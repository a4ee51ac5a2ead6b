"""DuckDB on a billion events beside ten million of the same shape: 50 events for every customer."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.generate import generate, write_project
from benchmarks.measure import forget, measure, say

SMALL, LARGE = 10_000_000, 1_000_000_000
PER_CUSTOMER = 50
#: Events of a file: what one piece needs is what generating needs in memory.
PIECE = 50_000_000
#: So that the whole process stays below the limit: Python, the libraries and buffers come on top.
ENGINE = "{duckdb: {memory: 8GB}}"
MOST_SECONDS, MOST_MEMORY, MOST_GROWTH = 600.0, 12.0, 1.5
#: The generated files take 18 bytes an event; the rest is for stored episodes and for spilling.
DISK_PER_EVENT = 40


def measured(sizes: tuple[int, ...] = (SMALL, LARGE)) -> list[dict[str, Any]]:
    """Runs of each size with an episode for each answer, and for each customer; a size with no room is skipped."""
    rows: list[dict[str, Any]] = []
    for events in sizes:
        with tempfile.TemporaryDirectory(prefix="los-bench-") as place:
            free = shutil.disk_usage(place).free
            if free < events * DISK_PER_EVENT:
                needs = events * DISK_PER_EVENT / 1e9
                say(
                    f"{events:,} events are skipped: they need {needs:.0f} GB of disk, {free / 1e9:.0f} are free"
                )
                continue
            rows += _one_size(events, Path(place))
    return rows


def _one_size(events: int, folder: Path) -> list[dict[str, Any]]:
    say(f"generating {events:,} events, {PER_CUSTOMER} a customer")
    pieces = max(2, events // PIECE)
    generate(folder, events, customers=events // PER_CUSTOMER, pieces=pieces)
    rows = []
    for anchors in ("answers", "surveys"):
        write_project(folder, anchors, engine=ENGINE, files="-*")
        forget(folder)
        repeat = 3 if events <= SMALL else 1  # the largest is held against the fastest, and takes long
        row = {"events": events, "anchors": anchors, **measure("run", folder, anchors, repeat=repeat)}
        say(f"{row['total']:.1f} s, {row['memory']:.1f} GB")
        rows.append(row)
    return rows


def broken(rows: list[dict[str, Any]]) -> list[str]:
    """Which limits a run of the largest size does not keep."""
    large = max((row["events"] for row in rows), default=0)
    found = []
    for row in rows:
        if row["events"] == large and large >= LARGE:
            told = f"{row['events']:,} events, {row['episodes']:,} episodes"
            if row["total"] > MOST_SECONDS:
                found.append(f"{told}: {row['total']:.0f} s are more than {MOST_SECONDS:.0f}")
            if row["memory"] > MOST_MEMORY:
                found.append(f"{told}: {row['memory']:.1f} GB are more than {MOST_MEMORY:.0f}")
            if growth(row, rows) > MOST_GROWTH:
                found.append(
                    f"{told}: an event costs {growth(row, rows):.1f} times what it does at {SMALL:,}"
                )
    return found


def growth(row: dict[str, Any], rows: list[dict[str, Any]]) -> float:
    """Seconds per event, against those of the smallest run with the same kind of episodes."""
    small = min(
        (other for other in rows if other["anchors"] == row["anchors"]), key=lambda other: other["events"]
    )
    return float(row["total"] / row["events"] / (small["total"] / small["events"]))


def render(rows: list[dict[str, Any]]) -> str:
    """The table as Markdown."""
    lines = [
        "| Events | Customers | Episodes | Whole run | Per million events | Against the smallest | Peak memory |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row['events']:,} | {row['events'] // PER_CUSTOMER:,} | {row['episodes']:,} | {row['total']:.0f} s |"
        f" {row['total'] / row['events'] * 1e6:.2f} s | {growth(row, rows):.2f} | {row['memory']:.1f} GB |"
        for row in rows
    ]
    return "\n".join(lines)
