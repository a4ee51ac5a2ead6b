"""`python -m benchmarks.told`: of the sentences under "What was found", how many are false?

Questionnaires with many rated attributes, of which some matter, in a straight line and through satisfaction alone. So every
sentence can be held against the truth: an effect or a path of an attribute that does not matter is false, and so is every
bend, every must-have, delighter and opposed or crossed path. What is told as "perhaps" is counted beside.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import csv

COMPANIES = 60
SEED = 20_261
_FOUND = ("driver", "perception", "path", "shape")


class Kind(NamedTuple):
    """A kind of questionnaire: rows, attributes, and how many of these matter."""

    name: str
    rows: int
    attributes: int
    matter: int


KINDS = (
    Kind("nothing matters", 1500, 30, 0),
    Kind("2 of 30 matter", 1500, 30, 2),
    Kind("8 of 30 matter", 1500, 30, 8),
)


def write_questionnaire(folder: Path, kind: Kind, rng: np.random.Generator) -> None:
    """Writes one company: answers in five correlated families, satisfaction, who stays, and the project file.

    Satisfaction is not rounded or cut, and who stays is linear in it, so that no line truly bends.
    """
    families = np.zeros((5, kind.attributes))
    families[np.arange(kind.attributes) % 5, np.arange(kind.attributes)] = 0.8
    felt = rng.normal(size=(kind.rows, 5)) @ families + 0.6 * rng.normal(size=(kind.rows, kind.attributes))
    answers = np.clip(np.round(5.5 + 2 * felt), 1, 10)
    slope = np.where(np.arange(kind.attributes) < kind.matter, 0.12, 0.0)
    satisfaction = (answers - 5.5) @ slope + rng.normal(size=kind.rows)
    stays = rng.random(kind.rows) < np.clip(0.5 + 0.08 * satisfaction, 0, 1)
    names = [f"q{at + 1}" for at in range(kind.attributes)]
    columns = {name: answers[:, at] for at, name in enumerate(names)}
    columns |= {"id": np.arange(kind.rows), "felt": np.round(satisfaction, 4), "stay": stays.astype(int)}
    columns |= {"age": rng.integers(18, 80, kind.rows), "region": rng.choice([*"abc"], kind.rows)}
    csv.write_csv(pa.table(columns), folder / "answers.csv")
    operations = "\n".join(f"  {name}: {{value: {name}, better: higher, rating: [1, 10]}}" for name in names)
    (folder / "lineofsight.yml").write_text(
        f"""name: Questionnaire
tables: {{answers: {{path: answers.csv}}}}
episodes: {{each: answers, key: id, customer: id, at: "date '2024-01-01'"}}
operations:
{operations}
perceptions: {{felt: {{value: felt, measure: score, scale: [-50, 50]}}}}
behaviours: {{stay: {{kind: stay, value: stay}}}}
controls: [age, region]
segments: [region]
estimation: {{replicates: 400}}
""",
        encoding="utf-8",
    )


def count_told(task: tuple[Kind, int]) -> Counter[tuple[str, bool]]:
    """Sentences of one company by kind, and whether they are true."""
    from lineofsight.pipeline.run import run

    kind, number = task
    told: Counter[tuple[str, bool]] = Counter()
    with tempfile.TemporaryDirectory(prefix="los-told-") as folder:
        write_questionnaire(Path(folder), kind, np.random.default_rng([SEED, KINDS.index(kind), number]))
        for row in run(folder, seed=number).table("findings"):
            if row["kind"] in (*_FOUND, "perhaps"):
                told[row["kind"], _is_true(row["kind"], row["subject"], row["sentence"], kind)] += 1
    return told


def _is_true(kind: str, subject: str | None, sentence: str, company: Kind) -> bool:
    if kind == "shape" or subject is None or " delighter" in sentence or " must-have" in sentence:
        return False
    if subject == "felt":
        return True
    crossed = "take from each other" in sentence or "depends on how customers feel" in sentence
    return not crossed and int(subject.removeprefix("q")) <= company.matter


def table_of(told: dict[str, Counter[tuple[str, bool]]], companies: int) -> str:
    """The counts as a table in Markdown."""
    lines = [
        f"Of {companies} questionnaires of each kind:",
        "",
        "| Kind | Told as found | of them false | | Told as perhaps | of them false |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, counts in told.items():
        found = {true: sum(counts[kind, true] for kind in _FOUND) for true in (True, False)}
        whole, perhaps = sum(found.values()), counts["perhaps", True] + counts["perhaps", False]
        share = f"{found[False] / whole:.1%}".replace("%", " %") if whole else "–"
        lines.append(
            f"| {name} | {whole} | {found[False]} | {share} | {perhaps} | {counts['perhaps', False]} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Counts, and prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--companies", type=int, default=COMPANIES, help="of each kind")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    told: dict[str, Counter[tuple[str, bool]]] = {}
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for kind in KINDS:
            tasks = [(kind, number) for number in range(options.companies)]
            told[kind.name] = sum(pool.imap_unordered(count_told, tasks), Counter())
    print(table_of(told, options.companies))


if __name__ == "__main__":
    main()
