"""Names of the project file are called by their labels in every sentence, whatever is made from them and whatever is told."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

import lineofsight
from lineofsight.report.data import ReportData
from lineofsight.words.case.explanation import explain
from lineofsight.words.labels import labelled
from lineofsight.words.why_moved import cells, moves, sentences
from report.projects import KINDS
from stored import stored

SECTIONS = ("operations", "perceptions", "behaviours", "controls", "segments")
VEIL = "zq"
TO_WRITE = re.compile(r"per_unit: \{\w+|los why \w+")
"""A name that a reader is to write, in the project file or after a command, is as it stands there."""


def veiled(file: dict[str, Any]) -> None:
    """Every name becomes another that is nowhere in the data, and has a label that it is not like."""
    named: dict[str, str] = {}
    for section in SECTIONS:
        entries = file.get(section) or {}
        if isinstance(entries, list):
            entries = {name: {"value": name} for name in entries}
        for name, entry in entries.items():
            made = {"value": entry} if isinstance(entry, str) else dict(entry)
            named.setdefault(name, f"{VEIL}_{len(named)}_{name}")
            made["label"] = (
                f"Thing {chr(65 + len(named) % 26)}{len(named)}" if section != "segments" else None
            )
            entries = {key: value for key, value in entries.items() if key != name} | {named[name]: made}
        file[section] = entries
    for name, segment in file["segments"].items():
        control = file["controls"].get(name)
        segment["label"] = control["label"] if control else f"Group of {len(name)}"
    for perception in file["perceptions"].values():
        if "leads_to" in perception:
            perception["leads_to"] = named[perception["leads_to"]]
    margins = file.get("response", {}).get("margins", {})
    if margins:
        file["response"]["margins"] = {named[name]: shares for name, shares in margins.items()}
    for insisted in file.get("insist", ()):
        insisted |= {key: named[insisted[key]] for key in ("cause", "outcome")}
    if "per_unit" in file.get("value", {}):
        file["value"]["per_unit"] = {named[name]: each for name, each in file["value"]["per_unit"].items()}


def doubtful(folder: Path, n: int = 4000) -> Path:
    """A shop in which nearly everything is to be doubted: what gives outcomes away, copies of columns, what is hardly known."""
    rng = np.random.default_rng(7)
    customer = rng.integers(0, n * 2 // 3, n)
    region = np.where(customer % 3 == 0, "north", np.where(customer % 3 == 1, "south", "west"))
    wait, calls = rng.gamma(4, 1, n).round(2), rng.poisson(2.0, n).astype(float)
    age = rng.normal(40, 10, n).round(1)
    felt = (4.5 - 0.25 * wait + rng.normal(0, 0.7, n)).round().clip(1, 5)
    stays = rng.random(n) < 1 / (1 + np.exp(-(felt - 3) + 0.2 * calls * (region == "north")))
    paid = np.maximum(20 + 5 * felt - 2 * wait + rng.normal(0, 8, n), 0).round(2) * stays
    wrong = rng.random(n) < 0.02
    table = pd.DataFrame({
        "visit": np.arange(n), "customer": customer, "region": region, "wait": wait, "calls": calls, "age": age,
        "late": (wait > 6).astype(int), "sum_of": wait + 2 * calls, "near": wait + calls + rng.normal(0, 0.01, n),
        "early": rng.normal(0.5, 1, n).round(2), "flag": (stays ^ wrong).astype(int), "tip": (stays ^ wrong) * 2 + 1,
        "rated": rng.integers(1, 6, n), "felt": felt, "liked": felt, "stays": stays.astype(int), "paid": paid,
        "bought": np.where(paid > 0, 1 + (paid > 40), 0), "told": (rng.random(n) < 0.05).astype(int), "noise": rng.normal(size=n),
        "help": rng.poisson(0.3, n), "seen": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n) * 2, unit="h"),
        "plan": rng.choice(["basic", "gold_plus", "old"], n),
    })  # fmt: skip
    table.loc[rng.random(n) < 0.5 - 0.05 * (wait > 4), ["felt", "liked"]] = np.nan
    table.loc[table.index[:900], "age"] = np.nan
    table.loc[table.index[:900], "felt"] += 0.4 * 4
    table.loc[rng.random(n) < 0.1, "calls"] = np.nan
    table["felt"] = table["felt"].clip(1, 5)
    later = {"table": "visits", "at": "seen", "within": "40 days"}
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "visits.csv", index=False)
    lower = {"better": "lower", "unit": "hours"}
    file = {
        "name": "Doubtful",
        "currency": "EUR",
        "tables": {"visits": {"path": "visits.csv"}},
        "episodes": {"each": "visits", "key": "visit", "customer": "customer", "at": "seen"},
        "operations": {
            "wait": {"value": "wait", **lower, "knots": [3]},
            "calls": {"value": "calls", "better": "lower", "unit": "calls", "missing": "indicator"},
            "sum_of": {"value": "sum_of", **lower},
            "near": {"value": "near", **lower},
            "early": {"value": "early", **lower},
            "tip": {"value": "tip", "better": "higher", "unit": "EUR"},
            "rated": {"value": "rated", "better": "higher", "rating": [1, 5]},
            "late": {"value": "late", "better": "lower", "unit": "share"},
        },
        "perceptions": {
            "felt": {"value": "felt", "measure": "csat", "leads_to": "liked"},
            "liked": {"value": "liked", "measure": "csat"},
        },
        "behaviours": {
            "stays": {"kind": "stay", "value": "stays"},
            "paid": {"kind": "buy_more", "value": "paid", **later},
            "bought": {"kind": "buy_more", "value": "bought", "unit": "purchases"},
            "told": {"kind": "recommend", "value": "told"},
            "help": {"kind": "cost_to_serve", "value": "help", "unit": "calls"},
        },
        "controls": {
            "age": "age",
            "region": "region",
            "plan": "plan",
            "flag": "flag",
            "noise": {"value": "noise", "select": True},
        },
        "segments": ["region", "plan"],
        "period_effects": "quarter",
        "value": {"margin": "20 %", "horizon": "12 months"},
        "insist": [{"cause": "tip", "outcome": "stays", "because": "known before"}],
        "estimation": {"replicates": 100, "buckets": 64},
    }  # fmt: skip
    (folder / "lineofsight.yml").write_text(yaml.safe_dump(file, sort_keys=False), encoding="utf-8")
    return folder


COMPANIES = {
    "doubtful": doubtful,
    **{name: KINDS[name] for name in ("marketplace", "accounts", "touchpoints")},
}


@pytest.fixture(scope="module", params=COMPANIES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which every name has a label unlike itself, with its run."""

    def make(folder: Path) -> None:
        COMPANIES[request.param](folder / "made")
        path = folder / "made" / "lineofsight.yml"
        file = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # "on" is a key
        veiled(file)
        file["estimation"] = {"replicates": 100, "buckets": 64}
        path.write_text(yaml.safe_dump(file, sort_keys=False, allow_unicode=True), encoding="utf-8")
        lineofsight.run(folder / "made")

    return stored(tmp_path_factory, f"veiled {request.param}", make) / "made"


