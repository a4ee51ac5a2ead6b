"""The library: `los.run`, `los.check`, and runs with a report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lineofsight.app import check as checks
from lineofsight.app import pipeline
from lineofsight.app.pipeline import Progress
from lineofsight.core.errors import RunError
from lineofsight.report.html import write_report
from lineofsight.runs import store


class Run(store.Run):
    """A run that can also be written as a report."""

    def report(self, path: Path | str = "report.html") -> Path:
        """Writes the report: one HTML file that opens with no network.

        Raises:
            RunError: The run is damaged, or the file cannot be written.
        """
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
    extra = {} if progress is None else {"progress": progress}
    return Run(pipeline.run(path, variables, seed=seed, **extra).path)


def check(path: Path | str, variables: Mapping[str, str] | None = None) -> checks.Check:
    """Checks a project's file and data without estimating anything; raises as `run` does."""
    return checks.check(path, variables)


def load_run(path: Path | str) -> Run:
    """A run that was written before, by its folder `…/runs/<id>`.

    Raises:
        RunError: The folder is no run.
    """
    found = Run(Path(path))
    if not found.manifest:
        raise RunError(f"{path} is no run: its manifest is empty")
    return found


def latest_run(project: Path | str = ".") -> Run:
    """The newest run of a project's folder.

    Raises:
        RunError: There is none yet.
    """
    folder = Path(project)
    return Run(store.latest_run(folder.parent if folder.is_file() else folder).path)
