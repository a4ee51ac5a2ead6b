"""Why did it move? A change of an outcome's mean between two periods, split into what goes with what.

The Kitagawa–Oaxaca–Blinder decomposition in its twofold form, at the average of both periods' coefficients (Kitagawa
1955; Oaxaca 1973; Blinder 1973; Reimers 1983; Jann 2008). The regressions are those of the chain, made once per period for
all outcomes and all pairs. A column that is the same in every episode of one period has the other period's coefficient.
How the unexplained part splits by regressor depends on where each has its zero (Jones and Kelley 1984), so it is one
number. It is bookkeeping on fitted models, and no proof of causes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lineofsight.aggregation.features import Driver
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.episodes.columns import PERIOD
from lineofsight.model.chain import Leaks
from lineofsight.model.design import Design
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.periods import PeriodModel, period_models
from lineofsight.model.sample import Sample
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.results import Array, Estimate, NotEstimable

Kind = Literal["difference", "mix", "operation", "unexplained"]

_ROUNDING = 1e-10  # a step below this share of the distances to the shift is none


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a change, or the whole of it.

    Attributes:
        kind: 'difference' (the whole), 'mix' (all controls), 'operation', 'unexplained'.
        driver: The operation, where it is one.
        result: In the outcome's own unit, before its factor.
        note: What the estimate rests on, where that is not plain.
    """

    kind: Kind
    driver: str | None
    result: Estimate | NotEstimable
    note: Statement | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PeriodChange:
    """How an outcome's mean moved from one period to another; the parts that are known add up to the difference.

    Attributes:
        info: The outcome.
        before: Its model in the earlier period.
        after: Its model in the later.
        parts: The difference first, then the mix of customers, the operations, and what is left unexplained.
    """

    info: OutcomeInfo
    before: PeriodModel
    after: PeriodModel
    parts: tuple[Part, ...]


def changes_between(
    design: Design, leaks: Leaks, models: Sequence[Mapping[str, PeriodModel]]
) -> list[PeriodChange]:
    """Every pair of periods for every main outcome.

    Args:
        design: The columns and outcomes.
        leaks: Pairs of cause and outcome that are kept out.
        models: Each period's models by outcome, the oldest period first.
    """
    return [
        PeriodChange(info, before, after, tuple(_Decomposition(design, leaks, info, before, after).parts()))
        for info in design.outcomes
        if info.main
        for before, after in itertools.combinations([found[info.name] for found in models], 2)
    ]


