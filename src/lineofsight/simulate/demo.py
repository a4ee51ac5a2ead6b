"""The demo's folder: a simulated company that appears whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np

from lineofsight.error_codes import RunCode
from lineofsight.errors import RunError, disk_is_full
from lineofsight.pipeline.run import TRUTH_FILE
from lineofsight.project.load import FILE_NAMES
from lineofsight.simulate import retailer, write_company

_MARK = "# SIMULATED DATA"


def make_demo(folder: Path, customers: int, seed: int) -> None:
    """Simulates a retailer and writes its project into a folder that is new, empty, or holds a demo already.

    Raises:
        RunError: The folder holds something else, or cannot be written.
    """
    try:
        _refuse_foreign(folder)
        existed = folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder) as unfinished:
                write_company(retailer(customers, np.random.default_rng(seed)), Path(unfinished))
                _move(Path(unfinished), folder)
        except BaseException:
            if not existed:
                shutil.rmtree(folder, ignore_errors=True)
            raise
    except OSError as error:
        full = disk_is_full(error)
        hint = "free some space, or simulate fewer: --customers 2000" if full else "name another folder"
        code = RunCode.DISK_FULL if full else RunCode.DEMO_UNWRITABLE
        raise RunError(
            code, f"the demo cannot be written to '{folder}': {error.strerror or error}", hint=hint
        ) from error


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise RunError(RunCode.NOT_A_FOLDER, f"'{folder}' is a file", hint="name a folder: los demo FOLDER")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    file = folder / FILE_NAMES[0]
    demo = (folder / TRUTH_FILE).is_file() and file.is_file()
    if not demo or not file.read_text(encoding="utf-8", errors="replace").startswith(_MARK):
        raise RunError(
            RunCode.FOLDER_NOT_EMPTY,
            f"'{folder}' is not empty and holds no demo",
            hint="name another folder: los demo FOLDER",
        )


def _move(source: Path, folder: Path) -> None:
    """Puts what was written in the place of what was there."""
    for new in source.iterdir():
        old = folder / new.name
        if old.is_dir():
            shutil.rmtree(old)
        new.replace(old)
