"""Files as Spark names them."""

from __future__ import annotations

import re
from pathlib import Path

FILE = "file://"
_PATTERN = re.compile(r"([\\*?\[\]{}])")


def existing(path: Path) -> str:
    """A file or folder to read; its marks of a pattern stand for themselves."""
    return FILE + _PATTERN.sub(r"\\\1", str(path))


def new(path: Path) -> str:
    """A folder to write."""
    return f"{FILE}{path}"
