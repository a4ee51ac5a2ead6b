"""The same project on DuckDB and Spark, and the same work by hand with Polars and with pandas."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import peer, polars_peer, sparklog
from benchmarks.generate import generate, write_project
from benchmarks.lines import program_lines, project_lines
from benchmarks.measure import forget, measure, say

EVENTS = 100_000_000
ENGINES = {"DuckDB": "duckdb", "Spark, local[2]": '{spark: {master: "local[2]"}}'}
PROGRAMS = {"Polars + statsmodels": ("polars", polars_peer), "pandas + statsmodels": ("pandas", peer)}


def compared(events: int, folder: Path) -> list[dict[str, Any]]:
    """One row per engine and program, with seconds, peak memory and lines; or with the reason why there is none."""
    say(f"generating {events:,} events")
    generate(folder, events)
    rows: list[dict[str, Any]] = []
    for name, engine in ENGINES.items():
        project = write_project(folder, "answers", engine=engine)
        lines = project_lines(project.read_text(encoding="utf-8"))
        found = on_spark(folder) if "spark" in engine else on_duckdb(folder)
        rows.append({"name": name, "events": events, "lines": lines, **found})
        say(str(rows[-1]))
    for name, (part, module) in PROGRAMS.items():
        lines = program_lines(Path(module.__file__ or ""))
        rows.append({"name": name, "events": events, "lines": lines, **measure(part, folder)})
        say(str(rows[-1]))
    return rows


def on_duckdb(folder: Path) -> dict[str, Any]:
    """The fastest of three runs of the project that stands in the folder."""
    forget(folder)
    return measure("run", folder, repeat=3)


def on_spark(folder: Path) -> dict[str, Any]:
    """One run of the project that stands in the folder, with what Spark's tasks did; or the reason why there is none."""
    reason = sparklog.missing()
    if reason is not None:
        return {"reason": reason}
    forget(folder)
    told = measure("run", folder, environment=sparklog.logging_to(folder / "spark"))
    if not told["on_spark"]:
        return {"reason": "the run was not made by Spark"}
    return {**told, "work": asdict(sparklog.work_in(folder / "spark"))}


def render(rows: list[dict[str, Any]]) -> str:
    """The table as Markdown."""
    lines = [
        f"{rows[0]['events']:,} events.",
        "",
        "| | Time | Peak memory | Lines to write | Intervals on paths, importance and money |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for row in rows:
        told = "yes" if row["name"] in ENGINES else "no"
        if "reason" in row:
            lines.append(f"| {row['name']} | not measured: {row['reason']} | – | {row['lines']} | {told} |")
        else:
            lines.append(
                f"| {row['name']} | {row['total']:.1f} s | {row['memory']:.1f} GB | {row['lines']} | {told} |"
            )
    return "\n".join(lines)
