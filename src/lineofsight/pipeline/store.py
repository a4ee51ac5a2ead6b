"""The working folder of a project: stored episodes, what was asked of them, and rows, so that what did not change is not computed again."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lineofsight.analyses.checks.data_warnings import tables_compared
from lineofsight.engines.base import SourceTable
from lineofsight.engines.cache import AnswerCache
from lineofsight.engines.duckdb import ROWS
from lineofsight.engines.provenance import provenance
from lineofsight.episodes import EpisodeFile, fingerprint
from lineofsight.error_codes import EngineCode
from lineofsight.errors import EngineError, disk_is_full
from lineofsight.ownership import claimed, remove, remove_abandoned
from lineofsight.project.load import LoadedProject
from lineofsight.sources import locate_feeds

FOLDER = ".lineofsight"
_KEPT = 3


def working_folder(loaded: LoadedProject) -> Path:
    """Where a project keeps stored episodes and rows; they are of people, so git is told to leave them out.

    Raises:
        EngineError: The folder cannot be written.
    """
    folder = loaded.folder / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise _unwritable(folder, error) from error
    return folder


def _unwritable(folder: Path, error: OSError) -> EngineError:
    full = disk_is_full(error)
    hint = "free some space" if full else "the project's folder must be one that you can write to"
    code = EngineCode.DISK_FULL if full else EngineCode.FOLDER_UNWRITABLE
    return EngineError(code, f"cannot write to '{folder}': {error.strerror or error}", hint=hint)


class EpisodeStore:
    """Stored episodes by fingerprint of what they depend on."""

    def __init__(self, loaded: LoadedProject) -> None:
        self._since = time.time_ns()
        self.folder = working_folder(loaded)
        feeds = [part for feed in locate_feeds(loaded) for part in feed.fingerprint]
        self._made_by = provenance(loaded.project.engine.name)
        compared = sorted(tables_compared(loaded.project))  # whose copies are counted as episodes are stored
        self._name = f"episodes-{fingerprint(loaded, feeds, f'{self._made_by}; {compared}')}"

    @property
    def path(self) -> Path:
        """The Parquet file of these episodes."""
        return self.folder / f"{self._name}.parquet"

    @cached_property
    def answers(self) -> AnswerCache:
        """What was asked of them."""
        return AnswerCache(self._answers_of(self.path), self._made_by)

    def load(self) -> tuple[EpisodeFile, list[SourceTable]] | None:
        """What was stored, or None when there is nothing whole."""
        try:
            text = json.loads(self._facts.read_text(encoding="utf-8"))
            file = EpisodeFile.from_json(self.path, json.dumps(text["episodes"]))
            sources = [SourceTable(**source) for source in text["sources"]]
            parts = sorted(self.path.glob("part-*.parquet")) if self.path.is_dir() else [self.path]
            if sum(pq.read_metadata(part).num_rows for part in parts) != file.stored:
                return None
            os.utime(self.path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException):
            return None
        return file, sources

    def save(self, file: EpisodeFile, sources: list[SourceTable]) -> None:
        """Notes what the stored episodes are, and forgets the oldest, and rows that they were not made of.

        Raises:
            EngineError: The disk refuses.
        """
        text = {"episodes": json.loads(file.to_json()), "sources": [asdict(source) for source in sources]}
        try:
            with claimed(self.folder) as token:
                partial = self._facts.with_suffix(f".partial-{token}")
                try:
                    partial.write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")
                    partial.replace(self._facts)
                finally:
                    remove(partial)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        stored = [(_changed_ns(path), path) for path in self.folder.glob("episodes-*.parquet")]
        for _, old in sorted(stored, reverse=True)[_KEPT:]:
            remove(old)
            remove(self._answers_of(old))
            old.with_suffix(".json").unlink(missing_ok=True)
        for rows in (self.folder / ROWS).glob("*"):
            if _changed_ns(rows) < self._since:  # whoever uses them sets their time
                rows.unlink(missing_ok=True)

    @staticmethod
    def _answers_of(episodes: Path) -> Path:
        return episodes.with_suffix(".answers")

    @property
    def _facts(self) -> Path:
        return self.path.with_suffix(".json")


def _changed_ns(path: Path) -> int:
    """When a file was changed; 0 when another run has just removed it."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def clean_working_folder(folder: Path) -> None:
    """Removes what killed runs left behind: spilled data and half-written files."""
    patterns = ("spill-*", "*.partial-*", "*/*.partial-*")
    remove_abandoned(folder, [path for pattern in patterns for path in folder.glob(pattern)])
