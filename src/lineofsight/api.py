"""The library: `los.run`, `los.check`, `los.capacity`, and runs with a report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lineofsight.error_codes import RunCode
from lineofsight.errors import RunError
from lineofsight.failures import Progress, in_our_words
from lineofsight.report.data import ReportData
from lineofsight.runs import reader as store
from lineofsight.words.case.explanation import Explanation, explain, find_claim

if TYPE_CHECKING:
    from lineofsight.pipeline.check import Check
    from lineofsight.sizing import Capacity

# What reads data and estimates is imported by those functions that need it: who reads a run does not wait for it.


class Run(store.Run):
    """A run that can also be written as a report."""

    def report(self, path: Path | str = "report.html") -> Path:
        """Writes the report: one HTML file that opens with no network.

        Raises:
            RunError: The run is damaged, or the file cannot be written.
        """
        from lineofsight.pipeline.report import write_report  # which loads the charts' libraries

        path = Path(path)
        with in_our_words():
            return write_report(self, path)

    def explain(self, cause: str, outcome: str, segment: str | None = None) -> Explanation:
        """The whole case for and against one claim: what goes with a better `cause` in `outcome`.

        Args:
            cause: Operation or perception, by its name or label.
            outcome: Perception or behaviour.
            segment: As 'attribute = level', or the level alone; everyone without it.

        Raises:
            RunError: The run has no such cause, outcome or segment.
        """
        with in_our_words():
            data = ReportData(self)
            return explain(data, find_claim(data, cause, outcome, segment))


def run(
    path: Path | str,
    variables: Mapping[str, str] | None = None,
    *,
    seed: int | None = None,
    progress: Progress | None = None,
    spark: Any = None,
    tables: Mapping[str, Any] | None = None,
) -> Run:
    """Runs a project: reads its tables, aligns episodes, estimates the chain, writes `runs/<id>/`.

    Args:
        path: The project's folder, or its `lineofsight.yml`.
        variables: Values of `${NAME}` in the file; they come before the environment's.
        seed: Seed of the resamples, instead of the project's own.
        progress: Called with the stage and what is being done.
        spark: The `pyspark.sql.SparkSession` for `engine: spark`, which stays open; by default the one that runs in this process, else a
            new one.
        tables: `pyspark.sql.DataFrame`s of that session, in the place of tables that the project declares.

    Returns:
        The run: every table is an attribute, as `run.effects`.

    Raises:
        ProjectError: The file declares what cannot be meant.
        DataError: The data are not what is declared.
        EngineError: The engine ran out of memory or disk, or cannot be started; or something happened that was not foreseen,
            which is its `__cause__`. What `progress` raises is passed on as it is.
        RunError: The run cannot be written.
    """
    from lineofsight.interruptions import stoppable
    from lineofsight.pipeline import run as pipeline
    from lineofsight.pipeline.engines import Provided

    path, provided = Path(path), Provided(spark, tables or {})
    with stoppable(), in_our_words(progress or pipeline.quiet) as told:
        return Run(pipeline.run(path, variables, seed=seed, progress=told, provided=provided).path)


def check(
    path: Path | str,
    variables: Mapping[str, str] | None = None,
    *,
    progress: Progress | None = None,
    spark: Any = None,
    tables: Mapping[str, Any] | None = None,
) -> Check:
    """Checks a project's file and data, and which effects can never be estimated; raises as `run` does.

    Args:
        path: The project's folder, or its `lineofsight.yml`.
        variables: Values of `${NAME}` in the file; they come before the environment's.
        progress: Called with the stage and what is being done.
        spark: As for `run`.
        tables: As for `run`.
    """
    from lineofsight.interruptions import stoppable
    from lineofsight.pipeline import check as checks
    from lineofsight.pipeline.engines import Provided
    from lineofsight.pipeline.run import quiet

    path, provided = Path(path), Provided(spark, tables or {})
    with stoppable(), in_our_words(progress or quiet) as told:
        return checks.check(path, variables, told, provided)


def capacity(path: Path | str, variables: Mapping[str, str] | None = None) -> Capacity:
    """How large a project's data are, and which engine is recommended on this machine; quick, whatever the size.

    It looks at file sizes, at what Parquet files say of themselves, and at the first bytes of other files.

    Args:
        path: The project's folder, or its `lineofsight.yml`.
        variables: Values of `${NAME}` in the file; they come before the environment's.

    Raises:
        ProjectError: The file declares what cannot be meant.
        DataError: A file of data that is declared is not there.
    """
    from lineofsight import sizing as capacities
    from lineofsight.project.load import load_project

    path = Path(path)
    with in_our_words():
        return capacities.weigh(load_project(path, variables))


def load_run(path: Path | str) -> Run:
    """A run that was written before, by its folder `…/runs/<id>`.

    Raises:
        RunError: The folder is no run, or its manifest is damaged.
    """
    found = Run(Path(path))
    with in_our_words():
        _ = found.manifest  # reads it
    return found


def latest_run(project: Path | str = ".") -> Run:
    """The newest run of a project: its folder, or its `lineofsight.yml`.

    Raises:
        RunError: There is no such folder, or no run in it yet.
    """
    project = Path(project)
    with in_our_words():
        return load_run(store.latest_run(project_folder(project)).path)


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
        from lineofsight.project.load import FILE_NAMES

        raise RunError(
            RunCode.FOLDER_NOT_FOUND,
            f"there is no folder '{project}'",
            hint=f"name the project's folder, or its {FILE_NAMES[0]}",
        )
    return folder
