"""The kernel on the workers: they need Python, numpy and pyarrow, and get Lineofsight from the driver."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def ship_kernel(session: SparkSession, folder: Path) -> None:
    """Sends the modules that fold episodes to every worker of a cluster; a local session has them already."""
    if (session.sparkContext.master or "").startswith("local"):
        return
    package = Path(__file__).parents[2]
    target = folder / "lineofsight_kernel.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(package.rglob("*.py")):
            archive.write(file, Path("lineofsight") / file.relative_to(package))
    session.sparkContext.addPyFile(str(target))
