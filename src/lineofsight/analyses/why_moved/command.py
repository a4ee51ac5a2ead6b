"""`los why`: which outcome between which periods."""

from __future__ import annotations

from lineofsight.error_codes import RunCode
from lineofsight.errors import RunError, did_you_mean
from lineofsight.report.data import ReportData
from lineofsight.runs.reader import Run
from lineofsight.words.why_moved import Move, latest, moves


def move_of(run: Run, outcome: str, start: str | None, end: str | None) -> Move:
    """The change that is asked for; without periods, between the last two that can be told.

    Raises:
        RunError: There is no such outcome or period, or they are in the wrong order.
    """
    data = ReportData(run)
    changes = data.rows("changes")
    if not changes:
        raise RunError(
            RunCode.NO_CHANGE,
            f"the run {run.id} holds no change: all its moments lie in one period, or it has no outcome",
            hint="run the project on data of a longer time",
        )
    outcomes = list(dict.fromkeys(row["outcome"] for row in changes))
    if outcome not in outcomes:
        raise RunError(
            RunCode.UNKNOWN_NAME,
            f"the run has no perception or behaviour '{outcome}': {did_you_mean(outcome, outcomes)}",
        )
    found = moves(data, outcome)
    periods = sorted({period for move in found for period in move.periods})
    for option, period in (("--from", start), ("--to", end)):
        if period is not None and period not in periods:
            raise RunError(
                RunCode.UNKNOWN_PERIOD,
                f"{option}: the run has no period '{period}': {did_you_mean(period, periods)}",
                hint=f"its periods are {', '.join(periods)}",
            )
    fitting = [m for m in found if start in (None, m.periods[0]) and end in (None, m.periods[1])]
    chosen = latest(fitting)
    if chosen is None:
        given = f"--from {start}" if end is None else f"--to {end}" if start is None else f"{start} to {end}"
        raise RunError(
            RunCode.PERIODS_REVERSED,
            f"there is no change {given}: the later period comes second",
            hint=f"take two of {', '.join(periods)}, the earlier as --from",
        )
    return chosen
