"""Planted truth beside estimates, for a run of a simulated company."""

from __future__ import annotations

import json
from typing import Any

from lineofsight.error_codes import RunCode
from lineofsight.errors import RunError
from lineofsight.pipeline.run import TRUTH_FILE
from lineofsight.runs.reader import Run


def truth_beside_estimate(run: Run) -> list[dict[str, Any]]:
    """Every effect whose truth was planted: cause, outcome, segment, path, truth, estimate, interval, holds.

    Effects that could not be estimated are left out.

    Raises:
        RunError: The run's project is not simulated.
    """
    file = run.path.parent.parent / TRUTH_FILE
    if not file.is_file():
        raise RunError(RunCode.NO_TRUTH, f"{file} is missing: only a simulated company has a known truth")
    planted = json.loads(file.read_text(encoding="utf-8"))["effects"]
    truth = {(r["cause"], r["outcome"], r["segment"], r["path"]): r["estimate"] for r in planted}
    rows = []
    for row in run.effects:
        key = (row["cause"], row["outcome"], row["segment"], row["path"])
        if key in truth and row["low"] is not None:
            rows.append(
                {
                    **dict(zip(("cause", "outcome", "segment", "path"), key, strict=True)),
                    "truth": truth[key],
                    **{name: row[name] for name in ("estimate", "low", "high", "standard_error")},
                    "holds": row["low"] <= truth[key] <= row["high"],
                }
            )
    return rows
