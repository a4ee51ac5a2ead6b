"""The folder of what was read before: per file what is known of it, and per selection its canonical rows."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lineofsight.error_codes import EngineCode
from lineofsight.errors import EngineError, disk_is_full
from lineofsight.ownership import claimed, remove


def link(path: Path, name: Path) -> None:
    """Gives a file a second name; where the file system has no links, it becomes a copy."""
    try:
        name.hardlink_to(path)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(path, name)


#: The folder below the working folder of a project.
ROWS = "rows"
#: The name of the facts in the metadata of a part.
FACTS = "lineofsight"


class RowCache:
    """Facts and parts by their keys; each appears whole or not at all, and its time says when it was last used.

    Args:
        folder: Where they are kept.
        private: The engine's own folder: parts are written there, and read by links from there, so that another run
            that clears the folder takes nothing away.
        made_by: The code and the libraries that read, as `provenance` has it.
    """

    def __init__(self, folder: Path, private: Path, made_by: str) -> None:
        self._folder, self._private, self._made_by = folder, private, made_by

    @property
    def private(self) -> Path:
        """The engine's own folder."""
        return self._private

    def key(self, *parts: object) -> str:
        """A name that changes with any of the parts, or with what reads."""
        text = json.dumps([self._made_by, *parts], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def facts(self, key: str) -> dict[str, Any] | None:
        """What was kept under the key; None when there is nothing whole."""
        try:
            found = json.loads(self._facts(key).read_text(encoding="utf-8"))
            _used(self._facts(key))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def keep_facts(self, key: str, facts: dict[str, Any]) -> None:
        """Keeps facts.

        Raises:
            EngineError: The disk refuses.
        """
        written = self._private / f"{key}.json"
        try:
            written.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        self._publish(written, self._facts(key))

    def path(self, key: str) -> Path:
        """Where the engine writes and reads the part of this key."""
        return self._private / f"{key}.parquet"

    def part(self, key: str) -> dict[str, Any] | None:
        """The facts of a part, which is then at its path; None when there is nothing whole."""
        kept, reachable = self._part(key), self.path(key)
        try:
            if not reachable.exists():
                link(kept, reachable)
                _used(kept)
            metadata = pq.read_metadata(reachable)
            found = json.loads((metadata.metadata or {})[FACTS.encode()])
        except (OSError, ValueError, KeyError, pa.ArrowException):
            reachable.unlink(missing_ok=True)
            return None
        return found if isinstance(found, dict) else None

    def keep_part(self, key: str) -> None:
        """Keeps the part that was written to its path.

        Raises:
            EngineError: The disk refuses.
        """
        self._publish(self.path(key), self._part(key))

    def _publish(self, written: Path, kept: Path) -> None:
        try:
            with claimed(self._folder.parent) as token:
                partial = kept.with_name(f"{kept.name}.partial-{token}")
                try:
                    self._folder.mkdir(exist_ok=True)
                    partial.unlink(missing_ok=True)
                    link(written, partial)
                    _used(partial)
                    partial.replace(kept)
                finally:
                    remove(partial)
        except OSError as error:
            raise _unwritable(self._folder, error) from error

    def _facts(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _part(self, key: str) -> Path:
        return self._folder / f"{key}.parquet"


def _used(path: Path) -> None:
    now = time.time_ns()
    os.utime(path, ns=(now, now))


def _unwritable(folder: Path, error: OSError) -> EngineError:
    code = EngineCode.DISK_FULL if disk_is_full(error) else EngineCode.FOLDER_UNWRITABLE
    return EngineError(
        code,
        f"cannot write to '{folder}': {error.strerror or error}",
        hint="free some space, or make it writable",
    )
