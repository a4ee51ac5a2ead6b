"""Effects in total, A→C among respondents and A→B among everyone; and those of customers who did not answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from lineofsight.aggregation.basis import asked
from lineofsight.aggregation.features import CHANGES, Change
from lineofsight.model.chain import ChainModels, HasPopulations
from lineofsight.model.confounding import ConfoundingCheck, Robustness
from lineofsight.model.mediator_paths import route_of
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import View
from lineofsight.model.regression import fit
from lineofsight.stats.results import Estimate, NotEstimable

EffectKey = tuple[str, str, str | None, str, str]
"""Cause, outcome, segment, path and change."""

Who = Literal["everyone", "respondents", "silent"]


@dataclass(frozen=True, slots=True)
class Effect:
    """One cause on one outcome along one path in one segment.

    Attributes:
        cause: Operation or perception.
        outcome: Perception (or a statistic of one) or behaviour.
        segment: 'attribute = level', or None.
        path: 'total', 'direct', 'via NAME', or 'via NAME → NAME' where one perception leads to the other.
        change: 'better' (by the share declared), 'best' (to the best quartile) or 'point' (a perception's).
        result: In the outcome's own unit, before its factor.
        n: Episodes the models rest on.
        population: Whose episodes these are.
        given: Names held equal: other drivers' and controls' names are implied; perceptions are listed.
        robustness: How a total stands against hidden causes; None for other paths and where there is no estimate.
        answered: Perceptions beyond those named that everybody had to answer.
    """

    cause: str
    outcome: str
    segment: str | None
    path: str
    change: Change | Literal["point"]
    result: Estimate | NotEstimable
    n: int
    population: Who
    given: tuple[str, ...] = ()
    robustness: Robustness | None = None
    answered: tuple[str, ...] = ()

    @property
    def key(self) -> EffectKey:
        """What tells it apart from all others of a run."""
        return self.cause, self.outcome, self.segment, self.path, self.change

    def answers(self, info: Mapping[str, OutcomeInfo]) -> frozenset[str]:
        """The perceptions and behaviours whose models it is made of, by their sources.

        Args:
            info: Every outcome by name.
        """
        perceptions = (*self.given, *self.answered, *route_of(self.path), self.cause)
        return frozenset(info[name].source for name in (self.outcome, *perceptions) if name in info)


def total_effects(
    chain: ChainModels,
    view: HasPopulations,
    outcomes: Iterable[OutcomeInfo] | None = None,
    *,
    checked: bool = True,
) -> list[Effect]:
    """A→C among respondents and A→B among everyone; outcomes seen in the same episodes share one model.

    Those that are not `checked` are of '10 % better' alone, and not asked what a hidden factor could do to them: that is
    a third of the time.
    """
    effects = []
    for model in chain.models(view, outcomes):
        found = model.found
        check = ConfoundingCheck(chain.basis, model.population, found.regressors, chain.level)
        for info in model.outcomes:
            who: Who = "respondents" if info.kind == "perception" else "everyone"
            for driver in chain.basis.drivers:
                for change in CHANGES if checked else CHANGES[:1]:
                    result = chain.driver_effect(view, driver, change, found, info)
                    stands = None
                    if checked and change == "better" and isinstance(result, Estimate):
                        steps = {name: view.average(f"{change}:{name}").value for name in driver.slopes}
                        stands = check.of(info.name, steps, result, probability=info.is_probability)
                    effects.append(
                        Effect(
                            *(driver.name, info.name, view.label, "total", change, result, found.n, who),
                            robustness=stands,
                        )
                    )
    return effects


def nonrespondent_effects(chain: ChainModels, view: View) -> list[Effect]:
    """Total effects on each behaviour of those who were asked, but did not answer all that its paths go through."""
    effects = []
    for behaviour in chain.behaviours:
        for mediators in chain.mediator_sets(view, behaviour)[:1]:
            names = [info.source for info in mediators]
            if (mediators[0].source, behaviour.source) in chain.leaks:
                continue
            silent = view.without((*map(asked, names), behaviour.source), names)
            x = chain.regressors(behaviour, silent)
            ridge = chain.shrinkage(view, silent, x, (behaviour.name,))
            found = fit(silent, x, (behaviour.name,), ridge=ridge)
            for driver in chain.basis.drivers if silent.n else ():
                result = chain.driver_effect(view, driver, "better", found, behaviour)
                effects.append(
                    Effect(
                        driver.name,
                        behaviour.name,
                        view.label,
                        "total",
                        "better",
                        result,
                        found.n,
                        "silent",
                    )
                )
    return effects
