"""A simulated company on disk: the demo's folder, and the planted truth beside what a run of it estimates."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from lineofsight.error_codes import RunCode
from lineofsight.errors import RunError, disk_is_full
from lineofsight.pipeline.run import TRUTH_FILE
from lineofsight.project.load import FILE_NAMES
from lineofsight.runs.reader import Run
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


def truth_beside_estimate(run: Run) -> list[dict[str, Any]]:
    """Every effect whose truth was planted: cause, outcome, segment, path, truth, estimate, interval, holds.

    Effects that could not be estimated are left out.

    Raises:
        RunError: The run's project is not simulated.
    """
    file = run.path.parent.parent / TRUTH_FILE
    if not file.is_file():
        raise RunError(RunCode.NO_TRUTH, f"{file} is missing: only a simulated company has a known truth")
    planted = json.loads(file.read_text(encoding="utf-8"))["effects"]
    truth = {(r["cause"], r["outcome"], r["segment"], r["path"]): r["estimate"] for r in planted}
    rows = []
    for row in run.effects:
        key = (row["cause"], row["outcome"], row["segment"], row["path"])
        if key in truth and row["low"] is not None:
            rows.append(
                {
                    **dict(zip(("cause", "outcome", "segment", "path"), key, strict=True)),
                    "truth": truth[key],
                    **{name: row[name] for name in ("estimate", "low", "high", "standard_error")},
                    "holds": row["low"] <= truth[key] <= row["high"],
                }
            )
    return rows
