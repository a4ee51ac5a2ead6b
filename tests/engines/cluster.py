"""A standalone Spark cluster on the loopback: a master and workers, each a process group of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.sparks import QUICK_JAVA

_HOST = "127.0.0.1"
_PATIENCE = 60


@dataclass(frozen=True)
class Cluster:
    """Where the master listens, and the workers."""

    master: str
    workers: list[subprocess.Popen[bytes]]


@contextlib.contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """Starts it, and stops it with all that its processes started."""
    port = _free_port()
    address = f"spark://{_HOST}:{port}"
    started = [
        _start(folder, "master", "master.Master", "--host", _HOST, "--port", str(port), "--webui-port", "0")
    ]
    try:
        _wait(folder / "master.log", "Starting Spark master")
        for number in range(workers):
            options = ("--host", _HOST, "--cores", "1", "--memory", "1g", "--webui-port", "0")
            name = f"worker{number}"
            started.append(
                _start(folder, name, "worker.Worker", *options, "--work-dir", str(folder / name), address)
            )
        for number in range(workers):
            _wait(folder / f"worker{number}.log", "Successfully registered with master")
        yield Cluster(address, started[1:])
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _start(folder: Path, name: str, class_: str, *options: str) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": _HOST,
        "SPARK_DAEMON_JAVA_OPTS": QUICK_JAVA,
        "PYSPARK_PYTHON": sys.executable,
    }
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{class_}", *options],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )


def _wait(log: Path, sign: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while sign not in log.read_text(errors="replace"):
        if time.monotonic() > deadline:
            raise AssertionError(f"'{sign}' did not come:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])
