"""A behaviour's model with products of one driver and the perceptions, and the natural effects it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lineofsight.aggregation.features import Driver
from lineofsight.aggregation.products import ProductBasis, changed, product
from lineofsight.model.population import Population
from lineofsight.model.regression import Fit
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.mediation import LinearOutcome
from lineofsight.stats.moments import Moments
from lineofsight.stats.multiplicity import FALSE_DISCOVERIES
from lineofsight.stats.results import Array, Estimate, NotEstimable
from lineofsight.stats.wald import p_value


@dataclass(frozen=True, slots=True)
class Interaction:
    """Whether what a driver goes with in a behaviour depends on a perception.

    Attributes:
        driver, perception, behaviour: Names.
        n: Episodes.
        result: By how much what a better driver goes with differs, for one point more of the perception, in the
            behaviour's own unit.
        p_value: Of no interaction; NaN where there is no estimate.
        p_beside_squares: The same beside the squares of the driver and of the perceptions: as feelings go with the
            driver, a bent line can look like an interaction (Busemeyer and Jones 1983; Ganzach 1997). NaN where nothing
            is there to be taken for one: no p-value of the driver's on the behaviour is up to 0.05.
        q_value: The least share of false discoveries among all interactions of the run.
    """

    driver: str
    perception: str
    behaviour: str
    n: int
    result: Estimate | NotEstimable
    p_value: float = float("nan")
    p_beside_squares: float = float("nan")
    q_value: float = float("nan")

    @property
    def clear(self) -> bool:
        """Whether it stands among all interactions of the run, and beside bent lines."""
        return self.q_value <= FALSE_DISCOVERIES and self.p_beside_squares <= FALSE_DISCOVERIES


@dataclass(frozen=True, slots=True)
class NaturalEffects:
    """What a better driver goes with in a behaviour, at perceptions as they are and through them.

    Attributes:
        driver, behaviour: Names.
        through: Perceptions that it may pass through, all of them together.
        n: Episodes.
        effects: By name, in the behaviour's own unit; empty where there are none.
        reason: Why there are none.
    """

    driver: str
    behaviour: str
    through: tuple[str, ...]
    n: int
    effects: Mapping[str, Estimate] = field(default_factory=dict)
    reason: Statement | None = None


@dataclass(frozen=True, eq=False)
class InteractionModel:
    """A behaviour on all drivers, controls and perceptions, and on one driver's product with each perception."""

    basis: ProductBasis
    population: Population
    driver: Driver
    behaviour: str
    names: tuple[str, ...]
    products: tuple[str, ...]
    found: Fit

    @property
    def reason(self) -> Statement | None:
        """Why there is no estimate."""
        for column in (self.driver.name, *self.names, *self.products):
            if isinstance(slope := self.found.slope(column, self.behaviour), NotEstimable):
                return slope.reason
        return None if self._columns else Reason.NOTHING_CHANGES()

    @property
    def _columns(self) -> list[str]:
        """The driver's columns that are in the model and that change, be it all by the same."""
        varying, has = self.population.varying, self.found.regressors
        return [
            c
            for c in self.driver.slopes
            if c in has and (changed(c) in varying or self._mean(changed(c))[0] != 0)
        ]

    def interactions(self) -> list[Interaction]:
        """Of each perception, its product's coefficient for the driver's mean change."""
        step = self._mean(changed(self.driver.name))
        found = []
        for name, column in zip(self.names, self.products, strict=True):
            slope = self._slope(column)
            own, result = _estimate(slope), _estimate(slope * step)
            p = float(p_value(own.value, own.standard_error))
            found.append(Interaction(self.driver.name, name, self.behaviour, self.population.n, result, p))
        return found

    def beside(self, bent: Fit, one: Interaction) -> Interaction:
        """With the p-value of a model that has squares beside."""
        slope = bent.slope(product(one.driver, one.perception), self.behaviour)
        found = float("nan")
        if isinstance(slope, Estimate):
            found = float(p_value(slope.value, slope.standard_error))
        return replace(one, p_beside_squares=found)

    def natural(self, onto: Fit) -> NaturalEffects:
        """Direct and indirect, pure and total, averaged over those who answered; `onto` has the perceptions' models."""
        what = (self.driver.name, self.behaviour, self.names, self.population.n)
        for name in self.names:
            if isinstance(slope := onto.slope(self.driver.name, name), NotEstimable):
                return NaturalEffects(*what, reason=slope.reason)
        main = self.driver.name
        moves = {column: changed(column) for column in self._columns}
        steps = {column: self._mean(move) for column, move in moves.items()}
        straight = sum((self._slope(c) * step for c, step in steps.items()), np.zeros(1))
        start = self.basis.centres[main]
        beside = self._beside(changed(main), onto.regressors)
        with_move, by_value, by_change, levels = [], [], [], []
        for name in self.names:
            slopes = {c: onto.slopes[c, name] for c in moves if (c, name) in onto.slopes}
            with_move.append(_sum(slope * steps[c] for c, slope in slopes.items()))
            by_value.append(
                _sum(s * (self._product(main, moves[c]) - start * steps[c]) for c, s in slopes.items())
            )
            by_change.append(_sum(s * self._product(changed(main), moves[c]) for c, s in slopes.items()))
            above = self._mean(name) - self.basis.centres[name]
            along = (onto.slopes[c, name] * beside[c] for c in onto.regressors)
            levels.append(above * self._mean(changed(main)) + _sum(along))
        effects = LinearOutcome(
            straight=straight,
            slopes=np.array([self._slope(name) for name in self.names]),
            products=np.array([self._slope(column) for column in self.products]),
            level_by_change=np.array(levels),
            shift=np.array(with_move),
            shift_by_value=np.array(by_value),
            shift_by_change=np.array(by_change),
        ).effects()
        named = {
            "total": effects.total,
            "pure direct": effects.pure_direct,
            "total indirect": effects.total_indirect,
            "total direct": effects.total_direct,
            "pure indirect": effects.pure_indirect,
            "mediated interaction": effects.mediated_interaction,
        }
        return NaturalEffects(*what, {name: _estimate(values) for name, values in named.items()})

    def _slope(self, column: str) -> Array:
        return self.found.slopes[column, self.behaviour]

    def _mean(self, column: str) -> Array:
        """Of a column, in each replicate; of a change that is the same for all, that."""
        if column not in self.population.varying:
            same = self.population.first.select((column,)).mean()[0, 0]
            return np.full(len(self.population.counts), same)
        return self._moments(column).mean()[:, 0]

    def _covariance(self, one: str, other: str) -> Array:
        if not {one, other} <= {*self.population.varying}:
            return np.zeros(len(self.population.counts))
        if one == other:
            return self._moments(one).covariance()[:, 0, 0]
        return self._moments(one, other).covariance()[:, 0, 1]

    def _beside(self, column: str, others: Sequence[str]) -> dict[str, Array]:
        """Covariances of one column with others."""
        if column not in self.population.varying:
            return dict.fromkeys(others, np.zeros(len(self.population.counts)))
        moments = self.population.moments
        at, mine = [moments.index(other) for other in others], moments.index(column)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = 1 / moments.count[:, None]
            offset = moments.sums * share
            found = moments.products[:, at, mine] * share - offset[:, at] * offset[:, mine, None]
        return dict(zip(others, found.T, strict=True))

    def _product(self, one: str, other: str) -> Array:
        """Mean of the product of two columns."""
        return self._covariance(one, other) + self._mean(one) * self._mean(other)

    def _moments(self, *columns: str) -> Moments:
        return self.population.moments.select(columns)


def _sum(parts: Iterator[Array]) -> Array:
    return sum(parts, np.zeros(1))


def _estimate(values: Array) -> Estimate:
    return Estimate(float(values[0]), values[1:])
