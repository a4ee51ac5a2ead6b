"""`import lineofsight as los`: running, checking, reading, and views of what was found."""

from __future__ import annotations

import errno
import inspect
import pickle
import typing
from collections.abc import Callable
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
        public = {each: getattr(los, each) for each in los.__all__}  # imported with the first use
        hints = typing.get_type_hints(thing, localns=public)
        assert set(inspect.signature(thing).parameters) | {"return"} == set(hints)
    assert name in dir(los)


def test_a_name_that_is_not_there_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'runs_'"):
        _ = los.runs_


CALLS: dict[str, tuple[str, Callable[[los.Run, Path], object]]] = {
    "run": ("lineofsight.pipeline.run.load_project", lambda _, project: los.run(project)),
    "check": ("lineofsight.pipeline.check.load_project", lambda _, project: los.check(project)),
    "capacity": ("lineofsight.project.load.load_project", lambda _, project: los.capacity(project)),
    "latest_run": ("lineofsight.runs.reader.list_runs", lambda _, project: los.latest_run(project)),
    "load_run": ("lineofsight.runs.reader.json.loads", lambda run, _: los.load_run(run.path)),
    "report": ("lineofsight.pipeline.report.write_page", lambda run, project: run.report(project / "r.html")),
    "explain": ("lineofsight.api.explain", lambda run, _: run.explain("delivery_days", "returned")),
}


@pytest.mark.parametrize("called", CALLS)
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyError("becuse"), "LOS-E062"),
        (ZeroDivisionError("by zero"), "LOS-E062"),
        (RecursionError(), "LOS-E062"),
        (MemoryError(), "LOS-E001"),
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), "LOS-E003"),
        (RuntimeError("can't start new thread"), "LOS-E061"),
    ],
)
def test_what_nobody_foresaw_is_an_error_of_the_tree_with_its_cause(
    run: los.Run, project: Path, monkeypatch: pytest.MonkeyPatch, called: str, error: Exception, code: str
) -> None:
    name, call = CALLS[called]

    def fails(*_: object, **__: object) -> None:
        raise error

    if called == "load_run" and isinstance(error, OSError):
        pytest.skip("a manifest that cannot be read has an error of its own")
    with monkeypatch.context() as patched, pytest.raises(los.EngineError) as caught:
        patched.setattr(name, fails)
        call(run, project)
    assert str(caught.value.code) == code
    assert caught.value.__cause__ is error
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    if isinstance(error, KeyError):
        assert "KeyError: 'becuse' (" in str(caught.value) and "please report it" in str(caught.value)


def test_what_the_callers_own_progress_raises_stays_what_it_is(project: Path) -> None:
    stopped = KeyError("enough")

    def stops(stage: str, message: str) -> None:
        if stage == "fold":
            raise stopped

    for call in (los.run, los.check):
        with pytest.raises(KeyError) as caught:
            call(project, progress=stops)
        assert caught.value is stopped


def test_an_argument_of_another_type_is_pythons_own_error(run: los.Run) -> None:
    for call in (los.run, los.check, los.capacity, los.latest_run, los.load_run, run.report):
        with pytest.raises(TypeError):
            call(3)  # type: ignore[operator]
