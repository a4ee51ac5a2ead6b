"""The commands of `los` as the command line knows them."""

from __future__ import annotations

import typer

from lineofsight.cli import app

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
