"""Columns that the names of folders tell, as in `day=2024-01-31/`."""

from __future__ import annotations

from pathlib import Path


def partition_keys(file: Path) -> list[str]:
    """The names of these columns in lower case, from the outermost folder on."""
    return [part.partition("=")[0].lower() for part in file.parts[:-1] if part.find("=") > 0]
