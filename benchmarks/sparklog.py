"""What Spark tells of its own work: it is made to write a log, whatever starts it, and the log is added up."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from lineofsight.project.settings import Engine

_CONFIGURED = """\
spark.eventLog.enabled true
spark.eventLog.rolling.enabled false
spark.eventLog.compress false
spark.eventLog.dir {folder}
"""


@dataclass(frozen=True, slots=True)
class SparkWork:
    """The sums over all tasks of a run.

    Attributes:
        tasks: How many there were.
        core_seconds: Time that cores worked.
        shuffled: Bytes written to be read by other tasks.
        spilled: Bytes written because memory was short.
        returned: Bytes of results that went to the driver.
    """

    tasks: int
    core_seconds: float
    shuffled: int
    spilled: int
    returned: int


def missing() -> str | None:
    """Why Spark cannot be measured here; None where it can."""
    if "spark" not in Engine.model_fields:
        return "this version has no Spark engine"
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "Java is not installed"
    return None


def logging_to(folder: Path) -> dict[str, str]:
    """The environment in which every Spark session writes its log into the folder."""
    log, conf = folder / "log", folder / "conf"
    for place in (log, conf):
        place.mkdir(parents=True, exist_ok=True)
    (conf / "spark-defaults.conf").write_text(
        _CONFIGURED.format(folder=log.resolve().as_uri()), encoding="utf-8"
    )
    return {"SPARK_CONF_DIR": str(conf.resolve())}


def work_in(folder: Path) -> SparkWork:
    """The sums of the newest log in a folder that `logging_to` prepared."""
    newest = max((folder / "log").iterdir(), key=lambda file: file.stat().st_mtime)
    tasks = shuffled = spilled = returned = 0
    milliseconds = 0
    with newest.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            metrics = event.get("Task Metrics")
            if event.get("Event") != "SparkListenerTaskEnd" or metrics is None:
                continue
            tasks += 1
            milliseconds += metrics["Executor Run Time"]
            shuffled += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
            spilled += metrics["Disk Bytes Spilled"]
            returned += metrics["Result Size"]
    return SparkWork(tasks, milliseconds / 1000, shuffled, spilled, returned)
