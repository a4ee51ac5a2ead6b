"""What is measured: parts that each run in a process of their own, `python -m benchmarks.parts PART FOLDER ANCHORS`."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

GB = 1e6  # ru_maxrss counts kilobytes on Linux


def scan(folder: Path, anchors: str) -> dict[str, float]:
    """A raw scan-and-sum by DuckDB of the columns that a run reads."""
    import duckdb

    columns = {
        "touchpoints": "sum(customer_id), max(happened_at), sum(hours), count(*) FILTER (again), min(kind)",
        "purchases": "sum(customer_id), max(bought_at), sum(amount)",
        anchors: "sum(customer_id), max(asked_at), sum(tenure), min(region), sum(satisfaction), sum(recommend), sum(effort)",
    }
    con = duckdb.connect()
    start = time.perf_counter()
    for table, sums in columns.items():
        con.execute(f"SELECT {sums} FROM '{folder / table}*.parquet'").fetchall()
    return {"total": time.perf_counter() - start}


def run(folder: Path, anchors: str) -> dict[str, float]:
    """A whole `los run` with the project's engine; with the stages' own seconds."""
    from lineofsight.pipeline import run as pipeline

    start = time.perf_counter()
    found = pipeline.run(folder)
    total = time.perf_counter() - start
    (episodes,) = found.episodes
    counted = {"episodes": episodes["episodes"], "columns": len(found.manifest["columns"])}
    counted["on_spark"] = found.manifest["engine"] == "spark"
    return {"total": total, **found.manifest["seconds"], **counted}


def effects(folder: Path, anchors: str) -> dict[str, float]:
    """Episodes aligned anew, the moments that effects of everyone and of segments need and no others, and these effects.

    Not folded are those of periods, shapes and products, those of who answers, and what customers did before. Imports
    are not counted, as they are not in the scan.
    """
    import ibis
    import numpy as np

    from lineofsight.engines.aggregate import AggregationPlan
    from lineofsight.episodes.columns import BUCKET
    from lineofsight.model.chain import ChainModels
    from lineofsight.model.design import make_design
    from lineofsight.model.path_effects import all_effects
    from lineofsight.model.population import EVERY_LEVEL, View
    from lineofsight.model.sample import segment_views
    from lineofsight.pipeline import run as pipeline
    from lineofsight.pipeline.engines import Provided
    from lineofsight.project.load import load_project
    from lineofsight.stats.bootstrap import bootstrap_weights

    assert ibis.duckdb  # imported when first named
    loaded, clock = load_project(folder), pipeline.Clock()
    with pipeline.open_aligned(loaded, clock, pipeline.quiet, Provided()) as (reader, aligned):
        file, profile = aligned.file, aligned.profile
        with clock.stage("fold"):
            design = make_design(loaded.project, profile, dict(file.kinds))
            main = [info.name for info in design.outcomes if info.main]
            bands = dict(profile.bands)
            plan = AggregationPlan(
                design.basis, design.categories, design.segments, BUCKET, file.buckets, bands, main
            )
            cells = reader.aggregate(file.path, plan).cells
    with clock.stage("paths"):
        weights = bootstrap_weights(
            file.buckets, loaded.project.estimation.replicates, np.random.default_rng(1)
        )
        weights = np.vstack([np.ones((1, file.buckets)), weights])
        chain = ChainModels(design, {}, 0.95)
        everyone = View(None, cells[None], EVERY_LEVEL, weights)
        found = [all_effects(chain, view) for view in (everyone, *segment_views(design, cells, weights))]
    counted = {"effects": sum(map(len, found))}
    return {**clock.seconds, **counted, "total": clock.seconds["align"] + clock.seconds["fold"]}


def pandas(folder: Path, anchors: str) -> dict[str, float]:
    """The same table and models by pandas and statsmodels, without replicates."""
    from benchmarks import peer

    return _by_hand(peer, folder, anchors)


def polars(folder: Path, anchors: str) -> dict[str, float]:
    """The same table and models by Polars and statsmodels, without replicates."""
    from benchmarks import polars_peer

    return _by_hand(polars_peer, folder, anchors)


def _by_hand(program: ModuleType, folder: Path, anchors: str) -> dict[str, float]:
    start = time.perf_counter()
    table = program.episodes(folder, anchors)
    aligned = time.perf_counter()
    models = len(program.regressions(table))
    return {"align": aligned - start, "models": models, "total": time.perf_counter() - start}


def importance(folder: Path, anchors: str) -> dict[str, float]:
    """Exact LMG of 20 drivers, and of 15 drivers with 1,000 replicates."""
    import numpy as np

    from lineofsight.stats.importance import lmg

    rng = np.random.default_rng(1)

    def covariances(drivers: int, count: int) -> Any:
        rows = rng.normal(size=(count, 3 * drivers, drivers + 1))
        rows[..., -1] += rows[..., :-1].sum(axis=-1)
        return np.einsum("rni,rnj->rij", rows, rows) / rows.shape[1]

    seconds = {}
    for name, drivers, count in (("lmg20", 20, 1), ("lmg15x1000", 15, 1000)):
        stack = covariances(drivers, count)
        start = time.perf_counter()
        lmg(stack, drivers, [[at] for at in range(drivers)])
        seconds[name] = time.perf_counter() - start
    return seconds


PARTS: dict[str, Callable[[Path, str], dict[str, float]]] = {
    "scan": scan,
    "run": run,
    "effects": effects,
    "pandas": pandas,
    "polars": polars,
    "importance": importance,
}


def main() -> None:
    """Runs one part and prints its seconds and peak memory as JSON."""
    part, folder, anchors = sys.argv[1:]
    seconds = PARTS[part](Path(folder), anchors)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GB
    print(json.dumps({**seconds, "memory": memory}))


if __name__ == "__main__":
    main()
