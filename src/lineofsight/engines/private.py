"""An engine's own folder, for what it spills and has half-written."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

from lineofsight.ownership import claimed, remove


def private_folder(working: Path, until: contextlib.ExitStack) -> Path:
    """Makes a folder in the project's working folder, which is gone when `until` closes, or else with the next run.

    Args:
        working: The project's working folder; made where it is missing.
        until: What holds it.
    """
    working = working.resolve()
    working.mkdir(parents=True, exist_ok=True)
    token = until.enter_context(claimed(working))
    folder = working / f"spill-{secrets.token_hex(8)}-{token}"
    folder.mkdir()
    until.callback(remove, folder)
    return folder
