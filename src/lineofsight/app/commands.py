"""What the commands do and print; imported when a command runs."""

from __future__ import annotations

import csv
import json
import math
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from lineofsight.app import api, pipeline
from lineofsight.app import check as checks
from lineofsight.app.pipeline import STAGES
from lineofsight.app.simulate import retailer, write_company
from lineofsight.app.truth import truth_beside_estimate
from lineofsight.core.errors import RunError, did_you_mean
from lineofsight.project.template import write_template
from lineofsight.project.variables import parse_assignments
from lineofsight.report.numbers import count, plain
from lineofsight.runs.schema import BY_NAME, TABLES
from lineofsight.runs.store import list_runs

FORMATS = ("table", "csv", "json")
_MOST_ROWS = 200

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def init_project(folder: Path, name: str | None) -> None:
    """`los init`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = write_template(folder, name or folder.resolve().name)
    out.print(f"Wrote {path}. Edit it, then:\n  los check {folder}\n  los run {folder}")


def check_project(project: Path, assignments: Sequence[str]) -> None:
    """`los check`."""
    with _progress(("align", "profile")) as step:
        found = checks.check(project, parse_assignments(assignments), progress=step)
    tables = ", ".join(f"{name} ({count(rows)})" for name, rows in found.tables.items())
    out.print(f"{found.name}: the file and the data are as declared.")
    out.print(f"Rows read: {tables}.")
    out.print(
        f"Episodes: {count(found.episodes)} of {count(found.anchored)} moments, by {count(found.customers)} customers."
    )
    for name, (median, missing) in found.operations.items():
        absent = f", unknown in {count(missing)} episodes" if missing else ""
        middle = "never known" if median is None else f"median {median:g}"
        out.print(f"  {name}: {middle}{absent}")
    for drop in found.drops:
        out.print(f"  {drop['name']}: {drop['reason']}: {count(drop['n'])} of {count(drop['of'])}")
    for warning in found.warnings:
        out.print(f"Note: {warning}.")


def run_project(project: Path, assignments: Sequence[str], seed: int | None) -> None:
    """`los run`."""
    with _progress(STAGES) as step:
        run = api.run(project, parse_assignments(assignments), seed=seed, progress=step)
    _print_findings(run)
    folder = run.path.parent.parent
    out.print(
        f"\nThe run is {run.path}.\n  los report {_short(folder)}\n  los show effects --project {_short(folder)}"
    )


def show_table(table: str | None, project: Path, run_id: str | None, format_: str) -> None:
    """`los show`."""
    if format_ not in FORMATS:
        raise RunError(f"there is no format '{format_}': {did_you_mean(format_, FORMATS)}")
    if table is None:
        for schema in TABLES:
            out.print(f"{schema.name:<14}{schema.doc}")
        return
    if table not in BY_NAME:
        raise RunError(f"a run has no table '{table}': {did_you_mean(table, BY_NAME)}")
    found = _find_run(project, run_id).table(table)
    rows = found.rows()
    match format_:
        case "json":
            json.dump(rows, sys.stdout, indent=1, ensure_ascii=False, default=str)
            sys.stdout.write("\n")
        case "csv":
            writer = csv.writer(sys.stdout)
            writer.writerow(found.schema.names)
            writer.writerows(row.values() for row in rows)
        case _:
            _print_table(found.schema.doc, found.schema.names, rows)


def report_run(project: Path, run_id: str | None, target: Path | None) -> None:
    """`los report`."""
    run = _find_run(project, run_id)
    written = run.report(target or run.path / "report.html")
    out.print(f"The report is {written}.")


def run_demo(folder: Path, customers: int, seed: int) -> None:
    """`los demo`."""
    if folder.exists() and any(folder.iterdir()) and not (folder / pipeline.TRUTH_FILE).exists():
        raise RunError(f"'{folder}' is not empty and holds no demo\n  → name another folder: los demo FOLDER")
    for part in ("data", ".lineofsight"):
        shutil.rmtree(folder / part, ignore_errors=True)
    out.print(
        f"Simulating a retailer with {count(customers)} customers in {folder}. It is not real, and its truth is known."
    )
    write_company(retailer(customers, np.random.default_rng(seed)), folder)
    with _progress(STAGES) as step:
        run = api.run(folder, progress=step)
    _print_findings(run)
    rows = truth_beside_estimate(run)
    _print_truth(rows)
    out.print(f"\nThe report is {run.report(folder / 'report.html')}.")


def _find_run(project: Path, run_id: str | None) -> api.Run:
    if run_id is None:
        return api.latest_run(project)
    folder = project.parent if project.is_file() else project
    ids = [run.id for run in list_runs(folder)]
    if run_id not in ids:
        raise RunError(f"'{folder}' has no run '{run_id}': {did_you_mean(run_id, ids)}")
    return api.load_run(folder / "runs" / run_id)


def _print_findings(run: api.Run) -> None:
    out.print(f"\n{run.manifest['project']['name']}")
    for row in run.findings:
        out.print(f"  {row['rank']:>2}. {row['sentence']}", markup=False)


def _print_table(title: str, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    table = Table(title=title, title_justify="left", show_edge=False)
    shown = [name for name in names if any(row[name] is not None for row in rows)] or list(names)
    for name in shown:
        table.add_column(name)
    for row in rows[:_MOST_ROWS]:
        table.add_row(*(_cell(row[name]) for name in shown))
    Console(highlight=False, width=None if sys.stdout.isatty() else 240).print(table, markup=False)
    if len(rows) > _MOST_ROWS:
        out.print(f"{_MOST_ROWS} of {count(len(rows))} rows; all with --format csv or json")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _print_truth(rows: Sequence[Mapping[str, Any]]) -> None:
    """The effects of everyone, truth beside estimate, and how many intervals hold the truth."""
    table = Table(
        title="\nPlanted truth beside estimate, for everyone", title_justify="left", show_edge=False
    )
    for name in ("operation or perception", "on", "path", "truth", "estimate", "interval", "holds"):
        table.add_column(name)
    for row in rows:
        if row["segment"] is None and row["path"] == "total":
            width = row["high"] - row["low"]
            places = max(0, 1 - math.floor(math.log10(width))) if width > 0 else 3
            numbers = [plain(row[key], places) for key in ("truth", "estimate", "low", "high")]
            held = "yes" if row["holds"] else "no"
            table.add_row(
                row["cause"], row["outcome"], row["path"], *numbers[:2], f"{numbers[2]} to {numbers[3]}", held
            )
    Console(highlight=False, width=None if sys.stdout.isatty() else 140).print(table)
    held = sum(row["holds"] for row in rows)
    out.print(
        f"{held} of {len(rows)} intervals, over all paths and segments, hold the planted truth ({held / len(rows):.0%})."
    )


def _short(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


@contextmanager
def _progress(stages: Sequence[str]) -> Iterator[pipeline.Progress]:
    """A bar that fills stage by stage, with what is being done beside it."""
    columns = (BarColumn(bar_width=24), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("reading the project", total=len(stages))

        def step(stage: str, message: str) -> None:
            progress.update(task, completed=stages.index(stage), description=message)

        yield step
