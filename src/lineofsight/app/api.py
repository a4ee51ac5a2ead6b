"""The library: `los.run`, `los.check`, and runs with a report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lineofsight.app import check as checks
from lineofsight.app import pipeline
from lineofsight.app.interruptions import stoppable
from lineofsight.app.pipeline import Progress, quiet
from lineofsight.core.errors import RunError
from lineofsight.project.load import FILE_NAMES
from lineofsight.runs import store


class Run(store.Run):
    """A run that can also be written as a report."""

    def report(self, path: Path | str = "report.html") -> Path:
        """Writes the report: one HTML file that opens with no network.

        Raises:
            RunError: The run is damaged, or the file cannot be written.
        """
        from lineofsight.report.html import write_report  # which loads the charts' libraries

        return write_report(self, Path(path))


def run(
    path: Path | str,
    variables: Mapping[str, str] | None = None,
    *,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Run:
    """Runs a project: reads its tables, aligns episodes, estimates the chain, writes `runs/<id>/`.

    Args:
        path: The project's folder, or its `lineofsight.yml`.
        variables: Values of `${NAME}` in the file; they come before the environment's.
        seed: Seed of the resamples, instead of the project's own.
        progress: Called with the stage and what is being done.

    Returns:
        The run: every table is an attribute, as `run.effects`.

    Raises:
        ProjectError: The file declares what cannot be meant.
        DataError: The data are not what is declared.
        EngineError: The engine ran out of memory or disk.
        RunError: The run cannot be written.
    """
    with stoppable():
        return Run(pipeline.run(path, variables, seed=seed, progress=progress or quiet).path)


def check(
    path: Path | str,
    variables: Mapping[str, str] | None = None,
    *,
    progress: Progress | None = None,
) -> checks.Check:
    """Checks a project's file and data, and which effects can never be estimated; raises as `run` does.

    Args:
        path: The project's folder, or its `lineofsight.yml`.
        variables: Values of `${NAME}` in the file; they come before the environment's.
        progress: Called with the stage and what is being done.
    """
    with stoppable():
        return checks.check(path, variables, progress or quiet)


def load_run(path: Path | str) -> Run:
    """A run that was written before, by its folder `…/runs/<id>`.

    Raises:
        RunError: The folder is no run, or its manifest is damaged.
    """
    found = Run(Path(path))
    _ = found.manifest  # reads it
    return found


def latest_run(project: Path | str = ".") -> Run:
    """The newest run of a project: its folder, or its `lineofsight.yml`.

    Raises:
        RunError: There is no such folder, or no run in it yet.
    """
    return load_run(store.latest_run(project_folder(Path(project))).path)


def project_folder(project: Path) -> Path:
    """The folder of a project that is named by its folder or its file.

    Raises:
        RunError: There is neither.
    """
    try:
        folder = project.parent if project.is_file() else project
        there = folder.is_dir()
    except (OSError, ValueError):
        there = False
    if not there:
        raise RunError(
            f"there is no folder '{project}'\n  → name the project's folder, or its {FILE_NAMES[0]}"
        )
    return folder
