"""Penalty and reward apart: what goes with a rating's bottom boxes, and with its top boxes, against the middle.

The penalty-reward contrast (Brandt 1987; Matzler and Sauerwein 2002) with the asymmetry of Mikulić and Prebežac (2008).
Classes are those of Kano and others (1984) as the three-factor theory reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from lineofsight.aggregation.shape_basis import ShapeBasis, box_columns
from lineofsight.model.chain import Leaks
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import View, with_columns
from lineofsight.model.regression import fit
from lineofsight.model.sample import Sample
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.multiplicity import q_values
from lineofsight.stats.results import Array, Estimate, NotEstimable
from lineofsight.stats.wald import p_value

Class = Literal["must-have", "performance", "delighter", "indifferent", "reverse"]

SMALL = 0.1
"""An attribute is indifferent where penalty and reward are surely below this share of the outcome's standard deviation
(Cohen 1988 calls 0.2 small)."""

LOPSIDED = 0.5
"""Asymmetry beyond which one side counts alone though the other is clear too: it is more than three times as large. With
many answers a trace of the other side is always clear."""


@dataclass(frozen=True, slots=True)
class Kano:
    """One rated attribute and one outcome.

    Attributes:
        attribute: Operation that is a rating.
        outcome: Perception or behaviour.
        n: Episodes.
        penalty: Outcome at the worse end of the scale less that in the middle, in the outcome's unit before its factor.
        reward: At the better end less that in the middle.
        asymmetry: −1 (only a penalty) to 1 (only a reward); None where both go the wrong way.
        difference: Reward less the size of the penalty, in the outcome's good direction.
        kind: The class, where it can be told.
        p_value: Of "no side counts alone": the larger p-value of the side that goes with more, and of the difference
            of both; NaN where a side has no estimate.
        q_value: The least share of false discoveries among all ratings and outcomes (Benjamini and Hochberg 1995).
        reason: Why there is no estimate, or no class.
    """

    attribute: str
    outcome: str
    n: int
    penalty: Estimate | None = None
    reward: Estimate | None = None
    asymmetry: Estimate | None = None
    difference: Estimate | None = None
    kind: Class | None = None
    p_value: float = float("nan")
    q_value: float = float("nan")
    reason: Statement | None = None


def kano(
    basis: ShapeBasis, view: View, outcomes: Sequence[OutcomeInfo], leaks: Leaks, level: float = 0.95
) -> list[Kano]:
    """Penalty and reward of every rated attribute on every outcome, all attributes in one model."""
    if not basis.boxes:
        return []
    found = [one for info in outcomes for one in _outcome(basis, view, info, leaks, level)]
    q = q_values(np.array([one.p_value for one in found]))
    return [
        replace(one, q_value=float(value)) if np.isfinite(value) else one
        for one, value in zip(found, q, strict=True)
    ]


def _outcome(basis: ShapeBasis, view: View, info: OutcomeInfo, leaks: Leaks, level: float) -> Iterator[Kano]:
    population = view.population((info.source,))
    drivers = [each for each in basis.base.drivers if (each.name, info.source) not in leaks]
    columns = list(basis.base.controls_beside([cause for cause, of in leaks if of == info.source]))
    for driver in drivers:
        columns += box_columns(driver.name) if driver.name in basis.boxes else (driver.name,)
    found = fit(with_columns(population, (*columns, info.name)), columns, (info.name,))
    for driver in basis.base.drivers:
        if driver.name not in basis.boxes:
            continue
        one = Kano(driver.name, info.name, population.n)
        if (leak := leaks.get((driver.name, info.source))) is not None:
            yield replace(one, reason=leak)
            continue
        bottom, top = box_columns(driver.name)
        ends = (bottom, top) if driver.higher_is_better else (top, bottom)
        penalty, reward = (found.slope(name, info.name) for name in ends)
        if isinstance(penalty, Estimate) and isinstance(reward, Estimate):
            variance = population.first.select((info.name,)).covariance()[0, 0, 0]
            small = SMALL * float(np.sqrt(variance))
            yield _classed(replace(one, penalty=penalty, reward=reward), info, small, level)
        else:
            everybody = [bool(population.n) and population.first.mean_of(name)[0] > 0.5 for name in ends]
            yield _one_sided(one, (penalty, reward), everybody)


def _one_sided(
    one: Kano, results: tuple[Estimate | NotEstimable, Estimate | NotEstimable], everybody: Sequence[bool]
) -> Kano:
    """With what there is, and the reason why there is no more."""
    reasons = []
    for result, side, everyone in zip(results, ("worse", "better"), everybody, strict=True):
        if isinstance(result, NotEstimable):
            at_end = Reason.EVERYBODY_AT_END if everyone else Reason.NOBODY_AT_END
            same = result.reason.code == Reason.SAME_EVERYWHERE
            reasons.append(at_end(kind=side) if same else result.reason)
    penalty, reward = (result if isinstance(result, Estimate) else None for result in results)
    each = tuple(dict.fromkeys(reasons))
    return replace(
        one, penalty=penalty, reward=reward, reason=each[0] if len(each) == 1 else Reason.SEVERAL(inner=each)
    )


def _classed(one: Kano, info: OutcomeInfo, small: float, level: float) -> Kano:
    assert one.penalty is not None and one.reward is not None  # by the caller
    sign = 1.0 if info.better == "higher" else -1.0
    loss, gain = one.penalty * -sign, one.reward * sign
    difference = gain - loss
    one = replace(
        one,
        difference=difference,
        asymmetry=_asymmetry(loss, gain),
        p_value=_one_side_p(loss if difference.value < 0 else gain, difference),
    )
    if max(abs(end) for each in (loss, gain) for end in each.interval(level)) < small:
        return replace(one, kind="indifferent")
    lost, gained = loss.excludes_zero(level), gain.excludes_zero(level)
    if (lost and loss.value < 0) or (gained and gain.value < 0):
        return _partly_reverse(one, loss, gain, level)
    if lost and gained:
        low, high = (0.0, 0.0) if one.asymmetry is None else one.asymmetry.interval(level)
        return replace(
            one, kind="must-have" if high < -LOPSIDED else "delighter" if low > LOPSIDED else "performance"
        )
    if not lost and not gained:
        return replace(one, reason=Reason.NEITHER_CLEAR())
    if not difference.excludes_zero(level):
        return replace(one, reason=Reason.ONE_CLEAR(kind="penalty" if lost else "reward"))
    return replace(one, kind="must-have" if lost else "delighter")


def _partly_reverse(one: Kano, loss: Estimate, gain: Estimate, level: float) -> Kano:
    """Where a side clearly goes the wrong way: reverse, unless the other clearly goes the right way.

    Who rates an attribute best may be worse off by a trace than who rates it in the middle. As long as the loss at the
    other end is surely three times as large, the rating is a must-have all the same; a gain, a delighter.
    """
    kind: Class
    for kind, right, wrong in (("must-have", loss, gain), ("delighter", gain, loss)):
        if right.value > 0 and right.excludes_zero(level):
            surplus = right + wrong * ((1 + LOPSIDED) / (1 - LOPSIDED))
            if surplus.value > 0 and surplus.excludes_zero(level):
                return replace(one, kind=kind)
            return replace(one, reason=Reason.SIDES_OPPOSED())
    return replace(one, kind="reverse")


def _one_side_p(side: Estimate, difference: Estimate) -> float:
    """The larger p-value of a side and of its difference from the other: both are needed to say that it counts alone."""
    errors = np.array([side.standard_error, difference.standard_error])
    return float(p_value(np.array([side.value, difference.value]), errors).max())


def _asymmetry(loss: Estimate, gain: Estimate) -> Estimate | None:
    """(reward − penalty) / (reward + penalty), a side that goes the wrong way counting as none."""

    def share(lost: Array, gained: Array) -> Array:
        down, up = np.maximum(lost, 0.0), np.maximum(gained, 0.0)
        both = np.asarray(up + down)
        return np.asarray(np.divide(up - down, both, out=np.full(both.shape, np.nan), where=both > 0))

    value = float(share(np.array([loss.value]), np.array([gain.value]))[0])
    return Estimate(value, share(loss.replicates, gain.replicates)) if np.isfinite(value) else None


@dataclass(frozen=True, eq=False)
class Ratings:
    """Penalty and reward of every rated attribute on every outcome."""

    found: Sequence[Kano]


def estimate_ratings(sample: Sample, leaks: Leaks) -> Ratings:
    """Penalties and rewards of everyone; none where shapes were not asked for."""
    if sample.design.shape is None or sample.shape_view is None:
        return Ratings([])
    main = [info for info in sample.design.outcomes if info.main]
    return Ratings(kano(sample.design.shape, sample.shape_view, main, leaks, sample.level))