def told(folder: Path) -> Iterator[tuple[str, str]]:
    """Every sentence that tells of a run, with where it stands."""
    run = lineofsight.latest_run(folder)
    data = ReportData(run)
    for table in ("findings", "warnings"):
        yield from ((table, row["sentence"]) for row in data.rows(table))
    for row in data.rows("effects", path="total"):
        found = explain(data, row)
        yield "explain", found.claim
        yield from (("explain", text) for part in found.parts for text in part.sentences)
    for outcome in data.outcomes:
        for move in moves(data, outcome):
            yield from (
                ("why", text) for text in (*sentences(data, move), *map(" | ".join, cells(data, move)))
            )
    checked = lineofsight.check(folder)
    yield from (("check", text) for text in (*checked.refusals, *checked.warnings))
    page = run.report(folder / "report.html").read_text(encoding="utf-8")
    yield from (("report", text) for text in re.findall(r">([^<>]*)<", html.unescape(page)))


def test_no_sentence_shows_a_name_of_the_project_file(folder: Path) -> None:
    every = list(told(folder))
    raw = {f"{where}: {text}" for where, text in every if VEIL in TO_WRITE.sub("", text)}
    assert len(every) > 1000
    assert not raw, "\n".join(sorted(raw))


LABELS = {
    "wait_days": "Waiting",
    "region": "Where they live",
    "rating": "Stars",
    "felt": "Mood",
    "region = N": "the North",
}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wait_days", "Waiting"),
        ("no_label", "no label"),
        ("region = N", "the North"),
        ("region = far_off > 3", "Where they live = far_off > 3"),
        ("region=far_off", "Where they live far off"),
        ("other_thing=a=b", "other thing a=b"),
        ("region=", "Where they live"),
        ("wait_days?", "whether Waiting is known"),
        ("wait_days>2.5", "Waiting above 2.5"),
        ("rating:top-2-box", "Stars:top-2-box"),
        ("rating → felt", "Stars → Mood"),
        ("region = a → b", "Where they live = a → b"),
    ],
)
def test_what_is_made_from_a_name_is_called_after_it(name: str, words: str) -> None:
    assert labelled(LABELS)(name) == words


SOURCES = Path(lineofsight.__file__).parent


def unlabelled(source: str) -> Iterator[int]:
    """Lines on which a reason is put into words without what people call its names."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="clause" | "clauses"), args=[_]):
                yield node.lineno


@pytest.mark.parametrize(
    "path", sorted(SOURCES.rglob("*.py")), ids=lambda path: path.relative_to(SOURCES).as_posix()
)
def test_no_reason_is_put_into_words_without_labels(path: Path) -> None:
    allowed = (
        2 if path == SOURCES / "words" / "reasons" / "__init__.py" else 0
    )  # cells of a table are as written
    assert len(list(unlabelled(path.read_text(encoding="utf-8")))) == allowed
    assert list(unlabelled("sentence(clause(row['reason']))\nclause(a, label)")) == [1]
