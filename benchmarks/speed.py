"""`make bench`: ratios and peak memory, measured on this machine in one run.

Every part runs in a process of its own, so that its peak memory is its own. The tables are kept in
docs/explanation/speed.md, between their markers.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIZES = (1_000_000, 10_000_000, 100_000_000)
PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "speed.md"
BEGIN, END = "<!-- speed: begin -->", "<!-- speed: end -->"
GB = 1e6  # ru_maxrss counts kilobytes on Linux


def scan(folder: Path, anchors: str) -> dict[str, float]:
    """A raw scan-and-sum by DuckDB of the columns that a run reads."""
    import duckdb

    columns = {
        "touchpoints": "sum(customer_id), max(happened_at), sum(hours), count(*) FILTER (again), min(kind)",
        "purchases": "sum(customer_id), max(bought_at), sum(amount)",
        anchors: "sum(customer_id), max(asked_at), sum(tenure), min(region), sum(satisfaction), sum(recommend), sum(effort)",
    }
    con = duckdb.connect()
    start = time.perf_counter()
    for table, sums in columns.items():
        con.execute(f"SELECT {sums} FROM '{folder / table}.parquet'").fetchall()
    return {"total": time.perf_counter() - start}


def run(folder: Path, anchors: str) -> dict[str, float]:
    """A whole `los run`; with the stages' own seconds."""
    from lineofsight.app import pipeline

    start = time.perf_counter()
    found = pipeline.run(folder)
    return {"total": time.perf_counter() - start, **found.manifest["seconds"]}


def pandas(folder: Path, anchors: str) -> dict[str, float]:
    """The same table and models by pandas and statsmodels, without replicates."""
    from benchmarks.peer import episodes, regressions

    start = time.perf_counter()
    table = episodes(folder, anchors)
    aligned = time.perf_counter()
    models = regressions(table)
    return {"align": aligned - start, "models": models, "total": time.perf_counter() - start}


def importance(folder: Path, anchors: str) -> dict[str, float]:
    """Exact LMG of 20 drivers, and of 15 drivers with 1,000 replicates."""
    import numpy as np

    from lineofsight.core.importance import lmg

    rng = np.random.default_rng(1)

    def covariances(drivers: int, count: int) -> Any:
        rows = rng.normal(size=(count, 3 * drivers, drivers + 1))
        rows[..., -1] += rows[..., :-1].sum(axis=-1)
        return np.einsum("rni,rnj->rij", rows, rows) / rows.shape[1]

    seconds = {}
    for name, drivers, count in (("lmg20", 20, 1), ("lmg15x1000", 15, 1000)):
        stack = covariances(drivers, count)
        start = time.perf_counter()
        lmg(stack, drivers, [[at] for at in range(drivers)])
        seconds[name] = time.perf_counter() - start
    return seconds


PARTS: dict[str, Callable[[Path, str], dict[str, float]]] = {
    "scan": scan,
    "run": run,
    "pandas": pandas,
    "importance": importance,
}


def measure(part: str, folder: Path, anchors: str = "answers", repeat: int = 1) -> dict[str, float]:
    """The fastest of some repeats of a part, each in a process of its own, with its peak memory in GB."""
    command = [sys.executable, "-m", "benchmarks.speed", "--part", part, str(folder), anchors]
    found = []
    for _ in range(repeat):
        if part == "run" and repeat > 1:
            shutil.rmtree(folder / ".lineofsight", ignore_errors=True)
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found.append(json.loads(done.stdout.splitlines()[-1]))
    return min(found, key=lambda seconds: seconds.get("total", 0.0))


def one_size(events: int, folder: Path, *, peer: bool) -> list[dict[str, Any]]:
    """All parts on generated data of one size."""
    from benchmarks.generate import generate, write_project

    say(f"generating {events:,} events")
    generate(folder, events)
    rows = []
    for anchors in ("answers", "surveys"):
        write_project(folder, anchors)
        shutil.rmtree(folder / ".lineofsight", ignore_errors=True)
        raw = measure("scan", folder, anchors, repeat=3)
        first = measure("run", folder, anchors, repeat=3)
        write_project(folder, anchors, margin="25 %")
        again = measure("run", folder, anchors)
        other = measure("pandas", folder, anchors) if peer and anchors == "answers" else None
        counted = first["align"] + first["fold"]
        rows.append(
            {
                "events": events,
                "episodes": events // 100 if anchors == "answers" else events // 20,
                "scan": raw["total"],
                "counted": counted,
                "ratio": counted / raw["total"],
                "estimate": first["estimate"],
                "total": first["total"],
                "memory": first["memory"],
                "again": again["total"],
                "pandas": other,
            }
        )
        say(json.dumps(rows[-1]))
    return rows


def render(rows: list[dict[str, Any]], kernel: dict[str, float]) -> str:
    """The tables as Markdown."""
    lines = [
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}.",
        "",
        "| Events | Episodes | Raw scan | Episodes + moments | Ratio | 1,000 replicates | Whole run | Peak memory | Second run | pandas + statsmodels |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        other = row["pandas"]
        peer = f"{other['total']:.1f} s, {other['memory']:.1f} GB" if other else "–"
        lines.append(
            f"| {row['events']:,} | {row['episodes']:,} | {row['scan']:.2f} s | {row['counted']:.1f} s | {row['ratio']:.1f} |"
            f" {row['estimate']:.1f} s | {row['total']:.1f} s | {row['memory']:.1f} GB | {row['again']:.1f} s | {peer} |"
        )
    lines += [
        "",
        "| Kernel | Seconds |",
        "| --- | ---: |",
        f"| Exact LMG of 20 drivers | {kernel['lmg20']:.2f} |",
        f"| Exact LMG of 15 drivers, 1,000 replicates | {kernel['lmg15x1000']:.2f} |",
    ]
    return "\n".join(lines)


def say(text: str) -> None:
    """Progress, apart from the result."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measures everything, or one part when called for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument(
        "--peer-up-to", type=int, default=SIZES[-1], help="largest size that pandas is tried on"
    )
    parser.add_argument("where", nargs="*")
    arguments = parser.parse_args()
    if arguments.part:
        folder, anchors = arguments.where
        seconds = PARTS[arguments.part](Path(folder), anchors)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GB
        print(json.dumps({**seconds, "memory": memory}))
        return
    rows = []
    for events in arguments.sizes:
        with tempfile.TemporaryDirectory(prefix="los-bench-") as folder:
            rows += one_size(events, Path(folder), peer=events <= arguments.peer_up_to)
    with tempfile.TemporaryDirectory() as folder:
        text = render(rows, measure("importance", Path(folder), repeat=3))
    print(text)
    if tuple(arguments.sizes) == SIZES and PAGE.exists():
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN, 1)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
