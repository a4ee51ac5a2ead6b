"""`make bench`, first part: ratios to a raw scan and peak memory, measured on this machine in one run.

The tables are kept in docs/explanation/speed.md, between their markers.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.generate import generate, write_project
from benchmarks.measure import in_turns, keep, machine, measure, say

SIZES = (1_000_000, 10_000_000, 100_000_000)
_REPEATS = 5


def one_size(events: int, folder: Path, *, peer: bool) -> list[dict[str, Any]]:
    """All parts on generated data of one size."""
    say(f"generating {events:,} events")
    generate(folder, events)
    rows = []
    for anchors in ("answers", "surveys"):
        write_project(folder, anchors)
        raw, spine, first = in_turns(["scan", "effects", "run"], folder, anchors, repeat=_REPEATS)
        write_project(folder, anchors, margin="25 %")
        again = measure("run", folder, anchors)
        other = measure("pandas", folder, anchors) if peer and anchors == "answers" else None
        counted = first["align"] + first["fold"]
        rows.append(
            {
                "events": events,
                "episodes": events // 100 if anchors == "answers" else events // 20,
                "scan": raw["total"],
                "effects": spine["total"],
                "effects_ratio": spine["total"] / raw["total"],
                "paths": spine["paths"],
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
        machine(),
        "",
        "| Events | Episodes | Raw scan | Episodes + moments of effects | Ratio | … + all other moments | Ratio | 1,000 replicates of effects and paths | … and all else | Whole run | Peak memory | Second run | pandas + statsmodels |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        other = row["pandas"]
        peer = f"{other['total']:.1f} s, {other['memory']:.1f} GB" if other else "–"
        lines.append(
            f"| {row['events']:,} | {row['episodes']:,} | {row['scan']:.2f} s | {row['effects']:.1f} s | {row['effects_ratio']:.1f} |"
            f" {row['counted']:.1f} s | {row['ratio']:.1f} |"
            f" {row['paths']:.1f} s | {row['estimate']:.1f} s | {row['total']:.1f} s | {row['memory']:.1f} GB | {row['again']:.1f} s | {peer} |"
        )
    lines += [
        "",
        "| Kernel | Seconds |",
        "| --- | ---: |",
        f"| Exact LMG of 20 drivers | {kernel['lmg20']:.2f} |",
        f"| Exact LMG of 15 drivers, 1,000 replicates | {kernel['lmg15x1000']:.2f} |",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measures all sizes, prints the tables, and keeps them where the sizes are the usual ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument(
        "--peer-up-to", type=int, default=SIZES[-1], help="largest size that pandas is tried on"
    )
    arguments = parser.parse_args()
    rows = []
    for events in arguments.sizes:
        with tempfile.TemporaryDirectory(prefix="los-bench-") as folder:
            rows += one_size(events, Path(folder), peer=events <= arguments.peer_up_to)
    with tempfile.TemporaryDirectory() as folder:
        text = render(rows, measure("importance", Path(folder), repeat=3))
    print(text)
    if tuple(arguments.sizes) == SIZES:
        keep("speed.md", "speed", text)


if __name__ == "__main__":
    main()
