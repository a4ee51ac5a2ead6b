"""Whether what a driver goes with depends on how customers feel, and its natural direct and indirect effects.

Among those who answered, from moments of their own with the products of drivers and perceptions, and with the replicates of
all other estimates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from lineofsight.chain.design import Design
from lineofsight.chain.effects import ChainQuestions, Leaks
from lineofsight.chain.evidence import FALSE_DISCOVERIES
from lineofsight.chain.fits import Fit, fit
from lineofsight.chain.outcomes import OutcomeInfo
from lineofsight.chain.population import Population, View
from lineofsight.core.features import Driver
from lineofsight.core.mediation import LinearOutcome
from lineofsight.core.moments import Moments
from lineofsight.core.multiplicity import q_values
from lineofsight.core.products import MOST_PRODUCTS, ProductBasis, changed, product, square
from lineofsight.core.results import Array, Estimate, NotEstimable
from lineofsight.core.wald import p_value

NOTHING_CHANGES = "no episode of those who answered would change: it is as good as it can get"


def too_many(basis: ProductBasis) -> str:
    """Why no interaction is looked for."""
    return (
        f"there are {basis.wanted} pairs of an operation and a perception, and at most {MOST_PRODUCTS} are looked at:"
        " leave out operations or perceptions"
    )


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
class Natural:
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
    reason: str | None = None


def interactions(
    design: Design, basis: ProductBasis, view: View | None, leaks: Leaks
) -> tuple[list[Interaction], list[Natural]]:
    """Every driver with every perception on every behaviour, for everyone.

    Args:
        design: The columns of all models.
        basis: The columns with products.
        view: Those who answered, in these columns; None where there are too many.
        leaks: Pairs of cause and outcome that are kept out.
    """
    behaviours = [info for info in design.outcomes if info.kind == "behaviour"]
    if view is None:
        refused = NotEstimable(too_many(basis))
        drivers = [driver.name for driver in design.basis.drivers]
        pairs = [(driver, info.name) for info in behaviours for driver in drivers]
        found = [Interaction(d, name, b, 0, refused) for d, b in pairs for name in basis.perceptions]
        return found, [Natural(d, b, basis.perceptions, 0, reason=refused.reason) for d, b in pairs]
    questions = ChainQuestions(design, leaks)
    crossed: list[Interaction] = []
    natural: list[Natural] = []
    for behaviour in behaviours:
        for mediators in questions.mediator_sets(view, behaviour):
            for one, of_driver in _asked(questions, design, basis, view, leaks, behaviour, mediators):
                crossed += one
                natural.append(of_driver)
    view.release()
    return _with_q(crossed), natural


def _with_q(found: list[Interaction]) -> list[Interaction]:
    q = q_values(np.array([one.p_value for one in found])) if found else np.zeros(0)
    return [replace(one, q_value=float(value)) for one, value in zip(found, q, strict=True)]


def _asked(
    questions: ChainQuestions,
    design: Design,
    basis: ProductBasis,
    view: View,
    leaks: Leaks,
    behaviour: OutcomeInfo,
    mediators: Sequence[OutcomeInfo],
) -> Iterator[tuple[list[Interaction], Natural]]:
    """Every driver on one behaviour, with all of these perceptions together."""
    names = tuple(info.name for info in mediators)
    population = view.population((*(info.source for info in mediators), behaviour.source))
    leak = leaks.get((mediators[0].source, behaviour.source))  # such a perception comes alone
    x = questions.regressors(behaviour, population)
    plain = Fit(0) if leak is not None else fit(population, (*x, *names), (behaviour.name,))
    apart = {name: NotEstimable(leak) if leak else plain.slope(name, behaviour.name) for name in names}
    without = {name: one for name, one in apart.items() if isinstance(one, NotEstimable)}
    names = tuple(name for name in names if name not in without) or names
    alone = {name: one for name, one in without.items() if name not in names}

    @cache
    def felt(left_out: frozenset[tuple[str, str]]) -> Fit:
        return fit(population, x, names, dict(left_out))

    for driver in design.basis.drivers:
        what = (driver.name, behaviour.name, population.n)
        told = [Interaction(what[0], name, what[1], what[2], one) for name, one in alone.items()]
        reason = leak or leaks.get((driver.name, behaviour.source))
        if reason is None:
            products = tuple(product(driver.name, name) for name in names)
            found = fit(population, (*x, *names, *products), (behaviour.name,), plain.left_out)
            model = _Model(basis, population, driver, behaviour.name, names, products, found)
            reason = model.reason
        if reason is None:
            crossed = model.interactions()
            if any(one.p_value <= FALSE_DISCOVERIES for one in crossed):
                squares = tuple(square(name) for name in (driver.name, *names))
                regressors = (*x, *names, *products, *squares)
                bent = fit(population, regressors, (behaviour.name,), plain.left_out)
                crossed = [model.beside(bent, one) for one in crossed]
            yield [*told, *crossed], model.natural(felt(frozenset(found.left_out.items())))
        else:
            none = [Interaction(what[0], name, what[1], what[2], NotEstimable(reason)) for name in names]
            yield [*told, *none], Natural(driver.name, behaviour.name, names, population.n, reason=reason)


@dataclass(frozen=True, eq=False)
class _Model:
    """A behaviour on all drivers, controls and perceptions, and on one driver's product with each perception."""

    basis: ProductBasis
    population: Population
    driver: Driver
    behaviour: str
    names: tuple[str, ...]
    products: tuple[str, ...]
    found: Fit

    @property
    def reason(self) -> str | None:
        """Why there is no estimate."""
        for column in (self.driver.name, *self.names, *self.products):
            if isinstance(slope := self.found.slope(column, self.behaviour), NotEstimable):
                return slope.reason
        return None if self._columns else NOTHING_CHANGES

    @property
    def _columns(self) -> list[str]:
        """The driver's columns that are in the model and that change."""
        varying, has = self.population.varying, self.found.regressors
        return [c for c in self.driver.slopes if c in has and changed(c) in varying]

    def interactions(self) -> list[Interaction]:
        """Of each perception, its product's coefficient for the driver's mean change."""
        step = self._mean(changed(self.driver.name))
        told = []
        for name, column in zip(self.names, self.products, strict=True):
            slope = self._slope(column)
            p = p_value(_estimate(slope))
            result = _estimate(slope * step)
            told.append(Interaction(self.driver.name, name, self.behaviour, self.population.n, result, p))
        return told

    def beside(self, bent: Fit, one: Interaction) -> Interaction:
        """With the p-value of a model that has squares beside."""
        slope = bent.slope(product(one.driver, one.perception), self.behaviour)
        found = p_value(slope) if isinstance(slope, Estimate) else float("nan")
        return replace(one, p_beside_squares=found)

    def natural(self, onto: Fit) -> Natural:
        """Direct and indirect, pure and total, averaged over those who answered; `onto` has the perceptions' models."""
        what = (self.driver.name, self.behaviour, self.names, self.population.n)
        for name in self.names:
            if isinstance(slope := onto.slope(self.driver.name, name), NotEstimable):
                return Natural(*what, reason=slope.reason)
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
        told = {
            "total": effects.total,
            "pure direct": effects.pure_direct,
            "total indirect": effects.total_indirect,
            "total direct": effects.total_direct,
            "pure indirect": effects.pure_indirect,
            "mediated interaction": effects.mediated_interaction,
        }
        return Natural(*what, {name: _estimate(values) for name, values in told.items()})

    def _slope(self, column: str) -> Array:
        return self.found.slopes[column, self.behaviour]

    def _mean(self, column: str) -> Array:
        return self._moments(column).mean()[:, 0]

    def _covariance(self, one: str, other: str) -> Array:
        if one == other:
            return self._moments(one).covariance()[:, 0, 0]
        return self._moments(one, other).covariance()[:, 0, 1]

    def _beside(self, column: str, others: Sequence[str]) -> dict[str, Array]:
        """Covariances of one column with others."""
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
