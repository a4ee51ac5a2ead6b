"""From a project to a run: read, align, fold, estimate, value, write."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import logging
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from lineofsight.aggregation.representers import KNOTS_AT, knots_among
from lineofsight.analyses import registry
from lineofsight.analyses.base import Results
from lineofsight.analyses.checks.data_warnings import tables_compared
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.engines.aggregate import Aggregates, AggregationPlan
from lineofsight.engines.base import Engine, Reader, SourceTable
from lineofsight.engines.cache import CachedReader
from lineofsight.engines.representers import COUNTED_UP_TO, ENOUGH_EPISODES, RepresenterSums
from lineofsight.engines.response_sums import Episodes
from lineofsight.episodes import EpisodeFile, build_episodes
from lineofsight.episodes.columns import BUCKET
from lineofsight.episodes.profile import Profile, profile_episodes
from lineofsight.error_codes import DataCode
from lineofsight.errors import DataError
from lineofsight.model.design import Design, make_design
from lineofsight.model.inputs import Aligned, Counting
from lineofsight.model.sample import Sample, draw_sample
from lineofsight.pipeline.engines import Provided, open_engine, refuse_misfit
from lineofsight.pipeline.store import EpisodeStore, clean_working_folder
from lineofsight.project.load import LoadedProject, load_project
from lineofsight.runs.columns import SCHEMA_VERSION
from lineofsight.runs.reader import Run
from lineofsight.runs.writer import clean_unfinished, write_run
from lineofsight.sources import FilesRead, locate_feeds
from lineofsight.stats.results import NotEstimable
from lineofsight.version import __version__
from lineofsight.words.labels import labelled
from lineofsight.words.reasons import clause

_log = logging.getLogger(__name__)

STAGES = ("align", "profile", "fold", "estimate", "write")
TRUTH_FILE = "truth.json"
_PACKAGES = ("duckdb", "ibis-framework", "pyarrow", "numpy")

Progress = Callable[[str, str], None]


def quiet(stage: str, message: str) -> None:
    """Shows nothing."""


@dataclass
class Clock:
    """Seconds each stage took."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times what is done inside."""
        _log.debug("stage %s begins", name, extra={"stage": name})
        start = time.perf_counter()
        yield
        took = self.seconds[name] = round(time.perf_counter() - start, 3)
        _log.info("stage %s took %.3f s", name, took, extra={"stage": name, "seconds": took})


def run(
    path: Path | str,
    variables: Mapping[str, str] | None = None,
    *,
    seed: int | None = None,
    progress: Progress = quiet,
    provided: Provided | None = None,
) -> Run:
    """Runs a project and writes `runs/<id>/` in its folder.

    Args:
        path: The project's folder, or its file.
        variables: Values of `${NAME}` in the file, before the environment's.
        seed: Instead of the project's own.
        progress: Called with the stage and what is being done.
        provided: A Spark session and tables that the caller has.

    Returns:
        The run, as it can be read again later.

    Raises:
        ProjectError: The file declares what cannot be meant.
        DataError: The data are not what is declared.
        EngineError: The engine ran out of memory or disk.
        RunError: The run cannot be written.
    """
    started = dt.datetime.now(dt.UTC)
    clock = Clock()
    loaded = load_project(path, variables)
    clean_unfinished(loaded.folder)
    with (
        open_aligned(loaded, clock, progress, provided or Provided()) as (engine, aligned),
        clock.stage("fold"),
    ):
        progress("fold", "folding episodes into moments")
        design, folded = fold_episodes(engine, aligned)
        aligned = replace(aligned, bands=folded.bands.result())
        counting = Counting(
            engine, aligned, design, folded.cells[None], lambda message: progress("fold", message)
        )
        counted = {analysis.name: analysis.count(counting) for analysis in registry.in_order()}
    estimation = loaded.project.estimation
    used_seed = estimation.seed if seed is None else seed
    with clock.stage("estimate"):
        sample = draw_sample(
            design,
            folded.cells,
            estimation.replicates,
            np.random.default_rng(used_seed),
            level=estimation.confidence,
            shape=folded.shape,
        )
        results = estimate(aligned, sample, counted, lambda message: progress("estimate", message))
    asked = results[Effects].effects
    refused = sum(isinstance(effect.result, NotEstimable) for effect in asked)
    told = {"effects": len(asked), "refused": refused}
    _log.info("%d effects were asked for, %d cannot be estimated", *told.values(), extra=told)
    with clock.stage("write"):
        progress("write", "writing the run")
        schemas = registry.tables()
        tables = {name: results.rows(name) for name in schemas}
    manifest = _manifest(loaded, aligned, design, clock, started, used_seed)
    run_id = started.strftime("%Y-%m-%dT%H-%M-%S")
    written = write_run(loaded.folder, run_id, [*schemas.values()], tables, manifest)
    seconds = round((dt.datetime.now(dt.UTC) - started).total_seconds(), 3)
    _log.info("run %s took %.3f s", written.id, seconds, extra={"run": written.id, "seconds": seconds})
    return written


