"""How much an effect differs between the segments of an attribute, and each segment beside the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lineofsight.analyses.leakage.suspicions import Insisted, Suspicion
from lineofsight.model.effects import Effect
from lineofsight.reasons import Reason
from lineofsight.stats.intervals import interval_sign
from lineofsight.stats.pooling import Pooled, pool
from lineofsight.stats.results import Array, Estimate, NotEstimable


@dataclass(frozen=True, eq=False)
class Member:
    """One segment's effect among those of its attribute.

    Attributes:
        effect: As it was estimated in the segment alone.
        pooled: Value and interval, drawn towards the mean of all segments; NaN where it was not estimated.
        rest: The other segments' effect, each weighted by its precision; None where there is no other.
        difference: The segment less the rest, with replicates.
    """

    effect: Effect
    pooled: tuple[float, float, float]
    rest: float | None
    difference: Estimate | None


@dataclass(frozen=True, eq=False)
class Heterogeneity:
    """An effect over the segments of one attribute.

    Attributes:
        cause: Operation.
        outcome: Perception or behaviour.
        attribute: What makes the segments.
        pooled: Mean over the segments, spread between them and test of no difference; or why there is none.
        members: Every segment.
        reversed: Whether everyone's effect and the segments' mean are clear, and opposite (Simpson's paradox).
    """

    cause: str
    outcome: str
    attribute: str
    pooled: Pooled | NotEstimable
    members: tuple[Member, ...]
    reversed: bool


def heterogeneities(effects: Sequence[Effect], level: float) -> list[Heterogeneity]:
    """Compares the total effects of each driver on each outcome over the segments of each attribute.

    Args:
        effects: All effects; those of '10 % better', in total, are compared.
        level: Coverage of intervals.
    """
    whole: dict[tuple[str, str], Effect] = {}
    groups: dict[tuple[str, str, str], list[Effect]] = {}
    for effect in effects:
        if effect.path != "total" or effect.change != "better":
            continue
        if effect.segment is None:
            whole[effect.cause, effect.outcome] = effect
        else:
            attribute = effect.segment.split(" = ", 1)[0]
            groups.setdefault((effect.cause, effect.outcome, attribute), []).append(effect)
    return [_compared(*key, found, whole.get(key[:2]), level) for key, found in groups.items()]


def suspected_reversals(different: Sequence[Heterogeneity], insisted: Insisted) -> Iterator[Suspicion]:
    """Effects that go the other way round within segments: their claims stay out of the findings."""
    for each in different:
        if each.reversed:
            because = insisted.get((each.cause, each.outcome))
            yield Suspicion(
                "simpson",
                each.cause,
                each.outcome,
                Reason.REVERSED_WITHIN(name=each.attribute),
                n=sum(member.effect.n for member in each.members),
                withheld=because is None,
                insisted=because,
            )


def _compared(
    cause: str, outcome: str, attribute: str, effects: list[Effect], everyone: Effect | None, level: float
) -> Heterogeneity:
    values = np.array([e.result.value if isinstance(e.result, Estimate) else np.nan for e in effects])
    errors = np.array(
        [e.result.standard_error if isinstance(e.result, Estimate) else np.nan for e in effects]
    )
    pooled = pool(values, errors, level=level)
    if isinstance(pooled, NotEstimable):
        drawn = np.full((3, len(effects)), np.nan)
    else:
        drawn = np.array([pooled.estimates, pooled.low, pooled.high])
    weights = np.where(np.isfinite(values) & (errors > 0), 1 / errors**2, 0.0)
    members = tuple(
        Member(effect, (float(a), float(b), float(c)), *_beside(at, effects, weights))
        for at, (effect, a, b, c) in enumerate(zip(effects, *drawn, strict=True))
    )
    return Heterogeneity(cause, outcome, attribute, pooled, members, _reversed(everyone, pooled, level))


def _beside(at: int, effects: Sequence[Effect], weights: Array) -> tuple[float | None, Estimate | None]:
    """The other segments' effect, and the difference to it. The weights are held fixed over the replicates."""
    mine = effects[at].result
    others = [
        (weight, effect.result)
        for place, (weight, effect) in enumerate(zip(weights, effects, strict=True))
        if place != at and weight > 0 and isinstance(effect.result, Estimate)
    ]
    if not others or not isinstance(mine, Estimate) or not weights[at] > 0:
        return None, None
    total = sum(weight for weight, _ in others)
    rest = others[0][1] * float(others[0][0] / total)
    for weight, estimate in others[1:]:
        rest = rest + estimate * float(weight / total)
    return rest.value, mine - rest


def _reversed(everyone: Effect | None, pooled: Pooled | NotEstimable, level: float) -> bool:
    if isinstance(pooled, NotEstimable) or everyone is None or isinstance(everyone.result, NotEstimable):
        return False
    signs = {
        interval_sign(*everyone.result.interval(level)),
        interval_sign(pooled.mean_low, pooled.mean_high),
    }
    return signs == {1, -1}
