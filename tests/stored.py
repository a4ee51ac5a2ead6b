"""Folders that are made once and read by every test and every worker; who changes one copies it first."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def stored(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder of this name that `make` has filled, once for all workers of this run of the tests.

    Args:
        factory: Knows where the temporary folders of this run lie.
        name: Of the folder; the same name means the same contents.
        make: Fills the folder, which is there and empty.
    """
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "stored" / name
    folder.parent.mkdir(exist_ok=True)
    done = folder.with_name(f"{name}.done")
    with folder.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)  # half made by a test that was stopped
            folder.mkdir()
            make(folder)
            done.touch()
    return folder
