"""The command `los`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from lineofsight import __version__
from lineofsight.core.errors import LineofsightError

app = typer.Typer(
    name="los",
    help="From what a company does, through how its customers feel, to what they do and what it is worth.",
    no_args_is_help=True,
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
Here = Path()


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"lineofsight {__version__}")
        raise typer.Exit


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to write it.")] = Here,
    name: Annotated[
        str | None, typer.Option(help="Name of the project; the folder's name without it.")
    ] = None,
) -> None:
    """Write a commented project file to start from."""
    from lineofsight.app.commands import init_project

    init_project(folder, name)


@app.command()
def check(project: ProjectPath = Here, var: Variables = None) -> None:
    """Check the project file and the data, without estimating."""
    from lineofsight.app.commands import check_project

    check_project(project, var or [])


@app.command()
def run(
    project: ProjectPath = Here,
    var: Variables = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the resamples; the project's own without it.")
    ] = None,
) -> None:
    """Run the project: align, estimate, value, and write runs/<id>/."""
    from lineofsight.app.commands import run_project

    run_project(project, var or [], seed)


@app.command()
def show(
    table: Annotated[
        str | None, typer.Argument(help="A table of the run; without it they are listed.")
    ] = None,
    project: Annotated[Path, typer.Option(help="The project's folder.")] = Here,
    run: RunId = None,
    format: Annotated[str, typer.Option(help="table, csv or json.")] = "table",
) -> None:
    """Show a table of a run."""
    from lineofsight.app.commands import show_table

    show_table(table, project, run, format)


@app.command()
def report(
    project: ProjectPath = Here,
    run: RunId = None,
    out: Annotated[
        Path | None, typer.Option(help="The file; report.html in the run's folder without it.")
    ] = None,
) -> None:
    """Write the report of a run: one HTML file that opens with no network."""
    from lineofsight.app.commands import report_run

    report_run(project, run, out)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where to make the simulated company.")] = Path("demo"),
    customers: Annotated[
        int, typer.Option(min=500, max=1_000_000, help="How many customers to simulate.")
    ] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the simulation.")] = 7,
) -> None:
    """Simulate a retailer whose truth is known, run it, and show truth beside estimate."""
    from lineofsight.app.commands import run_demo

    run_demo(folder, customers, seed)


def main() -> None:
    """Runs the command; an error a user can mend ends with status 2 and no traceback."""
    try:
        app()
    except LineofsightError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("Stopped. Nothing of this run was kept.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
