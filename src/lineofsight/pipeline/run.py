"""From a project to a run: read, align, fold, estimate, value, write."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from lineofsight.analyses.chain import ChainResult, estimate_chain
from lineofsight.analyses.checks.data_warnings import tables_of_rows
from lineofsight.analyses.collect import collect_tables
from lineofsight.analyses.interactions.count import fold_products
from lineofsight.analyses.money.estimate import driver_money, occasions_per_year
from lineofsight.analyses.money.unit_values import unit_values
from lineofsight.analyses.nonresponse.count import weigh_answers
from lineofsight.analyses.ratings.estimate import Kano, kano
from lineofsight.analyses.results import Results, label_of, span_years
from lineofsight.analyses.shape.estimate import Shape, shapes
from lineofsight.engines.aggregate import Aggregates, AggregationPlan
from lineofsight.engines.base import Engine, Reader, SourceTable
from lineofsight.engines.cache import CachedReader
from lineofsight.engines.histories import Histories, HistoryAggregation
from lineofsight.engines.response_sums import Episodes
from lineofsight.episodes import EpisodeFile, build_episodes
from lineofsight.episodes.columns import AT, BUCKET, CUSTOMER
from lineofsight.episodes.profile import Profile, profile_episodes
from lineofsight.errors import DataError
from lineofsight.model.design import Design, make_design
from lineofsight.model.fits import FEWEST_CUSTOMERS
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.pipeline.engines import InHand, open_engine, refuse_in_hand
from lineofsight.pipeline.store import EpisodeStore, clean_working_folder
from lineofsight.project.load import LoadedProject, load_project
from lineofsight.runs.reader import Run
from lineofsight.runs.schema import SCHEMA_VERSION
from lineofsight.runs.writer import clean_unfinished, write_run
from lineofsight.sources import FilesRead, locate_feeds
from lineofsight.version import __version__

STAGES = ("align", "profile", "fold", "estimate", "write")
TRUTH_FILE = "truth.json"
_PACKAGES = ("duckdb", "ibis-framework", "pyarrow", "numpy")

Progress = Callable[[str, str], None]


def quiet(stage: str, message: str) -> None:
    """Shows nothing."""


@dataclass(frozen=True)
class Aligned:
    """A project's episodes, stored and profiled."""

    loaded: LoadedProject
    file: EpisodeFile
    sources: list[SourceTable]
    profile: Profile
    reused: bool
    files_read: FilesRead


@dataclass
class Clock:
    """Seconds each stage took."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times what is done inside."""
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)


