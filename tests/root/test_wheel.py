"""The wheel is whole: built, and installed into an empty environment with what it declares, it runs the demo.

What it declares is not fetched once more, which takes a minute and a half, but linked from this environment: the new one has
the wheel, its declared dependencies with theirs, and nothing else. Public CI fetches them.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "lineofsight"
PIP = ("-m", "pip", "--disable-pip-version-check")


def run(*command: object, cwd: Path) -> str:
    """What a command prints; nothing of this environment leads it to the source."""
    around = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=around, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def needed(requirements: Iterable[str], extras: frozenset[str] = frozenset()) -> set[str]:
    """The distributions that these requirements name, and what those require in their turn."""
    found: set[str] = set()
    for requirement in map(Requirement, requirements):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""}):
            inner = importlib.metadata.requires(requirement.name) or []
            found |= {requirement.name} | needed(inner, frozenset(requirement.extras))
    return found


def link(name: str, packages: Path) -> None:
    """Makes the files of a distribution that is installed here appear in another environment."""
    installed = importlib.metadata.distribution(name)
    files = installed.files
    assert files is not None, name
    for top in {file.parts[0] for file in files} - {"..", "__pycache__"}:
        target = Path(str(installed.locate_file(top)))
        if not (packages / top).exists():
            (packages / top).symlink_to(target, target_is_directory=target.is_dir())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing of an earlier build is packed."""
    source = tmp_path_factory.mktemp("wheel") / "source"
    shutil.copytree(PACKAGE, source / "src" / "lineofsight", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", source.parent)
    run(sys.executable, *PIP, "wheel", *options, source, cwd=source.parent)
    (built,) = source.parent.glob("*.whl")
    return built


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    source = {str(file.relative_to(PACKAGE.parent)) for file in PACKAGE.rglob("*") if file.is_file()}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("lineofsight/")}
    assert packed == {name for name in source if "__pycache__" not in name}
    assert "lineofsight/py.typed" in packed


def test_an_empty_environment_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    binaries = tmp_path / "venv" / "bin"
    pip = (sys.executable, *PIP, "--python", binaries / "python")
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=tmp_path)
    (packages,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    (metadata,) = packages.glob("lineofsight-*.dist-info")
    declared = importlib.metadata.PathDistribution(metadata).requires or []
    for name in needed(declared):
        link(name, packages)
    run(*pip, "check", cwd=tmp_path)

    printed = run(binaries / "los", "demo", "shop", "--customers", "500", cwd=tmp_path)
    assert "hold the planted truth" in printed
    assert (tmp_path / "shop" / "report.html").stat().st_size > 100_000
    where = run(binaries / "python", "-c", "import lineofsight; print(lineofsight.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(tmp_path / "venv")
    assert "pyspark is not installed" in run(binaries / "los", "doctor", cwd=tmp_path)

    run(binaries / "los", "init", "new", cwd=tmp_path)
    assert (tmp_path / "new" / "lineofsight.yml").is_file()
