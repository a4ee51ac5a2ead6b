"""Lineofsight: from what a company does, through how its customers feel, to what they do and what it is worth.

    import lineofsight as los

    run = los.run("my-project/")
    run.effects.to_pandas()
    run.report("report.html")

`run` runs a project, `check` checks it without estimating, `capacity` says how large its data are and which engine
fits, `load_run` and `latest_run` read what was found before.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lineofsight.app.api import Run, capacity, check, latest_run, load_run, run
    from lineofsight.app.capacity import Capacity
    from lineofsight.app.check import Check
    from lineofsight.core.errors import DataError, EngineError, LineofsightError, ProjectError, RunError
    from lineofsight.project.load import load_project

__version__ = "0.1.0"

__all__ = [
    "Capacity",
    "Check",
    "DataError",
    "EngineError",
    "LineofsightError",
    "ProjectError",
    "Run",
    "RunError",
    "capacity",
    "check",
    "latest_run",
    "load_project",
    "load_run",
    "run",
]

# Loaded when first used, so that `import lineofsight` and `los --help` are instant.
_HOMES = {
    "Capacity": "lineofsight.app.capacity",
    "Check": "lineofsight.app.check",
    "DataError": "lineofsight.core.errors",
    "EngineError": "lineofsight.core.errors",
    "LineofsightError": "lineofsight.core.errors",
    "ProjectError": "lineofsight.core.errors",
    "Run": "lineofsight.app.api",
    "RunError": "lineofsight.core.errors",
    "capacity": "lineofsight.app.api",
    "check": "lineofsight.app.api",
    "latest_run": "lineofsight.app.api",
    "load_project": "lineofsight.project.load",
    "load_run": "lineofsight.app.api",
    "run": "lineofsight.app.api",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'lineofsight' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
