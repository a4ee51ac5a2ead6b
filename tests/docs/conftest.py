"""One small demo for all tests of the documentation, shared by the workers."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from tests.stored import stored

import lineofsight as los
from lineofsight.cli import main
from lineofsight.simulate import retailer, write_company

CUSTOMERS = 500


@pytest.fixture(scope="session")
def shared_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo's folder with one run; not to be changed."""

    def make(folder: Path) -> None:
        write_company(retailer(CUSTOMERS, np.random.default_rng(7)), folder / "demo")
        with (folder / "demo" / "lineofsight.yml").open("a", encoding="utf-8") as file:
            file.write("\nestimation: {replicates: 100}\n")
        los.run(folder / "demo")

    return stored(tmp_path_factory, "demo", make) / "demo"


@pytest.fixture
def demo(shared_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it as `demo` in the current folder, as the pages assume."""
    shutil.copytree(shared_demo, tmp_path / "demo")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "demo"


@pytest.fixture
def los_command(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], tuple[int, str]]:
    """Runs `los` as a shell would; gives its status and all it printed."""

    def run(arguments: list[str]) -> tuple[int, str]:
        printed = StringIO()
        monkeypatch.setattr(sys, "argv", ["los", *arguments])
        status: object = 0
        with redirect_stdout(printed), redirect_stderr(printed):
            try:
                main()
            except SystemExit as end:
                status = end.code
        return (status if isinstance(status, int) else 0 if status is None else 1), printed.getvalue()

    return run