def estimate(
    aligned: Aligned,
    sample: Sample,
    counted: Mapping[str, Any],
    progress: Callable[[str], None],
    wanted: Sequence[type] | None = None,
) -> Results:
    """Lets the analyses estimate, each after those whose results it needs.

    Args:
        aligned: The episodes.
        sample: What all estimates rest on.
        counted: What each analysis has counted, by its name.
        progress: Called with what is being done.
        wanted: Types of results that are asked for; by default all.
    """
    results = Results(aligned, sample, registry.owners(), progress)
    for analysis in registry.in_order(wanted):
        if analysis.doing:
            progress(analysis.doing)
        start = time.perf_counter()
        results.put(analysis.estimate(results, counted.get(analysis.name)))
        seconds = round(time.perf_counter() - start, 3)
        told = {"analysis": analysis.name, "seconds": seconds}
        _log.debug("%s took %.3f s", *told.values(), extra=told)
    return results


@contextlib.contextmanager
def open_aligned(
    loaded: LoadedProject, clock: Clock, progress: Progress, provided: Provided
) -> Iterator[tuple[Reader, Aligned]]:
    """The project's episodes, and who answers questions about them.

    Stored episodes where nothing they depend on has changed are used again, with the answers that they gave; an engine is
    opened when there is something to ask it.
    """
    store = EpisodeStore(loaded)
    clean_working_folder(store.folder)
    refuse_misfit(loaded, provided)
    stored = store.load() if provided.lasting(loaded) else None
    files = FilesRead(lambda message: progress("align", message))
    with contextlib.ExitStack() as opened:

        def engine() -> Engine:
            found = open_engine(loaded, store.folder, files, provided, read=stored is None)
            return opened.enter_context(contextlib.closing(found))

        with clock.stage("align"):
            if stored is None:
                aligner = engine()
                store.answers.clear()
                file = build_episodes(loaded, aligner, store.path, lambda message: progress("align", message))
                looked = tables_compared(loaded.project)
                sources = [aligner.source(name, copies=name in looked) for name in loaded.project.tables]
                store.save(file, sources)
                reader = CachedReader(lambda: aligner, file.path, store.answers)
            else:
                progress("align", "the stored episodes are up to date")
                file, sources = stored
                reader = CachedReader(engine, file.path, store.answers)
        _log_episodes(file, sources, files, reused=stored is not None)
        with clock.stage("profile"):
            progress("profile", "counting what the episodes hold")
            profile = profile_episodes(loaded.project, reader, file)
        if profile.complete == 0:
            raise _nothing_left(loaded, file, profile)
        yield reader, Aligned(loaded, file, sources, profile, files, reused=stored is not None)
        hits, misses = store.answers.hits, store.answers.misses
        found = {"cache_hits": hits, "cache_misses": misses}
        _log.info("%d answers were remembered, %d were computed", hits, misses, extra=found)
        store.answers.evict()


def _log_episodes(
    file: EpisodeFile, sources: Sequence[SourceTable], files: FilesRead, *, reused: bool
) -> None:
    """Counts only: names are those of the project file."""
    for source in sources:
        opened = len(files.of(source.name))
        told = {"table": source.name, "rows": source.rows, "files_read": opened}
        _log.info("table %s: %d rows, %d files read", *told.values(), extra=told)
    for drop in file.drops:
        told = {"left_out_of": drop["name"], "rows": drop["n"], "of": drop["of"]}
        _log.info("left out or missing at %s: %s of %s", *told.values(), extra=told)
    kept = {"episodes": file.stored, "anchored": file.anchored, "reused": reused}
    _log.info("%d episodes of %d moments are stored, reused: %s", *kept.values(), extra=kept)


def fold_episodes(engine: Reader, aligned: Aligned, *, over_time: bool = True) -> tuple[Design, Aggregates]:
    """Folds the episodes into moments, by period too if asked: the only pass over rows that estimates need."""
    file = aligned.file
    periods = file.periods if over_time else ()
    design = make_design(aligned.loaded.project, aligned.profile, dict(file.kinds), periods, file.pre_period)
    if aligned.project.estimation.effect == "average":
        design = averaging(design, engine, aligned)
    plan = AggregationPlan(
        design.basis,
        design.categories,
        {**design.segments, **design.calendar},
        BUCKET,
        file.buckets,
        dict(aligned.profile.bands),
        [info.name for info in design.outcomes if info.main],
        design.shape,
    )
    return design, engine.aggregate(file.path, plan)


