"""`import lineofsight as los`: running, checking, reading, and views of what was found."""

from __future__ import annotations

import inspect
import typing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import lineofsight as los
from lineofsight.simulate import small_company, write_company


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library") / "company"
    write_company(small_company(np.random.default_rng(3), 400), folder)
    file = folder / "lineofsight.yml"
    file.write_text(file.read_text(encoding="utf-8") + "estimation: {replicates: 100}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def heard() -> list[tuple[str, str]]:
    return []


@pytest.fixture(scope="module")
def run(project: Path, heard: list[tuple[str, str]]) -> los.Run:
    return los.run(project, seed=5, progress=lambda stage, message: heard.append((stage, message)))


def test_a_run_is_tables_and_a_manifest(run: los.Run, project: Path, heard: list[tuple[str, str]]) -> None:
    assert isinstance(run, los.Run)
    assert run.path.parent == project / "runs"
    assert run.manifest["seed"] == 5
    assert run.manifest["simulated"] is True
    assert run.manifest["declared"] == (project / "lineofsight.yml").read_text(encoding="utf-8")
    frame = run.effects.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert frame["estimate"].notna().any()
    assert list(dict.fromkeys(stage for stage, _ in heard)) == [
        "align",
        "profile",
        "fold",
        "estimate",
        "write",
    ]


def test_it_shows_itself_in_a_notebook(run: los.Run) -> None:
    page = run._repr_html_()
    assert page.count("<li>") == len(run.findings)
    assert run.effects._repr_html_().startswith("<table>")


def test_it_is_written_as_a_report(run: los.Run, tmp_path: Path) -> None:
    written = run.report(tmp_path / "new/report.html")
    assert written == tmp_path / "new/report.html"
    text = written.read_text(encoding="utf-8")
    assert text.lstrip().lower().startswith("<!doctype html>")
    with pytest.raises(los.RunError):
        run.report(written / "report.html")


def test_it_is_found_again(run: los.Run, project: Path) -> None:
    for found in (
        los.latest_run(project),
        los.latest_run(str(project / "lineofsight.yml")),
        los.load_run(run.path),
    ):
        assert isinstance(found, los.Run)
        assert found.id == run.id
        assert found.findings.rows() == run.findings.rows()
    with pytest.raises(los.RunError, match="there is no folder"):
        los.latest_run(project / "nowhere")
    with pytest.raises(los.RunError, match="is no run"):
        los.load_run(project)


def test_a_check_tells_what_is_there(run: los.Run, project: Path) -> None:
    found = los.check(project)
    assert isinstance(found, los.Check)
    (row,) = run.episodes
    assert (found.episodes, found.customers, found.anchored) == (
        row["episodes"],
        row["customers"],
        row["anchored"],
    )
    assert set(found.operations) == set(run.effects.to_pandas().query("cause_kind == 'operation'")["cause"])
    assert len(list((project / "runs").iterdir())) == 1


def test_every_error_is_one_kind(project: Path) -> None:
    for kind in (los.ProjectError, los.DataError, los.EngineError, los.RunError):
        assert issubclass(kind, los.LineofsightError)
    with pytest.raises(los.ProjectError, match="there is no such folder or file"):
        los.run(project / "nowhere")
    with pytest.raises(los.ProjectError, match="the variable 'A' is given"):
        los.check(project, {"A": "b"})


@pytest.mark.parametrize("name", los.__all__)
def test_everything_public_is_documented_and_typed(name: str) -> None:
    thing = getattr(los, name)
    assert inspect.getdoc(thing)
    if inspect.isfunction(thing):
        hints = typing.get_type_hints(thing)
        assert set(inspect.signature(thing).parameters) | {"return"} == set(hints)
    assert name in dir(los)


def test_a_name_that_is_not_there_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'runs_'"):
        _ = los.runs_
