"""What the change 'better' does to each operation: what is declared, as far as its values let it."""

from __future__ import annotations

from lineofsight.changes import DeclaredChange, Step
from lineofsight.episodes.extents import Extent
from lineofsight.project.models import Operation


def is_yes_or_no(extent: Extent | None) -> bool:
    """Whether all values are 0 or 1, and both occur."""
    return extent is not None and extent.whole and (extent.lowest, extent.highest) == (0.0, 1.0)


def step_of(operation: Operation, extent: Extent | None, share: float) -> Step:
    """By how much an operation gets better.

    Of one that is yes or no, so many more of a hundred cases become good, and no more than there are bad ones.

    Args:
        operation: As declared.
        extent: Its values; None where there are none.
        share: Of an operation that declares no change: the share of each value, or of all cases.
    """
    asked = operation.asked
    if extent is not None and is_yes_or_no(extent):
        return Step("cases", _cases(operation, extent, asked, share))
    if asked is None:
        return Step("share", share)
    if asked.kind == "points":
        return Step("amount", asked.size / 100 if _is_share(operation) else asked.size)
    return Step(asked.kind, asked.size)


def _cases(operation: Operation, extent: Extent, asked: DeclaredChange | None, share: float) -> float:
    """By how much the share of good cases grows."""
    higher = operation.better == "higher"
    good = extent.at_best / extent.known
    ones = good if higher else 1.0 - good
    room = 1.0 - good
    if operation.limit is not None:
        room = max(operation.limit - ones if higher else ones - operation.limit, 0.0)
    wanted = share
    if asked is not None:
        wanted = {
            "share": asked.size * ones,
            "points": asked.size / 100,
            "amount": asked.size,
            "target": max(asked.size - ones if higher else ones - asked.size, 0.0),
        }[asked.kind]
    return min(wanted, room)


def limit_of(operation: Operation, extent: Extent | None, step: Step) -> float | None:
    """The best value there can be: what is declared, the best answer of a rating, all or none of a share.

    What is counted or measured from 0 stops there where it gets better by an amount.
    """
    if operation.limit is not None:
        return operation.limit
    higher = operation.better == "higher"
    if operation.agg == "share":
        return 1.0 if higher else 0.0
    if extent is None:
        return None
    if extent.rating is not None:
        return extent.rating[1 if higher else 0]
    if operation.unit == "share" and extent.lowest >= 0 and extent.highest <= 1:
        return 1.0 if higher else 0.0
    return 0.0 if step.kind == "amount" and not higher and extent.lowest >= 0 else None


def _is_share(operation: Operation) -> bool:
    return operation.agg == "share" or operation.unit == "share"
