"""What the commands do and print; imported when a command runs."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
import math
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from lineofsight import api
from lineofsight.analyses.first_page.facts import first_page
from lineofsight.characters import escaped_json, visible, visible_lines
from lineofsight.error_codes import RunCode
from lineofsight.errors import RunError, did_you_mean
from lineofsight.failures import Progress as StageProgress
from lineofsight.logs import logs_are_shown
from lineofsight.reasons import Statement
from lineofsight.report.data import ReportData
from lineofsight.runs.columns import TableSchema
from lineofsight.runs.reader import list_runs
from lineofsight.words.evidence import rule_words, verb
from lineofsight.words.first_page import headline_words, page_lines
from lineofsight.words.numbers import count, plain, share
from lineofsight.words.reasons import in_words

_MOST_ROWS = 200
_CHECKED = ("align", "profile", "fold")
#: What a reader wants of the table of effects, which has many more columns.
_BRIEF = ("cause", "outcome", "segment", "path", "change", "estimate", "low", "high", "unit", "money_per_year", "n", "reason")  # fmt: skip
_MARKS = {"for": "+", "against": "!", "open": "?", "fact": "-"}

#: What makes a spreadsheet take a cell for a formula; the wide forms too, which some turn into the usual.
_FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_STARTS = ("\t", "\r", "\n")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")

_Values = Mapping[str, Any]


class _Console(Console):
    """A console on which values of the data steer nothing: what would is made visible."""

    def render_str(self, text: str, **how: Any) -> Text:
        return super().render_str(visible_lines(text), **how)


out = _Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = _Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def init_project(folder: Path, name: str | None) -> None:
    """`los init`."""
    from lineofsight.project.template import write_template

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise RunError(
            RunCode.NOT_A_FOLDER, f"'{folder}' is a file", hint="name a folder: los init FOLDER"
        ) from None
    path = write_template(folder, name or folder.resolve().name)
    out.print(f"Wrote {path}: an example. Put your own tables and columns in it, then:")
    out.print(f"  los check {_quoted(folder)}\n  los run {_quoted(folder)}")


def draft_project(folder: Path, name: str | None, files: Sequence[str], *, ask: bool) -> None:
    """`los init --from`."""
    from lineofsight.look.draft import draft
    from lineofsight.look.files import look
    from lineofsight.look.questions import answered, questions_of
    from lineofsight.project.template import refuse_existing, write_project
    from lineofsight.words.draft import draft_words, question_words

    called = name or folder.resolve().name
    refuse_existing(folder, called)
    with _looking() as step:
        looked = look(files, step)
    for file in looked.files:
        if file.error is not None:
            err.print(f"Not used: {file.path}: {file.error}")
    found = draft(looked, folder, called)
    if ask and sys.stdin.isatty() and sys.stdout.isatty():
        for question in questions_of(found):
            answer = typer.confirm(visible(question_words(question)), default=True)
            found = answered(found, question, yes=answer)
    path = write_project(folder, called, draft_words(found))
    doubts = sum("# ?" in line for line in path.read_text(encoding="utf-8").splitlines()) - 1
    out.print(
        f"Wrote {path}, drafted from {count(len(looked.files))} {'file' if len(looked.files) == 1 else 'files'}."
    )
    out.print(f"{count(doubts)} lines are marked '# ?': look at these first. Then:")
    out.print(f"  los check {_quoted(folder)}\n  los run {_quoted(folder)}")


def look_at(files: Sequence[str], format_: str) -> None:
    """`los look`."""
    from lineofsight.look.files import look
    from lineofsight.words.look import looked_words

    with _looking() as step:
        looked = look(files, step)
    if format_ == "json":
        _write_json(dataclasses.asdict(looked))
        return
    out.print(looked_words(looked))
    if any(file.error is None for file in looked.files):
        out.print(f"\nNext, a project drafted from {'it' if len(looked.files) == 1 else 'them'}:")
        out.print(f"  los init FOLDER --from {' '.join(shlex.quote(path) for path in files)}")


@contextmanager
def _looking() -> Iterator[Callable[[int, int, str], None]]:
    """A bar that fills file by file; nothing where nobody sees it, or a log is shown."""
    columns = (BarColumn(bar_width=24), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    hidden = logs_are_shown() or not sys.stderr.isatty()
    with Progress(*columns, console=err, transient=True, disable=hidden) as progress:
        task = progress.add_task("looking", total=None)

        def step(done: int, of: int, message: str) -> None:
            progress.update(task, completed=done, total=of, description=visible(message))

        yield step


def check_project(project: Path, assignments: Sequence[str], format_: str) -> None:
    """`los check`: what can be told of the size before anything is read comes first."""
    from lineofsight.project.variables import parse_assignments
    from lineofsight.words.check import check_words

    variables = parse_assignments(assignments)
    if format_ == "json":
        found = api.check(project, variables)
        _write_json(dataclasses.asdict(found))
        return
    weighed = api.capacity(project, variables)
    out.print(f"{weighed.text}\n")
    with _progress(_CHECKED) as step:
        found = api.check(project, variables, progress=step)
    if found.capacity.recommended != weighed.recommended:
        out.print(f"Now that the rows are counted: {found.capacity.text}\n")
    out.print(check_words(found))
    out.print(f"\nNext:\n  los run {_quoted(project)}{_assigned(assignments)}")


def run_project(project: Path, assignments: Sequence[str], seed: int | None, format_: str) -> None:
    """`los run`."""
    from lineofsight.pipeline.run import STAGES
    from lineofsight.project.variables import parse_assignments

    with _progress(STAGES) as step:
        run = api.run(project, parse_assignments(assignments), seed=seed, progress=step)
    if format_ == "json":
        data = ReportData(run)
        findings = [{"rank": row["rank"], "sentence": row["sentence"]} for row in run.findings]
        headline = headline_words(first_page(data).start, data.label)
        _write_json({"run": run.id, "path": str(run.path), "headline": headline, "findings": findings})
        return
    _print_findings(run)
    folder = _quoted(_short(run.path.parent.parent))
    out.print(f"\nThe run is {run.path}. Next:\n  los report {folder}\n  los show effects --project {folder}")


def show_table(table: str | None, project: Path, run_id: str | None, format_: str) -> None:
    """`los show`: the table, or the names of all tables."""
    if table is None:
        tables = [{"table": schema.name, "holds": schema.doc} for schema in _tables().values()]
        if format_ == "table":
            out.print("\n".join(f"{row['table']:<18}{row['holds']}" for row in tables))
        else:
            _write(format_, ("table", "holds"), tables)
        return
    try:
        run = _find_run(project, run_id)
    except RunError:
        if table not in (known := _tables()):
            raise RunError(
                RunCode.UNKNOWN_TABLE, f"a run has no table '{table}': {did_you_mean(table, known)}"
            ) from None
        raise
    found = run.table(table)
    if format_ == "table":
        _print_table(found.schema.doc, found.schema.names, found.rows())
    else:
        _write(format_, found.schema.names, found.rows())


def _tables() -> Mapping[str, TableSchema]:
    """What runs of this version hold."""
    from lineofsight.analyses import registry

    return registry.tables()


def explain_claim(cause: str, outcome: str, segment: str | None, project: Path, run_id: str | None) -> None:
    """`los explain`."""
    found = _find_run(project, run_id).explain(cause, outcome, segment)
    out.print(f"{found.claim}\nEvidence: {found.level}.")
    if any(each.side != "fact" for part in found.parts for each in part.points):
        out.print("\n+ speaks for it   ! speaks against it   ? not known   - for information")
    for part in found.parts:
        lines = [f"  {_MARKS[each.side]} {each.text}" for each in part.points]
        out.print("\n".join(["", part.heading, *lines]))


def why_it_moved(outcome: str, project: Path, run_id: str | None, start: str | None, end: str | None) -> None:
    """`los why`."""
    from lineofsight.analyses.why_moved.command import move_of
    from lineofsight.words import why_moved as words

    run = _find_run(project, run_id)
    move, data = move_of(run, outcome, start, end), ReportData(run)
    out.print("\n".join(words.sentences(data, move)) + "\n")
    rows = words.cells(data, move)
    table = Table(show_edge=False)
    shown = [at for at in range(len(words.HEAD)) if any(row[at] for row in rows)]
    for at in shown:
        table.add_column(words.HEAD[at], overflow="fold")
    for row in rows:
        table.add_row(*(row[at] for at in shown))
    _page().print(table)


def report_run(project: Path, run_id: str | None, target: Path | None) -> None:
    """`los report`."""
    run = _find_run(project, run_id)
    if target is not None and target.is_dir():
        raise RunError(
            RunCode.NOT_A_FILE,
            f"'{target}' is a folder",
            hint=f"name a file in it: --out {_quoted(target / 'report.html')}",
        )
    written = run.report(target or run.path / "report.html")
    out.print(f"The report is {written}. Open it in a browser; it needs no network.")


def run_demo(folder: Path, customers: int, seed: int) -> None:
    """`los demo`."""
    from lineofsight.pipeline.run import STAGES
    from lineofsight.simulate.demo import make_demo, truth_beside_estimate

    out.print(
        f"Simulating a retailer with {count(customers)} customers in {folder}. It is not real, and its truth is known."
    )
    make_demo(folder, customers, seed)
    with _progress(STAGES) as step:
        run = api.run(folder, progress=step)
    _print_findings(run)
    _print_truth(truth_beside_estimate(run))
    out.print(f"\nThe report is {run.report(folder / 'report.html')}.")


def doctor(project: Path | None, assignments: Sequence[str]) -> None:
    """`los doctor`: printed part by part, so that what was found is there whatever follows."""
    from lineofsight.doctor import diagnosis
    from lineofsight.project.variables import parse_assignments

    variables = parse_assignments(assignments)
    with _progress(_CHECKED) as step:
        for part in diagnosis(project, variables, step):
            out.print(part)


def _find_run(project: Path, run_id: str | None) -> api.Run:
    if run_id is None:
        return api.latest_run(project)
    folder = api.project_folder(project)
    ids = [run.id for run in list_runs(folder)]
    if not ids:
        return api.latest_run(project)  # says that there is none
    if run_id not in ids:
        raise RunError(
            RunCode.RUN_NOT_FOUND, f"'{folder}' has no run '{run_id}': {did_you_mean(run_id, ids)}"
        )
    return api.load_run(folder / "runs" / run_id)


def _write(format_: str, names: Sequence[str], rows: Sequence[_Values]) -> None:
    """Rows for other programs to read: UTF-8, whatever the terminal is set to."""
    if format_ == "json":
        _write_json(rows)
    else:
        _in_utf8()
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([csv_cell(_plain(in_words(value))) for value in row.values()] for row in rows)


def _write_json(value: object) -> None:
    _in_utf8()
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False, default=_plain)
    sys.stdout.write(f"{escaped_json(text)}\n")


def csv_cell(value: Any) -> Any:
    """A value for a spreadsheet, which computes whatever begins like a formula: text never does, numbers stay numbers.

    As OWASP advises against CSV injection, an apostrophe stands before it.
    """
    if not isinstance(value, str):
        return value
    formula = value.lstrip().startswith(_FORMULAS) or value.startswith(_STARTS)
    return visible(f"'{value}" if formula and not _NUMBER.fullmatch(value) else value)


def _in_utf8() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Statement):
        return value.flat()
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _assigned(assignments: Sequence[str]) -> str:
    return "".join(f" --var {shlex.quote(assignment)}" for assignment in assignments)


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


def _print_findings(run: api.Run) -> None:
    data = ReportData(run)
    out.print(f"\n{run.manifest['project']['name']}\n")
    for line in page_lines(first_page(data), data.label, data.confidence):
        out.print(line)
    out.print("\nWhat was found")
    for row in run.findings:
        out.print(f"  {row['rank']:>2}. {row['sentence']}")
    if any(f" {verb('robust')} " in row["sentence"] for row in run.findings):
        out.print(f"  {rule_words(data.claims_tested)}.")


def _print_table(title: str, names: Sequence[str], rows: Sequence[_Values]) -> None:
    """A table for reading: the columns that say most, without those that are empty throughout."""
    wanted = [name for name in _BRIEF if name in names] if set(_BRIEF) <= set(names) else list(names)
    shown = [name for name in wanted if any(row[name] is not None for row in rows)] or wanted
    table = Table(title=title, title_justify="left", show_edge=False)
    for name in shown:
        table.add_column(name, overflow="fold")
    for row in rows[:_MOST_ROWS]:
        table.add_row(*(_cell(row[name]) for name in shown))
    _page().print(table)
    if len(rows) > _MOST_ROWS or len(shown) < len(names):
        out.print(
            f"{count(min(len(rows), _MOST_ROWS))} of {count(len(rows))} rows, {len(shown)} of {len(names)} columns;"
            " all with --format csv or json"
        )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return _number(value) if isinstance(value, float) else visible(str(in_words(value)))


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
    _page().print(table)
    held = sum(row["holds"] for row in rows)
    out.print(
        f"{held} of {len(rows)} intervals, over all paths and segments, hold the planted truth ({share(held / len(rows))})."
    )


def _page() -> Console:
    """A console as wide as the terminal; where there is none, wide enough for every column."""
    return _Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else 2000)


def _short(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


@contextmanager
def _progress(stages: Sequence[str]) -> Iterator[StageProgress]:
    """A bar that fills stage by stage, with what is being done beside it; nothing where nobody sees it, or a log is shown."""
    columns = (BarColumn(bar_width=24), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    hidden = logs_are_shown() or not sys.stderr.isatty()  # a log would be written amid it
    shown = Progress(*columns, console=err, transient=True, disable=hidden)
    with shown as progress:
        task = progress.add_task("reading the project", total=len(stages))

        def step(stage: str, message: str) -> None:
            progress.update(task, completed=stages.index(stage), description=visible(message))

        yield step


def _number(value: float) -> str:
    """Four digits, and never an exponent for what a person would write out."""
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e15 else f"{value:.4g}"
