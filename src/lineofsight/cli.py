"""The command `los`."""

from __future__ import annotations

import codecs
import contextlib
import enum
import errno
import io
import itertools
import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from lineofsight import __version__
from lineofsight.characters import escaped_json, visible_lines
from lineofsight.error_codes import CommandCode
from lineofsight.errors import CommandError, LineofsightError
from lineofsight.failures import as_ours
from lineofsight.logs import hide_logs, logs_are_shown, show_logs
from lineofsight.surroundings import refuse_unfit

_log = logging.getLogger(__name__)
_UsageError: Any = typer.BadParameter.__mro__[1]  # of the click that typer uses, its own or the installed one
_INTERRUPTED = "Stopped. Nothing half-done was kept; earlier runs are as they were."

_LOOKALIKES = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "—": "-",
        "…": "...",
        "→": "->",
        "×": "x",
        "±": "+/-",
        "²": "2",
        "\u202f": " ",
        "\xa0": " ",
    }
)


class Format(enum.StrEnum):
    """How `los show` prints."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class Answer(enum.StrEnum):
    """How a command that does something says what came of it."""

    TEXT = "text"
    JSON = "json"


class LogFormat(enum.StrEnum):
    """How records of the log are written."""

    TEXT = "text"
    JSON = "json"


class _Commands(TyperGroup):
    """The commands; what goes wrong in one ends with a message and a status, never with a traceback."""

    def invoke(self, ctx: Any) -> Any:
        with _ending():
            refuse_unfit()
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()


app = typer.Typer(
    name="los",
    cls=_Commands,
    help="From what a company does, through how its customers feel, to what they do and what it is worth.",
    epilog="New here? 'los demo' tries it on a simulated company. For your own: 'los init FOLDER', edit the file,"
    " 'los check FOLDER', 'los run FOLDER', 'los report FOLDER'.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ProjectPath = Annotated[Path, typer.Argument(help="The project's folder, or its lineofsight.yml.")]
Variables = Annotated[
    list[str] | None,
    typer.Option(
        "--var", metavar="NAME=VALUE", help="Value of ${NAME} in the project file. Can be repeated."
    ),
]
RunId = Annotated[str | None, typer.Option("--run", metavar="ID", help="Which run; the newest without it.")]
AnswerFormat = Annotated[
    Answer, typer.Option(help="text for people, or json: one object for programs, also where it fails.")
]
Here = Path()


@app.callback(invoke_without_command=True)
def _root(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
    verbose: Annotated[
        int,
        typer.Option(
            "--verbose",
            "-v",
            count=True,
            help="Log what is done, on standard error; -vv logs its steps, too.",
        ),
    ] = 0,
    log_format: Annotated[
        LogFormat | None,
        typer.Option(help="Log in this form, json with one object a line; without -v only what goes wrong."),
    ] = None,
) -> None:
    if version:
        typer.echo(f"lineofsight {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help(), err=True)
        raise typer.Exit(2)
    if verbose or log_format is not None:
        show_logs(verbose, as_json=log_format is LogFormat.JSON, stream=sys.stderr)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to write it; made where it is missing.")] = Here,
    name: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Name of the project; the folder's name without it.")
    ] = None,
    from_: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Draft it from these files, folders or patterns. Can be repeated, or several named.",
        ),
    ] = None,
    more: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]...", help="More files after --from.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="With --from: ask nothing.")] = False,
) -> None:
    """Write a project file to start from.

    Without --from it is an example of everything that can be declared: replace its tables and columns by yours. With --from
    it is drafted from your files: behind each guess stands its reason, and '# ?' marks each doubt. In a terminal up to five
    questions are asked. A file that is there already is left as it is.
    """
    from lineofsight.commands import draft_project, init_project

    if from_ is None:
        if more:
            raise typer.BadParameter(f"'{more[0]}' needs --from before it")
        init_project(folder, name)
    else:
        draft_project(folder, name, [*from_, *(more or [])], ask=not yes)


@app.command()
def look(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Files, folders, or patterns in quotes.")
    ],
    format: AnswerFormat = Answer.TEXT,
) -> None:
    """Say what files hold: one screen for each.

    Types, what each column probably is, what gives an outcome away, copies, personal data, and how files join. Of
    large files a sample is read, which is said. Nothing is written.
    """
    from lineofsight.commands import look_at

    look_at(files, format.value)


@app.command()
def check(project: ProjectPath = Here, var: Variables = None, format: AnswerFormat = Answer.TEXT) -> None:
    """Read file and data; say what they can tell.

    Says first how large the data are and which engine fits. Then reads and lines up the data as a run does, and says how
    many episodes there are, what is missing or left out, and which effects can never be estimated and why. It estimates
    nothing and writes no run.
    """
    from lineofsight.commands import check_project

    check_project(project, var or [], format.value)


@app.command()
def run(
    project: ProjectPath = Here,
    var: Variables = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, metavar="NUMBER", help="Seed of the resamples; the project's own without it."),
    ] = None,
    format: AnswerFormat = Answer.TEXT,
) -> None:
    """Estimate everything; write it to runs/ID/.

    Lines up operations, perceptions and behaviours in time, estimates what goes with what and what it is worth,
    prints what was found, and keeps all tables in the project's folder under runs/. Earlier runs are left as they
    are. What has not changed since the last run is not computed again.
    """
    from lineofsight.commands import run_project

    run_project(project, var or [], seed, format.value)


@app.command()
def show(
    table: Annotated[
        str | None, typer.Argument(help="A table of the run, as 'effects'; without it they are listed.")
    ] = None,
    project: Annotated[Path, typer.Option(help="The project's folder, or its lineofsight.yml.")] = Here,
    run: RunId = None,
    format: Annotated[Format, typer.Option(help="How it is printed; csv and json are UTF-8.")] = Format.TABLE,
) -> None:
    """Print a table of a run, or list the tables."""
    from lineofsight.commands import show_table

    show_table(table, project, run, format.value)


@app.command()
def explain(
    cause: Annotated[
        str, typer.Argument(metavar="DRIVER", help="An operation or perception, by name or label.")
    ],
    outcome: Annotated[str, typer.Argument(help="A perception or behaviour, by name or label.")],
    segment: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="As 'region = north', or 'north' alone; everyone without it."),
    ] = None,
    project: Annotated[Path, typer.Option(help="The project's folder, or its lineofsight.yml.")] = Here,
    run: RunId = None,
) -> None:
    """Print the case for and against one claim.

    Says what goes with a better driver, how sure that is and why not surer: what a hidden cause would have to be, whether
    it is a chance find, the same for everybody, passes through how customers feel, and what it is worth.
    """
    from lineofsight.commands import explain_claim

    explain_claim(cause, outcome, segment, project, run)


@app.command()
def why(
    outcome: Annotated[str, typer.Argument(help="A perception or behaviour, by its name in the file.")],
    project: Annotated[Path, typer.Option(help="The project's folder, or its lineofsight.yml.")] = Here,
    run: RunId = None,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="PERIOD", help="The earlier period, as 2025-Q2."),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="PERIOD", help="The later period, as 2025-Q3."),
    ] = None,
) -> None:
    """Say why an outcome moved between two periods.

    Splits the difference of its mean into other customers, what each operation did, and what is left unexplained. Without
    periods: the last two that can be told. It says what goes with what, and is no proof of causes.
    """
    from lineofsight.commands import why_it_moved

    why_it_moved(outcome, project, run, start, end)


@app.command()
def report(
    project: ProjectPath = Here,
    run: RunId = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The file to write; report.html in the run's folder without it."),
    ] = None,
) -> None:
    """Write a run as one HTML file.

    The file holds everything it needs: it opens with no network, and can be mailed or printed.
    """
    from lineofsight.commands import report_run

    report_run(project, run, out)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to make the simulated company.")] = Path("demo"),
    customers: Annotated[
        int,
        typer.Option(min=500, max=1_000_000, metavar="NUMBER", help="How many customers to simulate."),
    ] = 20_000,
    seed: Annotated[int, typer.Option(min=0, metavar="NUMBER", help="Seed of the simulation.")] = 7,
) -> None:
    """Try it on a simulated company.

    Simulates a retailer whose truth is known, runs the project, prints the truth beside the estimates, and
    writes the report. Nobody in it exists.
    """
    from lineofsight.commands import run_demo

    run_demo(folder, customers, seed)


@app.command()
def doctor(
    project: Annotated[
        Path | None,
        typer.Argument(
            help="The project's folder, or its lineofsight.yml; without it only what is installed."
        ),
    ] = None,
    var: Variables = None,
) -> None:
    """Print what a report of a wrong number needs.

    Versions, the project file as written, what 'los check' says and the settings of the newest run, as text to be pasted.
    Values of variables and texts that come from the data are left out; look through it all the same.
    """
    from lineofsight.commands import doctor as print_diagnosis

    print_diagnosis(project, var or [])


def main() -> None:
    """Runs the command; what a user can mend ends with status 2, an interruption with 130."""
    codecs.register_error("lookalikes", _lookalikes)
    if sys.stderr is None:  # closed: what is told there goes nowhere
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # for the life of the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="lookalikes")
    status: Any
    try:
        with _ending():
            try:
                status = app(prog_name="los", standalone_mode=False)
            finally:
                if sys.stdout is not None:
                    sys.stdout.flush()
    except typer.Exit as end:
        status = end.exit_code
    finally:
        hide_logs()
    sys.exit(status or 0)


@contextlib.contextmanager
def _ending() -> Iterator[None]:
    """Turns what went wrong into a message and a status."""
    try:
        yield
    except LineofsightError as error:
        _fail(error)
    except _UsageError as error:
        _fail_of_usage(error)
    except KeyboardInterrupt:
        _tell(CommandError(CommandCode.INTERRUPTED, _INTERRUPTED), _INTERRUPTED)
        raise typer.Exit(130) from None
    except OSError as error:
        if error.errno == errno.EPIPE:
            _forget_stdout()
            raise typer.Exit(0) from None
        if error.errno in (errno.ENOSPC, errno.EIO) and error.filename is None:
            _forget_stdout()
        _fail(as_ours(error))
    except (typer.Exit, SystemExit):
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, nobody is helped by a traceback
        _fail(as_ours(error))


def _fail(error: LineofsightError) -> None:
    _tell(error, f"Error {error.code}: {error}")
    raise typer.Exit(2)


def _fail_of_usage(refused: Any) -> None:
    """Of a command line that cannot be understood: its usage, and what was wrong with it."""
    path = refused.ctx.command_path if refused.ctx is not None else "los"
    error = CommandError(CommandCode.USAGE, refused.format_message(), hint=f"{path} --help")
    usage = f"{refused.ctx.get_usage()}\n\n" if refused.ctx is not None else ""
    _tell(error, f"{usage}Error {error.code}: {error}")
    raise typer.Exit(2)


def _tell(error: LineofsightError, text: str) -> None:
    """The error for people on standard error, for programs that asked for JSON on standard output, and its kind in the log.

    Where the log is JSON its record stands in for the text: the text may quote values of the data, which are not for logs.
    """
    json_logs = asks_for(sys.argv, "--log-format", "json")
    if json_logs and not logs_are_shown():  # the command line was not understood so far
        show_logs(0, as_json=True, stream=sys.stderr)
    told = {key: value for key, value in error.to_dict().items() if key in ("code", "file", "line", "where")}
    codes = [str(each.code) for each in error.problems]
    _log.error("failed: %s", error.code.happened, extra=told | ({"problems": codes} if codes else {}))
    if asks_for(sys.argv, "--format", "json"):
        with contextlib.suppress(OSError, AttributeError):
            print(escaped_json(json.dumps({"error": error.to_dict()}, ensure_ascii=False)), flush=True)
    if not json_logs:
        _say(text)


def asks_for(arguments: Sequence[str], option: str, value: str) -> bool:
    """Whether a command line says so; looked up in the words themselves, since they may be what cannot be understood."""
    return f"{option}={value}" in arguments or (option, value) in itertools.pairwise(arguments)


def _say(message: str) -> None:
    with contextlib.suppress(OSError):
        print(visible_lines(message), file=sys.stderr, flush=True)


def _forget_stdout() -> None:
    """Nobody reads the output any more, as in `los show effects | head -1`: what is still to be written goes nowhere."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _lookalikes(error: UnicodeError) -> tuple[str, int]:
    """Stands in for characters that a terminal's encoding lacks: '−' becomes '-', the unknown '?'."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    wanted = error.object[error.start : error.end].translate(_LOOKALIKES)
    return wanted.encode("ascii", "replace").decode("ascii"), error.end