def averaging(design: Design, engine: Reader, aligned: Aligned) -> Design:
    """The design with a representer for each driver's change, so that effects are averages over customers.

    Its knots are quantiles of the driver's values other than 0.
    """
    file, profile = aligned.file, aligned.profile
    below = None
    if profile.complete > ENOUGH_EPISODES:
        below = max(1, round(file.buckets * ENOUGH_EPISODES / profile.complete))
    knots = _quantiles_but_zeros(engine, file.path, below, profile)
    episodes = Episodes(design.basis, design.categories, BUCKET, below)
    counts = frozenset(
        name
        for name, extent in profile.extent.items()
        if extent.whole and extent.lowest >= 0 and max(knots[name], default=0.0) <= COUNTED_UP_TO
    )
    work = RepresenterSums(episodes, knots, counts)
    return design.on(work.basis(engine.map_reduce(file.path, work)))


def _quantiles_but_zeros(
    engine: Reader, path: Path, below: int | None, profile: Profile
) -> dict[str, tuple[float, ...]]:
    """Per operation quantiles of its values other than 0, inside its values."""
    stored = engine.stored(path)
    if below is not None:
        stored = stored.filter(stored[BUCKET] < below)
    names = [name for name, extent in profile.extent.items() if extent.lowest < extent.highest]
    wanted = {name: stored[name].cast("float64").nullif(0.0).quantile(list(KNOTS_AT)) for name in names}
    row = engine.fetch(stored.aggregate(**wanted))[0] if wanted else {}
    found: dict[str, tuple[float, ...]] = dict.fromkeys(profile.missing, ())
    for name in names:
        extent = profile.extent[name]
        found[name] = knots_among(row[name] or (), extent.lowest, extent.highest)
    return found


def _nothing_left(loaded: LoadedProject, file: EpisodeFile, profile: Profile) -> DataError:
    features = {**loaded.project.operations, **loaded.project.controls}
    empty = []
    for name, missing in profile.missing.items():
        if missing and features[name].if_missing == "drop":
            why = [
                f"{drop['n']:,} {clause(drop['reason'], labelled(loaded.project.labels))}"
                for drop in file.drops
                if drop["name"] == name
            ]
            empty.append(f"'{name}' ({', '.join([f'{missing:,} of {file.stored:,}', *why])})")
    error = loaded.error(
        DataCode.NO_COMPLETE_EPISODE,
        f"no episode has all operations and controls; missing are {', '.join(empty)}",
        "operations",
        hint="mend what makes them missing, leave out one that is hardly ever known, or keep such episodes with"
        " 'missing: indicator'",
    )
    assert isinstance(error, DataError)  # the kind asked for
    return error


def _manifest(
    loaded: LoadedProject, aligned: Aligned, design: Design, clock: Clock, started: dt.datetime, seed: int
) -> dict[str, Any]:
    project, label = loaded.project, labelled(loaded.project.labels)
    named = [
        *project.operations,
        *project.perceptions,
        *project.behaviours,
        *project.controls,
        *project.segments,
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "project": {"name": project.name, "currency": project.currency},
        "created": started.isoformat(timespec="seconds"),
        "simulated": (loaded.folder / TRUTH_FILE).is_file(),
        "seed": seed,
        "replicates": project.estimation.replicates,
        "confidence": project.estimation.confidence,
        "change": project.estimation.change,
        "labels": {name: label(name) for name in named},
        "segments": list(project.segments),
        "controls": list(project.controls),
        "landmark_days": project.landmark.total_seconds() / 86400,
        "columns": list(design.basis.columns),
        "engine": project.engine.name,
        "versions": {
            "lineofsight": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
        "data": [
            {
                "table": feed.name,
                "path": os.path.relpath(str(path), loaded.folder),
                "bytes": size,
                "modified": _time(int(modified)),
            }
            for feed in locate_feeds(loaded)
            for path, size, modified in feed.fingerprint
        ],
        "files_read": {feed.name: len(aligned.files_read.of(feed.name)) for feed in locate_feeds(loaded)},
        "episodes_reused": aligned.reused,
        "seconds": clock.seconds,
        "project_hash": hashlib.sha256(loaded.text.encode()).hexdigest(),
        "declared": loaded.text,
        "variables": list(loaded.variables),
    }


def _time(nanoseconds: int) -> str:
    return dt.datetime.fromtimestamp(nanoseconds / 1e9, dt.UTC).isoformat(timespec="seconds")
