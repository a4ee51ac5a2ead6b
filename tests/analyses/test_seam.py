"""A new question is one class in the registry: it appears in the run, in `los show`, the report and the reference."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.shop import Shop
from docs import run_page
from lineofsight.analyses import registry
from lineofsight.analyses.base import Analysis, Results, Row
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.api import Run, latest_run
from lineofsight.api import run as run_project
from lineofsight.cli import main
from lineofsight.report.blocks import Paragraph, Section
from lineofsight.report.data import ReportData
from lineofsight.runs.columns import TableSchema, required
from lineofsight.stats.results import Estimate

TABLE = TableSchema("toy", "How many effects can be told.", (required("effects", "int", "their number"),))


@dataclass(frozen=True)
class Told:
    effects: int


class Toy(Analysis[Told]):
    """How many effects have an estimate."""

    name = "toy"
    result = Told
    needs = (Effects,)
    tables = (TABLE,)

    def estimate(self, results: Results, counted: Any) -> Told:
        return Told(sum(isinstance(each.result, Estimate) for each in results[Effects].effects))

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        return {"toy": [{"effects": results[Told].effects}]}

    def sections(self, data: ReportData) -> Sequence[Section]:
        (row,) = data.rows("toy")
        return [Section("toy", "How many?", (Paragraph(f"{row['effects']} effects can be told."),))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Shop(tmp_path / "shop").write().folder


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(registry, "ANALYSES", (Toy(), *registry.ANALYSES))
    run_project(folder)
    return latest_run(folder)


def test_a_new_analysis_appears_everywhere(
    run: Run,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (row,) = run.toy
    known = [each for each in (*run.effects, *run.headroom) if each["estimate"] is not None]
    assert row["effects"] == len(known) > 0
    assert run.schemas["toy"] == TABLE
    monkeypatch.setattr(sys, "argv", ["los", "show", "toy", "--project", str(folder), "--format", "json"])
    with contextlib.suppress(SystemExit):
        main()
    assert json.loads(capsys.readouterr().out) == [row]
    html = run.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"{row['effects']} effects can be told." in html
    assert "## toy\n\nHow many effects can be told.\n" in run_page.render()


def test_analyses_come_after_what_they_need() -> None:
    seen: set[type] = set()
    for analysis in registry.in_order():
        assert set(analysis.needs) <= seen, analysis.name
        assert analysis.result is not None
        seen.add(analysis.result)
    assert len(seen) == sum(analysis.result is not None for analysis in registry.ANALYSES)


def test_only_what_is_asked_for_is_estimated_and_what_that_needs() -> None:
    assert [analysis.name for analysis in registry.in_order([Effects])] == ["leakage", "effects"]


def test_every_table_has_one_owner() -> None:
    names = [table.name for analysis in registry.ANALYSES for table in analysis.tables]
    assert len(names) == len(set(names))
