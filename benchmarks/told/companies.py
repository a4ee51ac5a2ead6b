"""Kinds of company whose truth is known: what is written for the product to run on, and what of it is true.

Perceptions are not rounded or cut and behaviours are linear in them, so that no line bends but those that are planted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import csv

from benchmarks.told.truth import Truth

Columns = dict[str, np.ndarray]
Operations = Mapping[str, str]
"""What the project file says of each operation."""


class Kind(NamedTuple):
    """A kind of questionnaire: rows, attributes, and how many of these matter."""

    name: str
    rows: int
    attributes: int
    matter: int


@dataclass(frozen=True)
class Company:
    """A kind of company.

    Attributes:
        name: What it is called in the table.
        write: Writes one of them into a folder.
        truth: What is true of all of them.
    """

    name: str
    write: Callable[[Path, np.random.Generator], None]
    truth: Truth


def write_questionnaire(folder: Path, kind: Kind, rng: np.random.Generator) -> None:
    """Answers in five correlated families; some attributes matter, in a straight line and through satisfaction alone."""
    families = np.zeros((5, kind.attributes))
    families[np.arange(kind.attributes) % 5, np.arange(kind.attributes)] = 0.8
    felt = rng.normal(size=(kind.rows, 5)) @ families + 0.6 * rng.normal(size=(kind.rows, kind.attributes))
    answers = np.clip(np.round(5.5 + 2 * felt), 1, 10)
    slope = np.where(np.arange(kind.attributes) < kind.matter, 0.12, 0.0)
    satisfaction = (answers - 5.5) @ slope + rng.normal(size=kind.rows)
    columns = {f"q{at + 1}": answers[:, at] for at in range(kind.attributes)}
    operations = dict.fromkeys(columns, "better: higher, rating: [1, 10]")
    stays = rng.random(kind.rows) < np.clip(0.5 + 0.08 * satisfaction, 0, 1)
    _write(folder, rng, columns | {"felt": satisfaction, "stay": stays.astype(int)}, operations, "stay")


def _questionnaire(kind: Kind) -> Company:
    matter = frozenset(f"q{at + 1}" for at in range(kind.matter))
    return Company(kind.name, lambda folder, rng: write_questionnaire(folder, kind, rng), Truth(matter))


def _write_service(folder: Path, rng: np.random.Generator) -> None:
    """Lines, thresholds at 10 minutes and 4 days, steps from the 3rd call and the 1st defect on; five of twelve do nothing."""
    n = 2500
    busy = rng.normal(size=n)

    def gamma(shape: float, mean: float) -> np.ndarray:
        return np.round(mean / shape * rng.gamma(shape, np.exp(0.15 * busy)), 2)

    def count(mean: float) -> np.ndarray:
        return rng.poisson(mean * np.exp(0.2 * busy)).astype(float)

    columns = {
        "repair": gamma(4, 5), "travel": gamma(3, 30), "wait": gamma(3, 9), "delay": gamma(4, 4),
        "calls": count(1.5), "defects": count(0.8), "visits": count(1.2),
        "parking": gamma(3, 6), "hold": gamma(2, 8), "forms": count(1.5), "letters": count(0.8), "music": gamma(4, 3),
    }  # fmt: skip
    felt = -0.1 * columns["repair"] - 0.012 * columns["travel"]
    felt -= 0.12 * np.maximum(columns["wait"] - 10, 0) + 0.25 * np.maximum(columns["delay"] - 4, 0)
    felt -= 0.7 * (columns["calls"] >= 3) + 0.5 * (columns["defects"] >= 1) + 0.15 * columns["visits"]
    felt += 3 + rng.normal(size=n)
    stays = rng.random(n) < np.clip(0.6 + 0.07 * felt, 0, 1)
    counts = ("calls", "defects", "visits", "forms", "letters")
    operations = {name: f"better: lower, unit: {name if name in counts else 'minutes'}" for name in columns}
    spend = 50 + 3 * felt + 6 * rng.normal(size=n)
    outcomes = {"felt": felt, "stay": stays.astype(int), "spend": spend}
    _write(folder, rng, columns | outcomes, operations, "stay", "spend")


_SERVICE = Truth(
    matter=frozenset({"repair", "travel", "wait", "delay", "calls", "defects", "visits"}),
    bent=frozenset({"wait", "delay"}),
    stepped=frozenset({"calls", "defects"}),
)


def _write_ratings(folder: Path, rng: np.random.Generator) -> None:
    """Two must-haves, two delighters and two where more is always better; six of twelve ratings do nothing."""
    n = 2500
    mood = rng.normal(size=n)
    names = ["must1", "must2", "joy1", "joy2", "more1", "more2", *(f"none{at}" for at in range(1, 7))]
    columns = {name: np.clip(np.round(3 + 1.1 * rng.normal(size=n) + 0.4 * mood), 1, 5) for name in names}
    felt = 0.3 * mood + rng.normal(size=n)
    for at in "12":
        felt -= 0.7 * (columns[f"must{at}"] <= 2)
        felt += 0.7 * (columns[f"joy{at}"] >= 4) + 0.25 * (columns[f"more{at}"] - 3)
    stays = rng.random(n) < np.clip(0.5 + 0.08 * felt, 0, 1)
    operations = dict.fromkeys(columns, "better: higher, rating: [1, 5]")
    outcomes = {"felt": felt, "stay": stays.astype(int), "mood": np.round(mood, 4)}
    _write(folder, rng, columns | outcomes, operations, "stay", controls=("mood",))


_RATINGS = Truth(
    matter=frozenset({"must1", "must2", "joy1", "joy2", "more1", "more2"}),
    must_haves=frozenset({"must1", "must2"}),
    delighters=frozenset({"joy1", "joy2"}),
)


def _write_feelings(folder: Path, rng: np.random.Generator) -> None:
    """Of days, what they take depends on how customers feel; a rebate pleases and costs; six of nine do nothing."""
    n = 2500
    names = ["days", "rebate", "speed", *(f"none{at}" for at in range(1, 7))]
    shared = rng.normal(size=n)
    columns = {name: np.round(rng.gamma(6, 1, n) * np.exp(0.1 * shared), 2) for name in names}
    own = rng.normal(size=n)
    felt = own - 0.25 * columns["days"] + 0.2 * columns["rebate"] - 0.15 * columns["speed"]
    spend = 60 + 3 * felt - 2 * columns["rebate"] - 0.5 * columns["days"] + 8 * rng.normal(size=n)
    spend += (
        0.6 * (columns["days"] - 6) * own
    )  # not with what days do to feelings, which would bend their line
    operations = {name: f"better: {'higher' if name == 'rebate' else 'lower'}, unit: units" for name in names}
    _write(folder, rng, columns | {"felt": felt, "spend": spend}, operations, "spend")


_FEELINGS = Truth(
    matter=frozenset({"days", "rebate", "speed"}), opposed=frozenset({"rebate"}), crossed=frozenset({"days"})
)

COMPANIES = (
    _questionnaire(Kind("30 ratings, of which none matters", 1500, 30, 0)),
    _questionnaire(Kind("30 ratings, of which 2 matter", 1500, 30, 2)),
    _questionnaire(Kind("30 ratings, of which 8 matter", 1500, 30, 8)),
    Company("Must-haves and delighters among 12 ratings", _write_ratings, _RATINGS),
    Company("Thresholds and steps among 12 operations", _write_service, _SERVICE),
    Company("Feelings that change what days take, among 9 operations", _write_feelings, _FEELINGS),
)


def _write(
    folder: Path,
    rng: np.random.Generator,
    columns: Columns,
    operations: Operations,
    *behaviours: str,
    controls: tuple[str, ...] = (),
) -> None:
    """Writes the answers and the project file, with two controls and a segment that do nothing."""
    n = len(columns["felt"])
    found = {name: np.round(values, 4) for name, values in columns.items()} | {"id": np.arange(n)}
    found |= {"age": rng.integers(18, 80, n), "region": rng.choice([*"abc"], n)}
    csv.write_csv(pa.table(found), folder / "answers.csv")
    lines = [f"  {name}: {{value: {name}, {declared}}}" for name, declared in operations.items()]
    kinds = {"stay": "stay", "spend": "buy_more"}
    does = ", ".join(f"{name}: {{kind: {kinds[name]}, value: {name}}}" for name in behaviours)
    text = [
        "name: Told",
        "tables: {answers: {path: answers.csv}}",
        "episodes: {each: answers, key: id, customer: id, at: \"date '2024-01-01'\"}",
        "operations:",
        *lines,
        "perceptions: {felt: {value: felt, measure: score, scale: [-50, 50]}}",
        f"behaviours: {{{does}}}",
        f"controls: [{', '.join(('age', 'region', *controls))}]",
        "segments: [region]",
        "estimation: {replicates: 400}",
    ]
    (folder / "lineofsight.yml").write_text("\n".join(text) + "\n", encoding="utf-8")
