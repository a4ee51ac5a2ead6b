from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.stored import stored

import lineofsight
from lineofsight import cli

from .shop import Los, Said, Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "shop").write()


@pytest.fixture
def los(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Los:
    """Calls the command in this process."""

    def call(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["los", *map(str, arguments)])
        capsys.readouterr()
        status = 0
        try:
            cli.main()
        except SystemExit as end:
            status = int(end.code or 0)
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return call


LosProcess = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def los_process() -> LosProcess:
    """Calls the command as a process of its own."""

    def call(
        *arguments: object, env: Mapping[str, str] | None = None, **more: Any
    ) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "lineofsight", *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, env={**os.environ, **(env or {})}, timeout=120, check=False, **more
        )

    return call


@pytest.fixture(scope="session")
def _ran_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored(tmp_path_factory, "shop", lambda folder: lineofsight.run(Shop(folder).write().folder))


@pytest.fixture
def ran(_ran_once: Path, tmp_path: Path) -> Shop:
    """A project with one run, to be spoilt by a test."""
    shutil.copytree(_ran_once, tmp_path / "ran", ignore=shutil.ignore_patterns(".lineofsight"))
    return Shop(tmp_path / "ran")
