"""The command as a process: signals, pipes, terminals, disks, and what is imported."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import LosProcess
from .shop import Shop, tables

HEAVY = {"duckdb", "numpy", "pyarrow", "ibis", "pandas", "altair", "scipy", "sqlglot", "yaml", "jinja2"}
CONTROL = re.compile(rb"\x1b|\r|\x08")
COLOUR = re.compile(rb"\x1b\[[0-9;]*(?:3[0-7]|4[0-7]|9[0-7])[0-9;]*m")


# ---- imports --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [None, [], ["--help"], ["--version"], ["run", "--help"], ["rn"]])
def test_nothing_heavy_is_imported_to_say_hello(arguments: list[str] | None) -> None:
    call = (
        "lineofsight"
        if arguments is None
        else f"lineofsight.cli; sys.argv[1:] = {arguments}; lineofsight.cli.main()"
    )
    code = f"import atexit, sys; atexit.register(lambda: print('modules:', *sys.modules)); import {call}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    modules = set(done.stdout.split("modules:")[-1].split())
    assert "lineofsight" in modules
    assert not modules & HEAVY
    if arguments in (None, ["--help"]):
        assert "pydantic" not in modules  # the library for options loads it to read them


def test_the_package_and_the_command_are_the_same(los_process: LosProcess) -> None:
    command = Path(sys.executable).with_name("los")
    if not command.exists():
        pytest.skip("the command is not installed beside this Python")
    installed = subprocess.run([command, "--help"], capture_output=True, check=True).stdout
    assert los_process("--help").stdout == installed


# ---- pipes and terminals --------------------------------------------------------------------------------


def test_piped_output_has_no_control_characters(los_process: LosProcess, ran: Shop) -> None:
    done = los_process("run", ran.folder, env={"FORCE_COLOR": "1", "NO_COLOR": "1"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert not CONTROL.search(done.stdout)
    done = los_process("show", "findings", "--project", ran.folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert not CONTROL.search(done.stdout)


@pytest.mark.parametrize(("shown", "status"), [("effects", 0), ("--help", 1)])  # typer's own end
def test_a_reader_that_leaves_early_is_no_error(ran: Shop, shown: str, status: int) -> None:
    arguments = (
        ["--help"] if shown == "--help" else ["show", shown, "--project", str(ran.folder), "--format", "csv"]
    )
    read, write = os.pipe()
    os.close(read)  # nobody reads
    done = subprocess.run(
        [sys.executable, "-m", "lineofsight", *arguments], stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert done.returncode == status
    assert done.stderr == b""


@pytest.mark.parametrize("shown", ["effects", "--help"])
def test_a_full_disk_under_the_output_is_an_error(ran: Shop, shown: str) -> None:
    arguments = ["--help"] if shown == "--help" else ["show", shown, "--project", str(ran.folder)]
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full")
    with full.open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "lineofsight", *arguments], stdout=out, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode() == "Error LOS-E003: No space left on device\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_terminals_without_unicode_get_lookalikes(los_process: LosProcess, ran: Shop, encoding: str) -> None:
    env = {"PYTHONIOENCODING": encoding}
    done = los_process("show", "findings", "--project", ran.folder, env=env)
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode(encoding)
    assert " -> " in text
    assert "[-" in text
    assert "?" not in text
    missing = los_process("run", ran.folder / "nowhere", env=env)
    assert b"  -> name the project's folder" in missing.stderr


@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_programs_read_is_utf8_whatever_the_terminal(
    los_process: LosProcess, ran: Shop, form: str
) -> None:
    arguments = ("show", "findings", "--project", ran.folder, "--format", form)
    done = los_process(*arguments, env={"PYTHONIOENCODING": "ascii"})
    assert "→" in done.stdout.decode("utf-8")


def on_a_terminal(arguments: list[str], env: dict[str, str], columns: int = 100) -> bytes:
    """What the command writes to a terminal."""
    master, slave = pty.openpty()
    sizes = {"COLUMNS": str(columns), "LINES": "40", "TERM": "xterm-256color"}
    clean = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(
        [sys.executable, "-m", "lineofsight", *arguments],
        stdin=slave, stdout=slave, stderr=slave, env={**clean, **sizes, **env}, close_fds=True,
    )  # fmt: skip
    os.close(slave)
    heard = b""
    with contextlib.suppress(OSError):  # the terminal is gone when the process is
        while select.select([master], [], [], 60)[0] and (part := os.read(master, 65536)):
            heard += part
    os.close(master)
    assert process.wait(60) == 0, heard
    return heard


def test_no_color_is_heeded(ran: Shop) -> None:
    heard = on_a_terminal(["check", str(ran.folder)], {"NO_COLOR": "1"})
    assert b"delivery_days" in heard
    assert b"reading the project" in heard  # the bar is there
    assert not COLOUR.search(heard)


def test_a_narrow_terminal_wraps_and_loses_nothing(ran: Shop) -> None:
    heard = on_a_terminal(["show", "drops", "--project", str(ran.folder)], {"NO_COLOR": "1"}, columns=60)
    assert "…".encode() not in heard
    assert b"tickets_open" in heard


# ---- interruptions --------------------------------------------------------------------------------------


@pytest.fixture
def slow(ran: Shop) -> Shop:
    """A project with a run, whose next run takes minutes."""
    sql = "select count(*) as n from range(300000) a, range(300000) b where (a.range * b.range) % 7 = 3"
    ran.text = ran.text.replace("  tickets: {path", f'  slow: {{sql: "{sql}"}}\n  tickets: {{path')
    ran.file.write_text(ran.text, encoding="utf-8")
    return ran


def started(shop: Shop) -> subprocess.Popen[bytes]:
    """A run that is in the middle of its work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lineofsight", "run", str(shop.folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 60
    while not (shop.folder / ".lineofsight/.gitignore").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    time.sleep(1)
    assert process.poll() is None, process.communicate()
    return process


