"""Natural direct and indirect effects: what a change goes with at a mediator left as it was, and through the mediator.

With `Y(a, a')` the outcome's mean where the cause is at `a` and the mediator as it is at `a'`, and a change from 0 to 1
(Robins and Greenland 1992; Pearl 2001):

    pure direct      Y(1, 0) − Y(0, 0)        total direct      Y(1, 1) − Y(0, 1)
    pure indirect    Y(0, 1) − Y(0, 0)        total indirect    Y(1, 1) − Y(1, 0)

Pure direct plus total indirect is the total, and so is total direct plus pure indirect. Without an interaction of cause
and mediator both of a pair are the same. No sampling is needed: for a linear outcome the means follow from those of the
mediator (VanderWeele and Vansteelandt 2009; several mediators: 2014).
"""

from __future__ import annotations

from dataclasses import dataclass

from lineofsight.stats.results import Array


@dataclass(frozen=True, slots=True, eq=False)
class NaturalEffects:
    """The effects of one change, `(...)` each: in as many data sets as went in, in the outcome's unit.

    Attributes:
        pure_direct: The change at a mediator that stays as it is (`mediate`'s ADE of the control).
        total_direct: The change at a mediator as it is after it (ADE of the treated).
        pure_indirect: The mediator's difference alone, the cause left as it is (ACME of the control).
        total_indirect: The mediator's difference where the cause is changed already (ACME of the treated).
    """

    pure_direct: Array
    total_direct: Array
    pure_indirect: Array
    total_indirect: Array

    @property
    def total(self) -> Array:
        """The whole change."""
        return self.pure_direct + self.total_indirect

    @property
    def mediated_interaction(self) -> Array:
        """What there is only where both cause and mediator change (VanderWeele 2013)."""
        return self.total_indirect - self.pure_indirect


@dataclass(frozen=True, slots=True, eq=False)
class LinearOutcome:
    """What a linear outcome with interactions says of one change, with `k` mediators and in `...` data sets.

    The model is `y = … + straight part of the cause + Σ slope · m + Σ product · (a − a0)(m − m0)` with any centres `a0`,
    `m0`. `d` is an episode's change of the cause, `s` that of a mediator, which goes with it.

    Attributes:
        straight: `(...)` mean over the episodes of the change times the cause's own slopes.
        slopes: `(k, ...)` of the mediators.
        products: `(k, ...)` of cause times mediator.
        level_by_change: `(k, ...)` mean of `(E[m | a, controls] − m0) · d`.
        shift: `(k, ...)` mean of `s`.
        shift_by_value: `(k, ...)` mean of `s · (a − a0)`.
        shift_by_change: `(k, ...)` mean of `s · d`.
    """

    straight: Array
    slopes: Array
    products: Array
    level_by_change: Array
    shift: Array
    shift_by_value: Array
    shift_by_change: Array

    def effects(self) -> NaturalEffects:
        """All mediators together, averaged over the episodes: equations of VanderWeele and Vansteelandt (2014)."""
        direct = self.straight + (self.products * self.level_by_change).sum(axis=0)
        indirect = (self.slopes * self.shift + self.products * self.shift_by_value).sum(axis=0)
        both = (self.products * self.shift_by_change).sum(axis=0)
        return NaturalEffects(direct, direct + both, indirect, indirect + both)
