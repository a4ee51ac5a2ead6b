"""A real cluster: a master and two workers, one of which is killed while it folds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.effects import assert_same_effects
from tests.sparks import NOTHING_COMPILED, QUICK_JAVA, skip_without_spark

import lineofsight as los
from lineofsight.simulate import small_company, write_company

from .cluster import cluster

pytestmark = pytest.mark.xdist_group("spark")

SCRIPT = Path(__file__).with_name("cluster_run.py")
_CONFIG = {
    **NOTHING_COMPILED,
    "spark.driver.extraJavaOptions": QUICK_JAVA,
    "spark.executor.extraJavaOptions": QUICK_JAVA,
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executor.memory": "700m",
    "spark.driver.memory": "1g",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.adaptive.enabled": "false",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cluster") / "company"
    write_company(small_company(np.random.default_rng(8), 1000), folder)
    return folder


def test_a_worker_that_dies_changes_nothing(project: Path, tmp_path: Path) -> None:
    skip_without_spark()
    elsewhere = tmp_path / "spark"
    shutil.copytree(project, elsewhere)
    expected = los.run(project)
    with cluster(tmp_path, workers=2) as running:
        engine = {"spark": {"master": running.master, "config": _CONFIG}}
        file = elsewhere / "lineofsight.yml"
        file.write_text(f"{file.read_text()}\nengine: {json.dumps(engine)}\n")
        done = subprocess.run(
            [sys.executable, str(SCRIPT), str(elsewhere), str(running.workers[0].pid)],
            env={**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        assert running.workers[0].poll() is not None
        assert running.workers[1].poll() is None
    assert done.stdout.splitlines()[0] == "killed"
    assert_same_effects(expected, los.latest_run(elsewhere))