def contents(shop: Shop) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (shop.folder / "runs").rglob("*") if path.is_file()}


def test_ctrl_c_stops_at_once_and_leaves_nothing(slow: Shop) -> None:
    before = contents(slow)
    process = started(slow)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert (out, err) == (b"", b"Stopped. Nothing half-done was kept; earlier runs are as they were.\n")
    assert not slow.left
    assert contents(slow) == before


def test_a_killed_run_is_cleaned_up_by_the_next(slow: Shop, los_process: LosProcess) -> None:
    before = contents(slow)
    process = started(slow)
    process.kill()
    process.communicate()
    unfinished = slow.folder / "runs" / f".unfinished-{process.pid}-0123abcd"  # as if killed while it wrote
    shutil.copytree(slow.runs[-1], unfinished)
    assert contents(slow).items() >= before.items()
    slow.file.write_text(slow.text.replace("300000", "3"), encoding="utf-8")
    done = los_process("run", slow.folder)
    assert done.returncode == 0, done.stderr
    assert not slow.left
    assert len(slow.runs) == 2
    assert contents(slow).items() >= before.items()


def test_two_runs_at_the_same_time_do_not_disturb_each_other(shop: Shop) -> None:
    command = [sys.executable, "-m", "lineofsight", "run", str(shop.folder)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, b"")
    assert not shop.left
    first, second = shop.runs
    for file in first.glob("*.parquet"):
        assert file.read_bytes() == (second / file.name).read_bytes()


# ---- disks ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """A disk of its own at the folder; needs the rights to mount one."""
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_full_disk_keeps_nothing_of_the_run(ran: Shop, los_process: LosProcess) -> None:
    with mounted(ran.folder / "runs", "64k"):
        (ran.folder / "runs/mine.txt").write_text("mine")
        done = los_process("run", ran.folder)
        assert (done.returncode, done.stdout) == (2, b"")
        assert f"the disk of {ran.folder / 'runs'} is full; nothing was kept".encode() in done.stderr
        assert [path.name for path in (ran.folder / "runs").iterdir()] == ["mine.txt"]
    assert len(ran.runs) == 1


def test_a_full_disk_under_the_working_folder_is_said(shop: Shop, los_process: LosProcess) -> None:
    working = shop.folder / ".lineofsight"
    with mounted(working, "8k"):
        done = los_process("run", shop.folder)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.startswith(b"Error LOS-E003: the disk of the project's folder is full")
        assert b"free some space and run again" in done.stderr
        assert not list(working.glob("episodes-*"))
        assert not shop.left
    assert not shop.runs
    assert los_process("run", shop.folder).returncode == 0


def test_a_full_disk_leaves_no_half_demo(tmp_path: Path, los_process: LosProcess) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "40k"):
        done = los_process("demo", disk / "demo", "--customers", 500)
        assert done.returncode == 2
        assert b"No space left on device\n  \xe2\x86\x92 free some space" in done.stderr
        assert not list(disk.iterdir())


def test_a_folder_that_cannot_be_written_is_said(shop: Shop, los_process: LosProcess) -> None:
    with mounted(shop.folder, "4m"):
        shop.tables = tables(20)
        shop.write()
        subprocess.run(["mount", "-o", "remount,ro", str(shop.folder)], check=True)
        done = los_process("run", shop.folder)
        assert (done.returncode, done.stdout) == (2, b"")
        error = done.stderr.decode()
        assert error.startswith(
            f"Error LOS-E004: cannot write to '{shop.folder / '.lineofsight'}': Read-only file system\n"
        )
        assert "→ the project's folder must be one that you can write to" in error
        done = los_process("init", shop.folder / "new")
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"Read-only file system" in done.stderr


def test_json_is_whole_when_piped(ran: Shop, los_process: LosProcess) -> None:
    done = los_process("show", "columns", "--project", ran.folder, "--format", "json")
    assert isinstance(json.loads(done.stdout), list)
