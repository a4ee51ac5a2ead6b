"""Which files a run opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path


def _silent(message: str) -> None:
    """Tells nobody."""


class FilesRead:
    """Notes the files of declared tables that are opened, and says what is being read.

    Args:
        tell: Called with what is being read.
    """

    def __init__(self, tell: Callable[[str], None] = _silent) -> None:
        self.tell = tell
        self._opened: dict[str, set[Path]] = {}

    def opened(self, table: str, files: Iterable[Path]) -> None:
        """Notes files that are opened."""
        self._opened.setdefault(table, set()).update(files)

    def of(self, table: str) -> set[Path]:
        """The files of a table that were opened."""
        return self._opened.get(table, set())
