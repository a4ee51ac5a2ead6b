"""Each kind of project is run once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.stored import stored

from lineofsight.runs.reader import Run, latest_run
from pipeline.projects import VARIANTS, hostile, nothing, simulated

Runs = Callable[[str], Run]


@pytest.fixture(scope="session")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The run of a variant, of 'hostile' or of 'good', a larger company as it should be."""
    made: dict[str, Run] = {}

    def made_of(name: str, folder: Path) -> Run:
        if name == "hostile":
            return hostile(folder)
        return (
            simulated(folder, nothing, customers=4000)
            if name == "good"
            else simulated(folder, VARIANTS[name])
        )

    def of(name: str) -> Run:
        if name not in made:
            folder = stored(tmp_path_factory, f"tables-{name}", lambda folder: made_of(name, folder))
            made[name] = latest_run(folder)
        return made[name]

    return of
