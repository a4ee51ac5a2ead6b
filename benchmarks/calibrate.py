"""`make calibrate`: many simulated companies through the whole product, truth beside estimate.

For each path: the mean error with its standard error over companies, and how many 95 % intervals hold the truth.
Then the kinds of company of `benchmarks.proof`, in memory, and the sentences of `benchmarks.told`.
The tables are kept in docs/explanation/calibration.md, between their markers.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.proof.__main__ import COMPANIES as KINDS
from benchmarks.proof.__main__ import prove
from benchmarks.proof.scenarios import SCENARIOS
from benchmarks.told.__main__ import NUMBER as TOLD
from benchmarks.told.study import tell

COMPANIES = 1000
CUSTOMERS = 1500
SEED = 20_260
PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "calibration.md"
BEGIN, END = "<!-- calibration: begin -->", "<!-- calibration: end -->"


def one_company(task: tuple[int, int]) -> list[dict[str, Any]]:
    """Simulates one company, runs the product on it, and returns truth beside estimate."""
    from lineofsight.pipeline.run import run
    from lineofsight.simulate import small_company, write_company
    from lineofsight.simulate.demo import truth_beside_estimate

    number, customers = task
    folder = Path(tempfile.mkdtemp(prefix="los-calibrate-"))
    try:
        write_company(small_company(np.random.default_rng([SEED, number]), customers), folder)
        rows = truth_beside_estimate(run(folder, seed=number))
    finally:
        shutil.rmtree(folder)
    return [{**row, "company": number, "link": link_of(row)} for row in rows]


def link_of(row: dict[str, Any]) -> str:
    """Which question of the chain a row answers."""
    if row["path"] != "total":
        return "A→B direct" if row["path"] == "direct" else "A→B via perception"
    if row["cause"] == "satisfaction":
        return "C→B"
    return "A→C" if row["outcome"] == "satisfaction" else "A→B total"


def summarise(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Per link: mean error in standard errors of the estimates, its own standard error, and coverage.

    Errors are standardised by the planted design's typical standard error of each effect, so that effects in
    points, percentage points and money can be pooled. Companies are independent; effects within one are not, so
    the standard errors are over companies.
    """
    typical: dict[tuple[Any, ...], list[float]] = defaultdict(list)
    for row in rows:
        typical[row["cause"], row["outcome"], row["path"]].append(row["standard_error"])
    scale = {key: float(np.mean(values)) for key, values in typical.items()}
    table = []
    for link in dict.fromkeys(row["link"] for row in rows):
        by_company: dict[int, list[tuple[float, bool]]] = defaultdict(list)
        for row in rows:
            if row["link"] == link:
                error = (row["estimate"] - row["truth"]) / scale[row["cause"], row["outcome"], row["path"]]
                by_company[row["company"]].append((error, row["holds"]))
        errors = np.array([np.mean([error for error, _ in pairs]) for pairs in by_company.values()])
        held = np.array([np.mean([holds for _, holds in pairs]) for pairs in by_company.values()])
        standard = float(errors.std(ddof=1) / np.sqrt(len(errors)))
        table.append(
            {
                "link": link,
                "effects": sum(len(pairs) for pairs in by_company.values()),
                "bias": float(errors.mean()),
                "bias_se": standard,
                "z": float(errors.mean()) / standard,
                "coverage": float(held.mean()),
                "coverage_se": float(held.std(ddof=1) / np.sqrt(len(held))),
            }
        )
    return table


def render(table: list[dict[str, Any]], companies: int, customers: int, seconds: float) -> str:
    """The table as Markdown."""
    lines = [
        f"{companies} simulated companies of {customers:,} customers, seed {SEED}, 1,000 replicates each, in {seconds:.0f} s.",
        "",
        "| Link | Effects | Mean error, in standard errors | its z | 95 % intervals that hold the truth |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row['link']} | {row['effects']:,} | {row['bias']:+.3f} ± {row['bias_se']:.3f} | {row['z']:+.2f} |"
        f" {row['coverage']:.1%} ± {row['coverage_se']:.1%} |"
        for row in table
    ]
    return "\n".join(lines)


def main() -> None:
    """Runs the study, prints and keeps the table; fails where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=COMPANIES)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--kinds", type=int, default=KINDS, help="companies of each kind of the second part")
    parser.add_argument("--told", type=int, default=TOLD, help="companies of each kind of the third part")
    arguments = parser.parse_args()
    start = time.perf_counter()
    tasks = [(number, arguments.customers) for number in range(arguments.companies)]
    rows: list[dict[str, Any]] = []
    with multiprocessing.get_context("spawn").Pool() as pool:
        for done, found in enumerate(pool.imap_unordered(one_company, tasks), start=1):
            rows += found
            if sys.stderr.isatty():
                print(f"\r{done} of {arguments.companies}", end="", file=sys.stderr, flush=True)
    rows.sort(key=lambda row: row["company"])
    table = summarise(rows)
    text = render(table, arguments.companies, arguments.customers, time.perf_counter() - start)
    print("\n" + text)
    if (arguments.companies, arguments.customers) == (COMPANIES, CUSTOMERS) and PAGE.exists():
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN, 1)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")
    broken = [row["link"] for row in table if abs(row["z"]) > 2 or not 0.93 <= row["coverage"] <= 0.97]
    failures = prove(SCENARIOS, arguments.kinds, keep=arguments.kinds == KINDS and PAGE.exists())
    if broken:
        failures.insert(
            0, f"Outside 2 standard errors of no bias, or outside 93 to 97 % coverage: {', '.join(broken)}"
        )
    failures += tell(arguments.told, None, keep=arguments.told == TOLD and PAGE.exists())
    if failures:
        sys.exit("\n".join(failures))


if __name__ == "__main__":
    main()