def run(
    path: Path | str,
    variables: Mapping[str, str] | None = None,
    *,
    seed: int | None = None,
    progress: Progress = quiet,
    in_hand: InHand | None = None,
) -> Run:
    """Runs a project and writes `runs/<id>/` in its folder.

    Args:
        path: The project's folder, or its file.
        variables: Values of `${NAME}` in the file, before the environment's.
        seed: Instead of the project's own.
        progress: Called with the stage and what is being done.
        in_hand: A Spark session and tables that the caller has.

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
    with open_aligned(loaded, clock, progress, in_hand or InHand()) as (engine, aligned), clock.stage("fold"):
        progress("fold", "folding episodes into moments")
        design, folded = fold_episodes(engine, aligned)
        products = fold_products(
            engine, aligned.file, design, folded.cells[None], lambda message: progress("fold", message)
        )
        answering = weigh_answers(
            loaded,
            engine,
            aligned.file,
            aligned.profile,
            design,
            folded.cells[None],
            lambda message: progress("fold", message),
        )
        histories = fold_histories(engine, aligned, design, folded)
    estimation = loaded.project.estimation
    used_seed = estimation.seed if seed is None else seed
    with clock.stage("estimate"):
        chain = estimate_chain(
            design,
            folded.cells,
            aligned.profile.separated,
            estimation.replicates,
            np.random.default_rng(used_seed),
            lambda message: progress("estimate", message),
            estimation.confidence,
            answering,
            aligned.profile.tellings,
            loaded.project.insisted,
            histories,
            loaded.project.assigned,
            aligned.profile.by_level,
            aligned.profile.together,
        )
        progress("estimate", "looking for bends")
        bent, contrasts = _shapes(design, folded, chain, estimation.confidence)
        crossed, natural = ([], []) if products is None else products.ask(chain)
        worths = unit_values(loaded.project, chain.everyone)
        years = span_years(aligned.file)
        periods = _periods(loaded, aligned.file)
        occasions = {
            view.label: occasions_per_year(loaded.project, view, years, periods)
            for view in (chain.everyone, *chain.segments)
        }
        money = driver_money(loaded.project, chain.effects, worths, occasions)
    with clock.stage("write"):
        progress("write", "writing the run")
        results = Results(
            loaded.project,
            aligned.file,
            aligned.profile,
            chain.design,
            chain,
            folded.bands.result(),
            worths,
            money,
            occasions,
            aligned.sources,
            bent,
            contrasts,
            crossed,
            natural,
        )
        tables = collect_tables(results)
    manifest = _manifest(loaded, aligned, design, clock, started, used_seed)
    return write_run(loaded.folder, started.strftime("%Y-%m-%dT%H-%M-%S"), tables, manifest)


@contextlib.contextmanager
def open_aligned(
    loaded: LoadedProject, clock: Clock, progress: Progress, in_hand: InHand
) -> Iterator[tuple[Reader, Aligned]]:
    """The project's episodes, and who answers questions about them.

    Stored episodes where nothing they depend on has changed are used again, with the answers that they gave; an engine is
    opened when there is something to ask it.
    """
    store = EpisodeStore(loaded)
    clean_working_folder(store.folder)
    refuse_in_hand(loaded, in_hand)
    stored = store.load() if in_hand.lasting(loaded) else None
    files = FilesRead(lambda message: progress("align", message))
    with contextlib.ExitStack() as opened:

        def engine() -> Engine:
            found = open_engine(loaded, store.folder, files, in_hand, read=stored is None)
            return opened.enter_context(contextlib.closing(found))

        with clock.stage("align"):
            if stored is None:
                aligner = engine()
                store.answers.clear()
                file = build_episodes(loaded, aligner, store.path, lambda message: progress("align", message))
                rows_of = tables_of_rows(loaded.project)
                sources = [aligner.source(name, copies=name in rows_of) for name in loaded.project.tables]
                store.save(file, sources)
                reader = CachedReader(lambda: aligner, file.path, store.answers)
            else:
                progress("align", "the stored episodes are up to date")
                file, sources = stored
                reader = CachedReader(engine, file.path, store.answers)
        with clock.stage("profile"):
            progress("profile", "counting what the episodes hold")
            profile = profile_episodes(loaded.project, reader, file)
        if profile.complete == 0:
            raise _nothing_left(loaded, file, profile)
        yield reader, Aligned(loaded, file, sources, profile, stored is not None, files)
        store.answers.evict()


def fold_episodes(engine: Reader, aligned: Aligned, *, over_time: bool = True) -> tuple[Design, Aggregates]:
    """Folds the episodes into moments, by period too if asked: the only pass over rows that estimates need."""
    file = aligned.file
    periods = file.periods if over_time else ()
    design = make_design(
        aligned.loaded.project, aligned.profile, dict(file.kinds), periods, file.counted_before
    )
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


def fold_histories(engine: Reader, aligned: Aligned, design: Design, folded: Aggregates) -> Histories | None:
    """The customers with several episodes, each compared with themselves; None where they are too few for a model."""
    file = aligned.file
    if file.repeat_customers < FEWEST_CUSTOMERS:
        return None
    episodes = Episodes(design.basis, design.categories, BUCKET)
    shift = folded.cells[None].shift
    return engine.map_reduce(file.path, HistoryAggregation(episodes, CUSTOMER, AT, file.buckets, shift))


def _shapes(
    design: Design, folded: Aggregates, chain: ChainResult, level: float
) -> tuple[list[Shape], list[Kano]]:
    """Bends, and penalties and rewards, of everyone, from the replicates of all other estimates."""
    if design.shape is None or folded.shape is None:
        return [], []
    view = View(None, folded.shape, EVERY_LEVEL, chain.everyone.weights)
    main = [info for info in design.outcomes if info.main]
    found = shapes(design.shape, view, main, chain.leaks, level)
    contrasts = kano(design.shape, view, main, chain.leaks, level)
    view.release()
    return found, contrasts


def _nothing_left(loaded: LoadedProject, file: EpisodeFile, profile: Profile) -> DataError:
    features = {**loaded.project.operations, **loaded.project.controls}
    empty = []
    for name, missing in profile.missing.items():
        if missing and features[name].if_missing == "drop":
            why = [
                f"{drop['n']:,} {drop['reason'].split(':')[0]}" for drop in file.drops if drop["name"] == name
            ]
            empty.append(f"'{name}' ({', '.join([f'{missing:,} of {file.stored:,}', *why])})")
    error = loaded.error(
        f"no episode has all operations and controls; missing are {', '.join(empty)}",
        "operations",
        hint="mend what makes them missing, leave out one that is hardly ever known, or keep such episodes with"
        " 'missing: indicator'",
        kind=DataError,
    )
    assert isinstance(error, DataError)  # the kind asked for
    return error


def _periods(loaded: LoadedProject, file: EpisodeFile) -> int:
    """How many periods a calendar of episodes has: at least one."""
    every = loaded.project.episodes.every
    if every is None:
        return 1
    days = (file.last - file.first).total_seconds() / 86400
    return round(days / {"week": 7.0, "month": 365.25 / 12, "quarter": 365.25 / 4}[every]) + 1


def _manifest(
    loaded: LoadedProject, aligned: Aligned, design: Design, clock: Clock, started: dt.datetime, seed: int
) -> dict[str, Any]:
    project = loaded.project
    named = [*project.operations, *project.perceptions, *project.behaviours]
    return {
        "schema_version": SCHEMA_VERSION,
        "project": {"name": project.name, "currency": project.currency},
        "created": started.isoformat(timespec="seconds"),
        "simulated": (loaded.folder / TRUTH_FILE).is_file(),
        "seed": seed,
        "replicates": project.estimation.replicates,
        "confidence": project.estimation.confidence,
        "change": project.estimation.change,
        "labels": {name: label_of(project, name) for name in named},
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
