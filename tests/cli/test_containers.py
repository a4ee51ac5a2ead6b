"""Runs in containers, each of which is process 1, and on one folder: what is alive is left alone, what was killed is removed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lineofsight.ownership import claimed, remove_abandoned

from .shop import Shop

NAMESPACE = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
WRITER = """
import os, sys, time
from pathlib import Path
from lineofsight.ownership import claimed
folder = Path(sys.argv[1])
with claimed(folder) as token:
    (folder / f"spill-{token}").mkdir()
    print(os.getpid(), flush=True)
    time.sleep(100)
"""
CLEANER = """
import os, sys
from pathlib import Path
from lineofsight.ownership import remove_abandoned
folder = Path(sys.argv[1])
print(os.getpid(), remove_abandoned(folder, list(folder.glob("spill-*"))))
"""


@pytest.fixture(scope="module", autouse=True)
def _namespaces() -> None:
    """Processes are numbered anew inside; that needs rights."""
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare")
    done = subprocess.run([*NAMESPACE, "true"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no namespace can be made: {done.stderr.strip()}")


def in_a_container(*command: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*NAMESPACE, sys.executable, *map(str, command)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def kill(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = in_a_container("-c", WRITER, tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "1\n"
    yield process
    if process.poll() is None:
        kill(process)


def cleaned(folder: Path) -> str:
    out, err = in_a_container("-c", CLEANER, folder).communicate(timeout=60)
    assert err == ""
    return out.strip()


def test_one_container_leaves_what_another_is_writing(tmp_path: Path, writing: subprocess.Popen[str]) -> None:
    assert cleaned(tmp_path) == "1 0"
    assert len(list(tmp_path.glob("spill-*"))) == 1
    assert remove_abandoned(tmp_path, tmp_path.glob("spill-*")) == 0  # nor does the host
    kill(writing)
    assert cleaned(tmp_path) == "1 1"
    assert not list(tmp_path.iterdir())


def test_a_container_leaves_what_the_host_is_writing(tmp_path: Path) -> None:
    with claimed(tmp_path) as token:
        (tmp_path / f"spill-{token}").mkdir()
        (tmp_path / f"spill-{os.getpid()}").mkdir()  # named by a number: nobody holds it
        assert cleaned(tmp_path) == "1 1"
        assert [path.name for path in tmp_path.glob("spill-*")] == [f"spill-{token}"]
    assert remove_abandoned(tmp_path, tmp_path.glob("spill-*")) == 1


@pytest.fixture
def slow(ran: Shop) -> Shop:
    sql = "select count(*) as n from range(300000) a, range(300000) b where (a.range * b.range) % 7 = 3"
    ran.text = ran.text.replace("  tickets: {path", f'  slow: {{sql: "{sql}"}}\n  tickets: {{path')
    ran.write_file()
    return ran


def test_runs_in_containers(slow: Shop) -> None:
    process = in_a_container("-m", "lineofsight", "run", slow.folder)
    until = time.monotonic() + 60
    while not any("spill" in left for left in slow.left):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    slow.file.write_text(slow.text.replace("300000", "3"), encoding="utf-8")
    out, err = in_a_container("-m", "lineofsight", "run", slow.folder).communicate(timeout=120)
    assert err == "", out
    assert any("spill" in left for left in slow.left), "another container's files were taken away"
    kill(process)
    _, err = in_a_container("-m", "lineofsight", "run", slow.folder).communicate(timeout=120)
    assert err == ""
    assert not slow.left
    assert not list(slow.folder.rglob(".owner-*"))
    assert len(slow.runs) == 3
