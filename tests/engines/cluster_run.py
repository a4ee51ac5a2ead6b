"""Runs a project on a cluster, and kills a worker as soon as it folds: `python cluster_run.py FOLDER PROCESS_GROUP`."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import lineofsight as los


def kill_when_folding(group: int) -> None:
    """Waits until tasks of the fold run, then kills the worker with its executor."""
    from pyspark import SparkContext

    tracker = SparkContext._active_spark_context.statusTracker()
    while True:
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        if any(info is not None and info.numActiveTasks for info in stages):
            os.killpg(group, signal.SIGKILL)
            print("killed", flush=True)
            return
        time.sleep(0.01)


def main() -> None:
    folder, group = sys.argv[1], int(sys.argv[2])

    def progress(stage: str, message: str) -> None:
        if stage == "fold":
            threading.Thread(target=kill_when_folding, args=(group,), daemon=True).start()

    run = los.run(folder, progress=progress)
    print(run.path)


if __name__ == "__main__":
    main()
