"""Whether what another process left half-done may be removed."""

from __future__ import annotations

import os
from pathlib import Path


def process_alive(pid: int) -> bool:
    """Whether a process with this number runs; where that cannot be known, it is taken to."""
    if Path("/proc/self").exists():
        return Path(f"/proc/{pid}").exists()
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