class _Decomposition:
    """The parts of one change."""

    def __init__(
        self,
        design: Design,
        leaks: Leaks,
        info: OutcomeInfo,
        before: PeriodModel,
        after: PeriodModel,
    ) -> None:
        self._design, self._leaks, self._info = design, leaks, info
        self._before, self._after = before, after
        self._step = after.offsets - before.offsets
        reach = np.abs(before.offsets[0]) + np.abs(after.offsets[0])
        noise = _ROUNDING * reach + 8 * np.finfo(np.float64).eps * np.abs(before.shift)
        same = ~before.varies & ~after.varies
        self._step[:, same & ~(np.abs(self._step[0]) > noise)] = 0.0
        self._tied = same & (self._step[0] != 0)

    def parts(self) -> Iterator[Part]:
        """The difference, the mix, each operation, the rest."""
        refused = self._refused()
        if not (self._before.n and self._after.n):
            yield Part("difference", None, NotEstimable(refused or Reason.NO_EPISODE()))
        else:
            yield Part("difference", None, self._difference)
        made = self._refusals(refused) if refused else self._split()
        yield from made

    @property
    def _difference(self) -> Estimate:
        return self._after.mean - self._before.mean

    def _refused(self) -> Statement | None:
        """Why there is no decomposition, where one of the periods has no model."""
        for model in (self._before, self._after):
            if (reason := model.found.refused.get(self._info.name)) is not None:
                return Reason.IN_PERIOD(at=model.period, inner=(reason,))
        return None

    def _refusals(self, reason: Statement) -> Iterator[Part]:
        if self._controls:
            yield Part("mix", None, NotEstimable(reason))
        for driver in self._design.basis.drivers:
            yield Part("operation", driver.name, NotEstimable(self._leak(driver) or reason))
        yield Part("unexplained", None, NotEstimable(reason))

    def _split(self) -> Iterator[Part]:
        slopes, known, unresolved = self._coefficients()
        each = self._step * slopes
        explained = np.zeros(len(each))
        drivers: list[Part] = []
        for driver in self._design.basis.drivers:
            reason = self._leak(driver) or self._unknown(driver, known, unresolved)
            if reason is not None:
                drivers.append(Part("operation", driver.name, NotEstimable(reason)))
                continue
            part = each[:, self._at(driver.columns)].sum(axis=1)
            explained = explained + part
            drivers.append(Part("operation", driver.name, _estimate(part), self._note(driver)))
        if self._controls:
            part = each[:, self._at(self._controls)].sum(axis=1)
            explained = explained + part
            yield Part("mix", None, _estimate(part))
        yield from drivers
        whole = self._difference
        rest = np.append(whole.value, whole.replicates) - explained
        yield Part("unexplained", None, _estimate(rest))

    @property
    def _controls(self) -> tuple[str, ...]:
        """Columns of the mix of customers: the controls, without periods that are held equal.

        What went with the month is what is to be explained. How many episodes an operation is known in goes with the
        operation: those who did not meet it are not other customers.
        """
        basis, categories = self._design.basis, self._design.categories
        periods = {c for category in basis.categories if categories[category.name] == PERIOD for c in category.columns}  # fmt: skip
        absent = {f"{driver.name}?" for driver in basis.drivers if driver.optional}
        held = basis.controls_beside([cause for cause, of in self._leaks if of == self._info.source])
        return tuple(name for name in held if name not in periods and name not in absent)

    def _coefficients(self) -> tuple[Array, NDArray[np.bool_], frozenset[str]]:
        """`(R + 1, k)` average coefficients, `(k,)` where there is one, and periods with a dependency left open.

        A column that cannot be told in one period has the other's coefficient: its effect is taken not to have changed.
        What the columns that it is a function of took up of it there is given back to it.
        """
        own, has = [self._before.slopes, self._after.slopes], [self._before.has, self._after.has]
        filled, known, unresolved = [], [], set()
        for model, other, there in ((self._before, own[1], has[1]), (self._after, own[0], has[0])):
            slopes, mine = model.slopes.copy(), model.has.copy()
            for at, weights in model.rests_on.items():
                if there[at]:
                    slopes += np.outer(other[:, at], np.where(np.arange(len(mine)) == at, 1.0, -weights))
                    mine[at] = True
                else:
                    unresolved.add(model.period)
            filled.append(slopes)
            known.append(mine)
        either = known[0] | known[1]
        average = (np.where(known[0], filled[0], filled[1]) + np.where(known[1], filled[1], filled[0])) / 2
        return np.where(either, average, 0.0), either, frozenset(unresolved)

    def _unknown(
        self, driver: Driver, known: NDArray[np.bool_], unresolved: frozenset[str]
    ) -> Statement | None:
        """Why an operation has no part of its own."""
        at = self._at([driver.name])[0]
        if self._tied[at]:
            return Reason.TIED_TO_PERIOD(at=self._before.period, other=self._after.period)
        for model in (self._after, self._before):
            varies = model.varies[at]
            if varies and model.period in unresolved and driver.name in model.found.unidentified:
                return model.why(driver.name)
        if known[at] or not (self._before.varies[at] or self._after.varies[at]):
            return None
        return (self._after if self._after.varies[at] else self._before).why(driver.name)

    def _note(self, driver: Driver) -> Statement | None:
        """That an operation's coefficient is the other period's."""
        at = self._at([driver.name])[0]
        if self._before.has[at] == self._after.has[at]:
            return None
        lends, lacks = self._before, self._after
        if lacks.has[at]:
            lends, lacks = lacks, lends
        return Reason.LENT(at=lends.period, inner=(lacks.why(driver.name),))

    def _leak(self, driver: Driver) -> Statement | None:
        return self._leaks.get((driver.name, self._info.source))

    def _at(self, columns: Sequence[str]) -> NDArray[np.intp]:
        return np.flatnonzero(np.isin(self._before.columns, columns))


def _estimate(values: Array) -> Estimate:
    return Estimate(float(values[0]), np.ascontiguousarray(values[1:]))


@dataclass(frozen=True, eq=False)
class Changes:
    """What moved between periods, and the models that it was told from.

    Attributes:
        found: Every pair of periods for every main outcome.
        models: Each period's models by outcome, the oldest period first; none where there is one period.
    """

    found: Sequence[PeriodChange]
    models: Sequence[Mapping[str, PeriodModel]]


def estimate_changes(sample: Sample, effects: Effects, leaks: Leaks) -> Changes:
    """Fits every period once, by straight lines, and splits what moved between any two."""
    models = []
    design = sample.design.straight
    for view in sample.periods:
        models.append(period_models(design, replace(effects.chain, design=design), view))
        view.release()
    return Changes(changes_between(design, leaks, models) if models else [], models)
