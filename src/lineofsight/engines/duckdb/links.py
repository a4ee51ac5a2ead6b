"""A file under a second name, which it keeps when the first is taken away."""

from __future__ import annotations

import shutil
from pathlib import Path


def link(path: Path, name: Path) -> None:
    """Gives a file a second name; where the file system has no links, it becomes a copy."""
    try:
        name.hardlink_to(path)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(path, name)
