"""The constants that docs/explanation/scale.md computes with, from two sizes of the same project."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.compare import on_duckdb, on_spark
from benchmarks.generate import generate, write_project
from benchmarks.measure import say

SIZES = (4_000_000, 40_000_000)
CORES = 2  # of this machine that both engines use
#: At this size Spark would send all episodes to every worker instead of shuffling events; at scale it cannot.
SHUFFLING = '{spark: {master: "local[2]", config: {spark.sql.autoBroadcastJoinThreshold: "-1"}}}'
DOUBLE = 8  # bytes
PAPER_EVENTS, PAPER_CORES = 1e11, 1600
_OF_SPARK = (
    ("F", "Spark, whatever the size", "s"),
    ("e", "Spark, per event", "core-µs"),
    ("b", "Spark, shuffled per event", "bytes"),
    ("w", "Spark, spilled per event for want of memory", "bytes"),
    ("r", "Spark, results of all tasks to the driver, moments included", "MB"),
)

Run = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Constant:
    """One row of the table: the letter used in formulas, what it is, its value (None: not measured) and unit."""

    letter: str
    meaning: str
    value: float | None
    unit: str


def measured(sizes: tuple[int, int] = SIZES) -> list[Constant]:
    """Runs the project at both sizes on both engines."""
    duckdb: list[Run] = []
    spark: list[Run] = []
    for events in sizes:
        with tempfile.TemporaryDirectory(prefix="los-bench-") as place:
            folder = Path(place)
            say(f"generating {events:,} events")
            generate(folder, events)
            write_project(folder, "answers")
            duckdb.append({"events": events, **on_duckdb(folder)})
            write_project(folder, "answers", engine=SHUFFLING)
            spark.append({"events": events, **on_spark(folder)})
    return [*_of_duckdb(*duckdb), *_of_spark(*spark)]


def _of_duckdb(small: Run, large: Run) -> list[Constant]:
    """What one more event costs, from the difference; and how large moments are."""
    per_event = (large["total"] - small["total"]) / (large["events"] - small["events"])
    return [
        Constant("f", "DuckDB, whatever the size", small["total"] - per_event * small["events"], "s"),
        Constant("d", "DuckDB, per event", per_event * CORES * 1e6, "core-µs"),
        Constant("m", "moments of one cell and bucket", _moments(large["columns"]), "bytes"),
    ]


def _of_spark(small: Run, large: Run) -> list[Constant]:
    if "reason" in small or "reason" in large:
        return [Constant(letter, meaning, None, unit) for letter, meaning, unit in _OF_SPARK]
    events = large["events"] - small["events"]
    slope = {name: (large["work"][name] - small["work"][name]) / events for name in small["work"]}
    whatever = small["total"] - (large["total"] - small["total"]) / events * small["events"]
    values = (
        whatever,
        slope["core_seconds"] * 1e6,
        slope["shuffled"],
        slope["spilled"],
        large["work"]["returned"] / 1e6,
    )
    told = zip(_OF_SPARK, values, strict=True)
    return [Constant(letter, meaning, value, unit) for (letter, meaning, unit), value in told]


def _moments(columns: int) -> float:
    """Count, sums and the upper triangle of the products, as doubles."""
    return float(DOUBLE * (1 + columns + columns * (columns + 1) // 2))


def render(found: list[Constant]) -> str:
    """The table as Markdown."""
    lines = ["| | Constant | Measured |", "| --- | --- | ---: |"]
    for constant in found:
        value = "not measured yet" if constant.value is None else f"{_digits(constant.value)} {constant.unit}"
        lines.append(f"| *{constant.letter}* | {constant.meaning} | {value} |")
    return "\n".join([*lines, *_on_paper({constant.letter: constant.value for constant in found})])


def _on_paper(values: Mapping[str, float | None]) -> list[str]:
    """What the formulas of the page say of a hundred billion events on a hundred workers of 16 cores."""
    fixed, each, shuffled, spilled = (values.get(letter) for letter in ("F", "e", "b", "w"))
    if fixed is None or each is None or shuffled is None or spilled is None:
        return []
    minutes = (fixed + each * 1e-6 * PAPER_EVENTS / PAPER_CORES) / 60
    terabytes, spills = (value * PAPER_EVENTS / 1e12 for value in (shuffled, spilled))
    return [
        "",
        f"So 10¹¹ events on {PAPER_CORES:,} cores take about {_digits(minutes)} minutes, shuffle {_digits(terabytes)} TB and spill up to"
        f" {_digits(spills)} TB where a core has as little memory as here.",
    ]


def _digits(value: float) -> str:
    """Two digits that are told, and never an exponent."""
    return f"{float(f'{value:.1e}'):,.{0 if abs(value) >= 10 else 1 if abs(value) >= 1 else 3}f}"
