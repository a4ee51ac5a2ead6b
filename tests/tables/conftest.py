"""Each kind of project is run once per process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lineofsight.runs.reader import Run
from tables.projects import VARIANTS, hostile, nothing, simulated

Runs = Callable[[str], Run]


@pytest.fixture(scope="session")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The run of a variant, of 'hostile' or of 'good', a larger company as it should be."""
    made: dict[str, Run] = {}

    def of(name: str) -> Run:
        if name not in made:
            folder = tmp_path_factory.mktemp("project")
            if name == "hostile":
                made[name] = hostile(folder)
            elif name == "good":
                made[name] = simulated(folder, nothing, customers=4000)
            else:
                made[name] = simulated(folder, VARIANTS[name])
        return made[name]

    return of
