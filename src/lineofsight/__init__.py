"""Lineofsight: from what a company does, through how its customers feel, to what they do and what it is worth.

    import lineofsight as los

    run = los.run("my-project/")
    run.effects.to_pandas()
    run.report("report.html")

`run` runs a project, `check` checks it without estimating, `capacity` says how large its data are and which engine
fits, `load_run` and `latest_run` read what was found before.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lineofsight.version import __version__ as __version__

if TYPE_CHECKING:
    from lineofsight.api import Run, capacity, check, latest_run, load_run, run
    from lineofsight.errors import DataError, EngineError, LineofsightError, ProjectError, RunError
    from lineofsight.pipeline.check import Check
    from lineofsight.project.load import load_project
    from lineofsight.sizing import Capacity

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
    "Capacity": "lineofsight.sizing",
    "Check": "lineofsight.pipeline.check",
    "DataError": "lineofsight.errors",
    "EngineError": "lineofsight.errors",
    "LineofsightError": "lineofsight.errors",
    "ProjectError": "lineofsight.errors",
    "Run": "lineofsight.api",
    "RunError": "lineofsight.errors",
    "capacity": "lineofsight.api",
    "check": "lineofsight.api",
    "latest_run": "lineofsight.api",
    "load_project": "lineofsight.project.load",
    "load_run": "lineofsight.api",
    "run": "lineofsight.api",
}


logging.getLogger(__name__).addHandler(logging.NullHandler())  # quiet until a program asks for logs


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'lineofsight' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
