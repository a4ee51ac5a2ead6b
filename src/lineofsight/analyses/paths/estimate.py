"""Which share of what a cause goes with passes through how customers feel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from lineofsight.model.effects import Effect
from lineofsight.model.mediator_paths import route_of
from lineofsight.reasons import Reason
from lineofsight.stats.intervals import interval_sign
from lineofsight.stats.results import Estimate, NotEstimable


@dataclass(frozen=True, slots=True)
class Share:
    """A cause's total effect on an outcome among those who answered, and what of it passes through perceptions.

    Attributes:
        cause, outcome, segment: As of the effects.
        change: 'better', or 'point' of a perception.
        through: Perceptions that it may pass through.
        n: Episodes.
        total, via, direct: In the outcome's own unit; None where one of the paths has no estimate.
        share: Via over total.
    """

    cause: str
    outcome: str
    segment: str | None
    change: str
    through: tuple[str, ...]
    n: int
    total: Estimate | None
    via: Estimate | None
    direct: Estimate | None
    share: Estimate | NotEstimable


def shares(effects: Iterable[Effect], level: float) -> list[Share]:
    """The share of every effect that is split into direct and via, for '10 % better' and one point."""
    direct: dict[tuple[str, str, str | None, str], Effect] = {}
    vias: dict[tuple[str, str, str | None, str], list[Effect]] = {}
    for effect in effects:
        key = (effect.cause, effect.outcome, effect.segment, effect.change)
        if effect.change == "best":
            continue
        if effect.path == "direct":
            direct[key] = effect
        elif effect.path.startswith("via "):
            vias.setdefault(key, []).append(effect)
    return [_share(one, vias.get(key, []), level) for key, one in direct.items()]


def _share(direct: Effect, vias: list[Effect], level: float) -> Share:
    """Paths beside other perceptions, told in models of their own, do not add up with this direct effect."""
    mine = [effect for effect in vias if effect.given == direct.given]
    through = tuple(dict.fromkeys(name for effect in mine for name in route_of(effect.path)))
    what = (direct.cause, direct.outcome, direct.segment, direct.change, through, direct.n)
    refused = [e.result for e in (direct, *mine) if isinstance(e.result, NotEstimable)]
    if refused or not isinstance(direct.result, Estimate) or not mine:
        return Share(*what, None, None, None, refused[0] if refused else NotEstimable(Reason.NO_PATHS))
    via = reduce(add, [effect.result for effect in mine if isinstance(effect.result, Estimate)])
    total = via + direct.result
    return Share(*what, total, via, direct.result, share_of(total, via, direct.result, level))


def share_of(total: Estimate, via: Estimate, direct: Estimate, level: float) -> Estimate | NotEstimable:
    """Via over total; refused where the parts are clearly opposed, or the total is not clear.

    A ratio has a bounded interval only where its denominator is told from zero (Fieller 1954). Where one part is as
    near to zero as chance has it, its sign says nothing, and the share may well lie below 0 or above 1.
    """
    signs = {_sign(via, level), _sign(direct, level)}
    if signs == {1, -1}:
        return NotEstimable(Reason.OPPOSED)
    if _sign(total, level) == 0:
        return NotEstimable(Reason.SHARE_NOT_TOLD)
    return via / total


def _sign(estimate: Estimate, level: float) -> int:
    """1 or −1 where the interval lies on one side of zero, else 0."""
    return interval_sign(*estimate.interval(level))


@dataclass(frozen=True, eq=False)
class Shares:
    """Which share of each effect passes through how customers feel."""

    found: Sequence[Share]
