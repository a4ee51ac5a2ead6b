"""The models of the chain: which columns each has, which perceptions lie in between, and what a driver's change does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.features import Change, Driver
from lineofsight.model.averaging import shrinkage, usable_representers
from lineofsight.model.design import Design
from lineofsight.model.mediator_paths import LeadsTo, upstream
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import Population
from lineofsight.model.regression import Fit, fit
from lineofsight.reasons import Statement
from lineofsight.stats.results import Estimate, NotEstimable

_JOINT_SHARE = 0.5  # of the answers to one perception, from which on all are mediators together

Leaks = Mapping[tuple[str, str], Statement]


class HasPopulations(Protocol):
    """Whose episodes a question is asked of: a segment's, or everyone's with weights."""

    @property
    def label(self) -> str | None:
        """'attribute = level', or None for everyone."""

    def population(self, observed: Iterable[str] = ()) -> Population:
        """The episodes in which all of these sources of outcomes were observed."""

    def average(self, column: str) -> Estimate:
        """Mean over all episodes of a column whose mean is needed."""


@dataclass(frozen=True, eq=False)
class Model:
    """One fit that outcomes share which were observed in the same episodes.

    Attributes:
        population: The episodes.
        outcomes: The outcomes.
        found: Their coefficients.
    """

    population: Population
    outcomes: tuple[OutcomeInfo, ...]
    found: Fit


@dataclass(frozen=True, eq=False)
class ChainModels:
    """The regressions A→C, C→B and A→B, in whichever episodes they are asked of.

    Attributes:
        design: The columns and outcomes.
        leaks: Pairs of cause and outcome that are kept out, with the reason.
        level: Coverage of intervals.
    """

    design: Design
    leaks: Leaks
    level: float = 0.95

    @property
    def basis(self) -> Basis:
        """What the models are linear in."""
        return self.design.basis

    @property
    def outcomes(self) -> tuple[OutcomeInfo, ...]:
        """Every outcome that is asked about."""
        return self.design.outcomes

    @property
    def pre_period(self) -> Mapping[str, OutcomeInfo]:
        """By behaviour, what it was before the operations began, where the episodes tell."""
        return self.design.pre_period

    @property
    def leads_to(self) -> LeadsTo:
        """Per perception of a touchpoint, the one that it leads to."""
        return self.design.leads_to

    @property
    def all_drivers(self) -> tuple[Driver, ...]:
        """Every operation."""
        return self.basis.drivers

    @property
    def perceptions(self) -> tuple[OutcomeInfo, ...]:
        """The main statistic of every perception."""
        return tuple(i for i in self.outcomes if i.kind == "perception" and i.main)

    @property
    def behaviours(self) -> tuple[OutcomeInfo, ...]:
        """Every behaviour."""
        return tuple(i for i in self.outcomes if i.kind == "behaviour")

    def _between(self, outcome: OutcomeInfo) -> tuple[OutcomeInfo, ...]:
        """What may lie between operations and an outcome: all perceptions; of a perception those that lead to it."""
        if outcome.kind == "behaviour":
            return self.perceptions
        names = upstream(self.design.leads_to, outcome.name, [info.name for info in self.perceptions])
        return tuple(info for info in self.perceptions if info.name in names)

    def mediator_sets(self, view: HasPopulations, behaviour: OutcomeInfo) -> list[tuple[OutcomeInfo, ...]]:
        """All perceptions at once where mostly the same people answered them; else each alone, the largest first.

        A perception that gives the behaviour away comes alone and last, to have its refusal told.
        """
        between = self._between(behaviour)
        leaking = [info for info in between if (info.source, behaviour.source) in self.leaks]
        usable = tuple(info for info in between if info not in leaking)
        alone = {info: view.population((info.source, behaviour.source)).n for info in usable}
        joint = view.population((*(info.source for info in usable), behaviour.source)).n
        if not usable:
            sets = []
        elif joint >= _JOINT_SHARE * max(alone.values()):
            sets = [usable]
        else:
            sets = [(info,) for info in sorted(usable, key=lambda info: -alone[info])]
        return sets + [(info,) for info in leaking]

    def usable_mediator_sets(
        self, view: HasPopulations, behaviour: OutcomeInfo
    ) -> list[tuple[OutcomeInfo, ...]]:
        """Perceptions that are asked about together, without those that give the behaviour away."""
        sets = self.mediator_sets(view, behaviour)
        return [each for each in sets if (each[0].source, behaviour.source) not in self.leaks]

    def drivers(self, outcome: OutcomeInfo) -> list[Driver]:
        """The drivers that do not give the outcome away."""
        leaking = self._leaking(outcome)
        return [driver for driver in self.basis.drivers if driver.name not in leaking]

    def controls(self, outcome: OutcomeInfo) -> tuple[str, ...]:
        """Columns that are held equal, but for controls that give the outcome away."""
        return self.basis.controls_beside(self._leaking(outcome))

    def _leaking(self, outcome: OutcomeInfo) -> set[str]:
        return {cause for cause, effect in self.leaks if effect == outcome.source}

    def regressors(
        self, outcome: OutcomeInfo, population: Population, through: Iterable[OutcomeInfo] = ()
    ) -> tuple[str, ...]:
        """The columns of every control and driver that does not give the outcome away.

        Where one does, its being absent may as well. What a control gives away comes before it, and so do the perceptions
        that paths to it go `through`, and what customers did earlier: it is not held equal for these either,
        and no representer that knows of it stands in the model.
        """
        columns = [column for driver in self.drivers(outcome) for column in _bent(driver, population)]
        drivers = {driver.name for driver in self.basis.drivers}
        follows = [
            b for b in self.behaviours if (own := self.pre_period.get(b.name)) and own.name == outcome.name
        ]
        later = {cause for info in (*through, *follows) for cause in self._leaking(info)} - drivers
        kept_out = {*self._leaking(outcome), *later}
        lines = (*self.basis.controls_beside(kept_out), *columns)
        averaging = [
            column
            for driver in self.drivers(outcome)
            if driver.representer is not None and not driver.representer.controls & kept_out
            for column in driver.averaging
        ]
        return (*lines, *usable_representers(population, lines, averaging))

    def shrinkage(
        self, view: HasPopulations, population: Population, regressors: Sequence[str], outcomes: Sequence[str]
    ) -> dict[str, float]:
        """How much each representer of a model is shrunk, as `averaging.shrinkage` has it."""
        changes = {
            driver.averaging[0]: {name: view.average(f"better:{name}").value for name in driver.slopes}
            for driver in self.basis.drivers
            if driver.averaging and driver.averaging[0] in regressors
        }
        return shrinkage(population, regressors, outcomes, changes) if changes else {}

    def models(
        self,
        view: HasPopulations,
        outcomes: Iterable[OutcomeInfo] | None = None,
        changed: HasPopulations | None = None,
    ) -> Iterator[Model]:
        """The models of total effects on some outcomes, or all: A→C among respondents, A→B among everyone.

        Args:
            view: Whose episodes they are fitted on.
            outcomes: Those that are asked about.
            changed: Whose episodes change, where these are others.
        """
        shared: dict[tuple[int, tuple[str, ...]], list[OutcomeInfo]] = {}
        for info in self.design.outcomes if outcomes is None else outcomes:
            population = view.population((info.source,))
            key = (id(population), self.regressors(info, population))
            shared.setdefault(key, []).append(info)
        for (_, regressors), infos in shared.items():
            population = view.population((infos[0].source,))
            names = [info.name for info in infos]
            ridge = self.shrinkage(changed or view, population, regressors, names)
            yield Model(population, tuple(infos), fit(population, regressors, names, ridge=ridge))

    def driver_effect(
        self,
        view: HasPopulations,
        driver: Driver,
        change: Change,
        found: Fit,
        outcome: OutcomeInfo,
        towards: OutcomeInfo | None = None,
    ) -> Estimate | NotEstimable:
        """Expected difference of an outcome's mean, over the view's episodes, when the driver changes.

        The fit may be one on these or on others. `towards` is what the outcome is on the way to: whatever gives that away has
        no effect. Each of the driver's columns changes by its own mean difference; the effect is the sum of these times
        the coefficients, which is exact for a model linear in them.
        """
        if (leak := self.leaks.get((driver.name, (towards or outcome).source))) is not None:
            return NotEstimable(leak)
        main = found.slope(driver.name, outcome.name)
        if isinstance(main, NotEstimable):
            return main
        total = main * view.average(f"{change}:{driver.name}")
        for column in driver.slopes[1:]:
            if not found.has(
                column, outcome.name
            ):  # hardly anybody here is on the other side: a straight line
                continue
            bend = found.slope(column, outcome.name)
            if isinstance(bend, NotEstimable):
                if column in driver.averaging:  # it cannot be told from others here: a straight line
                    continue
                return bend
            total = total + bend * view.average(f"{change}:{column}")
        return total


def _bent(driver: Driver, population: Population) -> tuple[str, ...]:
    """The driver's columns that differ from each other in this population.

    Where nobody is on one side of a knot, the line is straight there: the bend is constant, or the same as the
    line itself.
    """
    if not driver.knots or population.n == 0:
        return driver.lines
    kept = population.identification(driver.lines).kept
    return (driver.name, *(column for column in kept if column != driver.name))
