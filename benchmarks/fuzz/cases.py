"""One case after the other, in a process that may die of one: prints what came of each as a line of JSON."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import shutil
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from benchmarks.fuzz.spoil import spoilt_file, spoilt_rows, spoilt_text
from benchmarks.fuzz.world import FORMATS, PROJECT, project_texts, tables, write_table
from lineofsight import cli
from lineofsight.api import capacity
from lineofsight.errors import LineofsightError

_CHECKED = 40
"""Every so manieth project file is checked with its data; of the others the file is read, and the size of what it names."""


def main() -> None:
    """`python -m benchmarks.fuzz.cases project|data SEED FIRST LAST`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("project", "data"))
    parser.add_argument("numbers", type=int, nargs=3)
    asked = parser.parse_args()
    seed, first, last = asked.numbers
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with tempfile.TemporaryDirectory() as made:
        os.chdir(made)
        for number in range(first, last):
            print(json.dumps({"begun": number}), file=answers, flush=True)
            case = project_case if asked.kind == "project" else data_case
            print(json.dumps({"number": number, **case(Path(made), seed, number)}), file=answers, flush=True)


def project_case(folder: Path, seed: int, number: int) -> dict[str, Any]:
    """Reads a spoilt project file; some are checked with their data."""
    rng = random.Random(f"project {seed} {number}")
    whole = number % _CHECKED == 0
    text = PROJECT if whole else rng.choice(project_texts())
    home = _home(folder)
    (home / "lineofsight.yml").write_bytes(spoilt_text(text, rng))
    if whole:
        return _checked(home)
    try:
        capacity(home)
    except LineofsightError as error:
        return {"came": str(error.code)}
    except Exception:  # noqa: BLE001  # which ones there are is what is asked
        return {"came": "fault", "what": traceback.format_exc()}
    return {"came": "valid"}


def data_case(folder: Path, seed: int, number: int) -> dict[str, Any]:
    """Checks a project of which one table is spoilt, in one of the formats."""
    rng = random.Random(f"data {seed} {number}")
    format_, name = FORMATS[number % len(FORMATS)], rng.choice(("orders", "orders", "reviews"))
    home = _home(folder)
    file = home / f"{name}.{format_}"
    (home / f"{name}.csv").unlink()
    write_table(spoilt_rows(tables()[name], rng), file, name, format_)
    file.write_bytes(spoilt_file(file.read_bytes(), rng))
    more = f", table: {name}" if format_ in ("duckdb", "sqlite") else ""
    text = PROJECT.replace(f"path: {name}.csv", f"path: {file.name}{more}")
    (home / "lineofsight.yml").write_text(text, encoding="utf-8")
    return _checked(home)


def _home(folder: Path) -> Path:
    home = folder / "shop"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    for name, rows in tables().items():
        write_table(rows, home / f"{name}.csv", name, "csv")
    return home


def _checked(home: Path) -> dict[str, Any]:
    """What `los check` ends with; a fault is any other status than 0 and 2, a traceback, or what was not foreseen."""
    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["los", "check", str(home), "--format", "json"]
    status: object = None
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            cli.main()
    except SystemExit as end:
        status = end.code or 0
    except BaseException:  # noqa: BLE001  # which ones there are is what is asked
        return {"came": "fault", "what": traceback.format_exc()}
    said = out.getvalue() + err.getvalue()
    if status not in (0, 2) or "Traceback" in said or "LOS-E062" in said:
        return {"came": "fault", "what": f"status {status}: {said[-3000:]}"}
    if status == 0:
        return {"came": "valid"}
    return {"came": json.loads(out.getvalue())["error"]["code"]}


if __name__ == "__main__":
    main()
