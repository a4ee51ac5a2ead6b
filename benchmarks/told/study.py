"""Runs companies through the product, and counts the sentences that are told as found, and the false ones among them."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.told.companies import COMPANIES
from benchmarks.told.truth import FOUND, is_true

SEED = 20_261
MOST_FALSE = 0.05

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "calibration.md"
BEGIN, END = "<!-- told: begin -->", "<!-- told: end -->"

Told = Counter[tuple[str, bool]]
"""Sentences by kind of finding, and whether they are true."""


def count_told(task: tuple[int, int]) -> tuple[int, Told, list[str]]:
    """Runs one company: its kind, what it was told, and the false sentences among those told as found."""
    from lineofsight.pipeline.run import run

    at, number = task
    company = COMPANIES[at]
    told: Told = Counter()
    false: list[str] = []
    with tempfile.TemporaryDirectory(prefix="los-told-") as folder:
        company.write(Path(folder), np.random.default_rng([SEED, at, number]))
        for row in run(folder, seed=number).table("findings"):
            if row["kind"] in (*FOUND, "perhaps"):
                holds = is_true(row["kind"], row["subject"], row["sentence"], company.truth)
                told[row["kind"], holds] += 1
                if row["kind"] in FOUND and not holds:
                    false.append(f"{company.name}, {number}: {row['sentence']}")
    return at, told, false


def table_of(told: Mapping[str, Sequence[Told]]) -> str:
    """The counts as tables in Markdown: by kind of company, then by kind of sentence."""
    lines = [
        "| Company | Told as found | of them false | | Told as perhaps | of them false |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(_line(name, sum(companies, Told())) for name, companies in told.items()),
    ]
    whole = sum((each for companies in told.values() for each in companies), Told())
    lines += [
        _line("**All**", whole),
        "",
        "| Sentence | Told as found | of them false | |",
        "| --- | ---: | ---: | ---: |",
    ]
    for kind in FOUND:
        found, false = whole[kind, True] + whole[kind, False], whole[kind, False]
        lines.append(f"| {kind} | {found} | {false} | {_share(false, found)} |")
    return "\n".join(lines)


def _line(name: str, told: Told) -> str:
    found, false = _counted(told)
    perhaps = told["perhaps", True] + told["perhaps", False]
    return f"| {name} | {found} | {false} | {_share(false, found)} | {perhaps} | {told['perhaps', False]} |"


def _counted(told: Told) -> tuple[int, int]:
    """Sentences told as found, and the false ones among them."""
    false = sum(told[kind, False] for kind in FOUND)
    return false + sum(told[kind, True] for kind in FOUND), false


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}".replace("%", " %") if whole else "–"


def share_and_error(told: Sequence[Told]) -> tuple[float, float]:
    """The share of false sentences over all companies, and its standard error over companies (of a ratio of means)."""
    counted = np.array([_counted(each) for each in told], dtype=float)
    share = counted[:, 1].sum() / counted[:, 0].sum()
    left = counted[:, 1] - share * counted[:, 0]
    return float(share), float(np.sqrt(len(left) / (len(left) - 1) * (left**2).sum()) / counted[:, 0].sum())


def tell(number: int, processes: int | None, *, keep: bool, show: bool = False) -> list[str]:
    """Runs all companies, prints and keeps the table, and returns the promise where it is not kept."""
    start = time.perf_counter()
    told: dict[str, list[Told]] = {company.name: [] for company in COMPANIES}
    tasks = [(at, n) for at in range(len(COMPANIES)) for n in range(number)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for at, found, false in pool.imap(count_told, tasks):
            told[COMPANIES[at].name].append(found)
            if show:
                print(*false, sep="\n", end="\n" * bool(false), flush=True)
    share, error = share_and_error([each for companies in told.values() for each in companies])
    text = (
        f"{number} companies of each kind, seed {SEED}, 400 replicates each, in {time.perf_counter() - start:.0f} s."
        f" False are {share:.1%} ± {error:.1%} of the sentences told as found.".replace("%", " %")
        + f"\n\n{table_of(told)}"
    )
    print("\n" + text)
    if keep:
        before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN, 1)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")
    if share - 2 * error > MOST_FALSE:
        return [
            f"Of the sentences told as found {share:.1%} ± {error:.1%} are false, more than {MOST_FALSE:.0%}."
        ]
    return []
