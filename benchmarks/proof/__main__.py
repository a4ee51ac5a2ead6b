"""`python -m benchmarks.proof`: the kinds of company alone; `make calibrate` runs it after the recovery study."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.proof.claims import Held
from benchmarks.proof.page import render
from benchmarks.proof.promises import broken
from benchmarks.proof.scenarios import NULL, SCENARIOS, Scenario
from benchmarks.proof.study import REPLICATES, seed_of, study
from benchmarks.proof.summary import Row, Stands, stands, summarise
from benchmarks.proof.truth import hidden_strength
from benchmarks.proof.world import BEHAVIOURS, PERCEPTION

COMPANIES = 400
SEED = 20_260
LARGE = 100_000
"""Customers of the sample in which a hidden variable's strength is measured."""

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "calibration.md"
BEGIN, END = "<!-- kinds: begin -->", "<!-- kinds: end -->"


def rows_of(scenario: Scenario, held: Sequence[Held]) -> list[Row]:
    """What came of everyone's claims, then of the segments' where there are any."""
    null = [name for name in NULL if name != scenario.confounded]
    kinds = (False, True) if len(scenario.world.segments) > 1 else (False,)
    return [summarise(held, null, segments=segments) for segments in kinds]


def stands_of(scenario: Scenario, held: Sequence[Held], seed: int = SEED, large: int = LARGE) -> list[Stands]:
    """The robustness values of the confounded operation on every outcome; none where nothing is hidden."""
    cause = scenario.confounded
    if cause is None:
        return []
    rng = np.random.default_rng(seed_of(scenario.name, seed))
    return [
        stands(held, cause, outcome, hidden_strength(scenario.world, cause, outcome, large, rng))
        for outcome in (PERCEPTION, *BEHAVIOURS)
    ]


def prove(scenarios: Sequence[Scenario], companies: int, *, keep: bool) -> list[str]:
    """Runs the study, prints and keeps its tables, and returns the promises that were not kept."""
    start = time.perf_counter()
    held = study([scenario.name for scenario in scenarios], companies, SEED)
    rows = {scenario.name: rows_of(scenario, held[scenario.name]) for scenario in scenarios}
    found = {scenario.name: stands_of(scenario, held[scenario.name]) for scenario in scenarios}
    seconds = time.perf_counter() - start
    text = (
        f"{companies} simulated companies of each kind, seed {SEED}, {REPLICATES:,} replicates each,"
        f" in {seconds:.0f} s.\n\n{render(scenarios, rows, found)}"
    )
    print("\n" + text)
    if keep:
        before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN, 1)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")
    return [
        each for scenario in scenarios for each in broken(scenario, rows[scenario.name], found[scenario.name])
    ]


def main() -> None:
    """Runs all kinds, or those named; only the whole study is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=COMPANIES)
    parser.add_argument("only", nargs="*", choices=[[], *(scenario.name for scenario in SCENARIOS)])
    arguments = parser.parse_args()
    chosen = [each for each in SCENARIOS if each.name in (arguments.only or [s.name for s in SCENARIOS])]
    whole = len(chosen) == len(SCENARIOS) and arguments.companies == COMPANIES
    if found := prove(chosen, arguments.companies, keep=whole):
        sys.exit("Not kept:\n" + "\n".join(found))


if __name__ == "__main__":
    main()
