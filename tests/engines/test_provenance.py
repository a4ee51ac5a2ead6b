"""Stored episodes and answers are used again by the very code that made them, and by no other."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import grimp
import pyarrow.parquet as pq
import pytest

from cli.shop import PROJECT, Shop
from lineofsight.engines import provenance as code
from lineofsight.engines.provenance import MODULES, PACKAGES, provenance
from lineofsight.pipeline.store import EpisodeStore
from lineofsight.project.load import load_project

SOURCE = Path(code.__file__).parents[1]
NPS = PROJECT.replace("measure: csat", "measure: nps").replace("value: stars", "value: stars * 2")
FEW_BUCKETS = NPS.replace("replicates: 100}", "replicates: 100, buckets: 32}")
ONE_BY_ONE = FEW_BUCKETS.replace("reviews.csv,", "reviews.csv, incremental: true,")
RUN = "import sys, lineofsight as los; run = los.run(sys.argv[1]); print(run.path, run.manifest['episodes_reused'])"
TELL = "from lineofsight.engines.provenance import provenance; print(provenance('duckdb'))"


def python(folder: Path, program: str, *arguments: object) -> str:
    """What a program prints that imports the package from this folder."""
    said = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(folder)}, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    return said.stdout.strip()


def copied(folder: Path) -> Path:
    """A copy of the package, which a developer may edit."""
    shutil.copytree(SOURCE, folder / "lineofsight", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Path]:
    """A project, and its first run by the code as it is."""
    shop = Shop(tmp_path_factory.mktemp("stale") / "shop").write()
    shop.text = ONE_BY_ONE
    shop.write_file()
    path, reused = python(SOURCE.parent, RUN, shop.folder).rsplit(" ", 1)
    assert reused == "False"
    return shop, Path(path)


def test_what_did_not_change_is_used_again(ran: tuple[Shop, Path], tmp_path: Path) -> None:
    shop, first = ran
    stored = {path: path.stat().st_ino for path in (shop.folder / ".lineofsight").glob("episodes-*/*")}
    path, reused = python(copied(tmp_path), RUN, shop.folder).rsplit(" ", 1)
    assert reused == "True", "a copy of the same code is the same code"
    assert {path: path.stat().st_ino for path in stored} == stored
    assert pq.read_table(f"{path}/effects.parquet").equals(pq.read_table(first / "effects.parquet"))


@pytest.mark.parametrize(
    ("file", "old", "new", "table"),
    [
        ("aggregation/features.py", "(value >= 9)", "(value >= 8)", "perceptions"),
        ("aggregation/bands.py", "_ROUNDING * np.abs(ends)", "0.2 * np.abs(ends)", "bands"),
        ("aggregation/histories.py", "matrix -= mean", "matrix -= mean / 2", "comparisons"),
        ("aggregation/products.py", "value - self.centres[name]", "value", "interactions"),
        ("engines/duckdb/canonical.py", 'double = f"CAST({raw} AS DOUBLE)"', 'double = f"CAST({raw} - 1 AS DOUBLE)"', "drivers"),
        ("engines/weighted.py", "weights(matrix, levels)", "weights(matrix * 1.01, levels)", "weighting"),
        ("episodes/build.py", 'hexdigest("md5")', 'hexdigest("sha256")', "effects"),
        ("episodes/profile.py", "QUANTILES = (0.05, ", "QUANTILES = (0.1, ", "drivers"),
        ("episodes/windows.py", 'rows["time"] <= slim["until"]', 'rows["time"] < slim["until"] - seconds(dt.timedelta(days=5))', "effects"),
        ("stats/kernel.py", "np.dot(run.T, run, out=made[at])", "np.dot(run.T, run * 1.001, out=made[at])", "effects"),
        ("stats/logistic.py", "matrix.T @ (response - p)", "matrix.T @ (response - 0.9 * p)", "weighting"),
    ],
)  # fmt: skip
def test_an_edit_of_each_stage_is_seen_in_the_numbers(
    ran: tuple[Shop, Path], tmp_path: Path, file: str, old: str, new: str, table: str
) -> None:
    shop, first = ran
    edited = copied(tmp_path) / "lineofsight" / file
    text = edited.read_text(encoding="utf-8")
    assert text.count(old) == 1
    edited.write_text(text.replace(old, new), encoding="utf-8")
    path, reused = python(tmp_path, RUN, shop.folder).rsplit(" ", 1)
    assert reused == "False"
    assert not pq.read_table(f"{path}/{table}.parquet").equals(pq.read_table(first / f"{table}.parquet"))


@pytest.mark.parametrize(
    ("file", "old", "new", "same"),
    [
        ("stats/kernel.py", "1 << 17", "1 << 16", False),
        ("engines/duckdb/engine.py", "1 << 29", "1 << 28", False),
        ("errors.py", '"""', '""" ', False),
        ("words/numbers.py", '"""', '""" ', True),
        ("report/html.py", '"""', '""" ', True),
    ],
)
def test_code_that_makes_no_answer_may_be_edited(
    tmp_path: Path, file: str, old: str, new: str, same: bool
) -> None:
    edited = copied(tmp_path) / "lineofsight" / file
    text = edited.read_text(encoding="utf-8")
    assert old in text
    edited.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert (python(tmp_path, TELL) == provenance("duckdb")) is same


def test_all_code_that_an_answer_can_depend_on_is_told() -> None:
    graph = grimp.build_graph("lineofsight")
    within = tuple(f"lineofsight.{name}" for name in (*PACKAGES, *MODULES))
    reached = set()
    for package in ("engines", "episodes"):
        reached |= graph.find_upstream_modules(f"lineofsight.{package}", as_package=True)
    outside = {name for name in reached if not any(f"{name}.".startswith(f"{part}.") for part in within)}
    assert not outside


def test_a_zipped_package_tells_its_code(tmp_path: Path) -> None:
    told = []
    for edit in (str, lambda text: text.replace("(value >= 9)", "(value >= 8)")):
        packed = tmp_path / f"{len(told)}.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            for file in sorted(SOURCE.rglob("*.py")):
                name = file.relative_to(SOURCE.parent).as_posix()
                archive.writestr(name, edit(file.read_text(encoding="utf-8")))
        told.append(python(packed, TELL))
    assert told[0] == provenance("duckdb"), "the same code, wherever it lies"
    assert told[1] != told[0]


def test_a_package_without_its_sources_tells_its_code(tmp_path: Path) -> None:
    told = []
    for new in ("(value >= 9)", "(value >= 8)"):
        folder = copied(tmp_path / new[-2])
        features = folder / "lineofsight" / "aggregation" / "features.py"
        features.write_text(
            features.read_text(encoding="utf-8").replace("(value >= 9)", new), encoding="utf-8"
        )
        subprocess.run(
            [sys.executable, "-m", "compileall", "-q", "-b", "--invalidation-mode", "unchecked-hash", folder],
            check=True,
        )
        for file in folder.rglob("*.py"):
            file.unlink()
        told.append(python(folder, TELL))
    assert told[0] != told[1]


def test_code_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    shutil.rmtree(folder / "lineofsight" / "stats")
    program = f"from lineofsight.errors import EngineError\ntry:\n    {TELL}\nexcept EngineError as error:\n    print(error)"
    assert "the code of Lineofsight cannot be read: there is no 'stats'" in python(folder, program)


def test_a_process_whose_code_was_edited_meanwhile_finds_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    """It may run the old code, the new code or some of each."""
    folder = copied(tmp_path)
    program = (
        "import sys; from lineofsight.engines.provenance import provenance; one = provenance('duckdb')\n"
        "assert provenance('duckdb') == one\n"
        "open(sys.argv[1], 'a').write('# edited')\n"
        "print(len({one, provenance('duckdb'), provenance('duckdb')}))"
    )
    assert python(folder, program, folder / "lineofsight" / "stats" / "kernel.py") == "3"


@pytest.mark.parametrize("library", ["duckdb", "ibis-framework", "numpy", "pyarrow", "scipy", "sqlglot"])
def test_another_version_of_a_library_has_episodes_of_its_own(
    monkeypatch: pytest.MonkeyPatch, ran: tuple[Shop, Path], library: str
) -> None:
    loaded = load_project(ran[0].folder)
    before = EpisodeStore(loaded).path
    real = code.version
    monkeypatch.setattr(code, "version", lambda name: "0.0.1" if name == library else real(name))
    assert EpisodeStore(loaded).path != before


def test_spark_has_its_version_told_and_duckdb_not() -> None:
    assert re.search(r"; pyspark \d", provenance("spark"))
    assert "pyspark" not in provenance("duckdb")
