"""Tables `effects` and `headroom`."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lineofsight.analyses.evidence.claims import key_of
from lineofsight.analyses.money.estimate import money_of
from lineofsight.analyses.results import Results, Row, change_text, number, shown, summarise, unit_of
from lineofsight.model.effects import Effect
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import View
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.units import Unit


def effect_rows(results: Results, changes: Sequence[str]) -> list[Row]:
    """One row per effect of these changes, in the outcome's own unit, as an elasticity and in money."""
    effects = [effect for effect in results.chain.effects if effect.change in changes]
    effects.sort(key=lambda effect: _order(results, effect))
    views = {view.label: view for view in results.views}
    scaled = [_scaled(results, effect) for effect in effects]
    elastic = [_elasticity(results, views[effect.segment], effect) for effect in effects]
    worths = {unit.behaviour: unit for unit in results.worths}
    money = [money_of(effect, worths, results.occasions[effect.segment]) for effect in effects]
    summaries = zip(
        effects,
        summarise(scaled, results.level),
        summarise(elastic, results.level),
        summarise(money, results.level),
        strict=True,
    )
    rows = []
    for effect, estimate, elasticity, amount in summaries:
        info = results.info[effect.outcome]
        rows.append(
            {
                **_what(results, views[effect.segment], effect, info),
                **dict(zip(("estimate", "low", "high", "standard_error"), estimate, strict=True)),
                **dict(zip(("elasticity", "elasticity_low", "elasticity_high"), elasticity, strict=False)),
                **dict(zip(("money_per_year", "money_low", "money_high"), amount, strict=False)),
                **_evidence(results, effect, info.factor),
                "reason": effect.result.reason if isinstance(effect.result, NotEstimable) else None,
            }
        )
    return rows


def _evidence(results: Results, effect: Effect, factor: float) -> Row:
    """How sure it is. What cannot be estimated, and every goal to the best quartile, has the level of its model."""
    claim = results.claims.get(key_of(effect))
    if claim is None:
        lowest = "adjusted" if results.adjusted else "associated"
        return {"evidence": lowest, "because": None, "not_higher": None} | dict.fromkeys(
            ("p_value", "q_value", "shrunk", "shrunk_low", "shrunk_high")
        )
    shrunk = [None] * 3 if claim.shrunk is None else [number(value * factor) for value in claim.shrunk]
    return {
        "p_value": number(claim.p_value),
        "q_value": number(claim.q_value),
        **dict(zip(("shrunk", "shrunk_low", "shrunk_high"), shrunk, strict=True)),
        "evidence": claim.verdict.level,
        "because": claim.verdict.because,
        "not_higher": claim.verdict.not_higher,
    }


def _order(results: Results, effect: Effect) -> tuple[object, ...]:
    """Everyone first, then segments; in each, causes and outcomes as declared; total, direct, via."""
    project = results.project
    causes = [*project.operations, *project.perceptions]
    labels = [view.label for view in results.views]
    path = {"total": 0, "direct": 1}.get(effect.path, 2)
    outcomes = list(results.info)
    return (
        labels.index(effect.segment),
        causes.index(effect.cause),
        outcomes.index(effect.outcome),
        path,
        effect.path,
    )


def _what(results: Results, view: View, effect: Effect, info: OutcomeInfo) -> Row:
    project = results.project
    operation = project.operations.get(effect.cause)
    before, after, unit = _cause(results, view, effect)
    population = view.population((info.source,))
    outcome = number(population.mean(info.name).value * info.factor) if shown(population.clusters) else None
    kept_out = {cause for cause, outcome in results.chain.leaks if outcome == info.source}
    drivers = [name for name in project.operations if name != effect.cause and name not in kept_out]
    controls = [c.control for c in results.chain.controls if c.used and c.control not in kept_out]
    return {
        "cause": effect.cause,
        "cause_kind": "operation" if operation is not None else "perception",
        "outcome": effect.outcome,
        "outcome_kind": info.kind,
        "segment": effect.segment,
        "path": effect.path,
        "change": change_text(effect.change, project.estimation.change, results.info.get(effect.cause)),
        "unit": info.unit,
        "n": effect.n,
        "population": effect.population,
        "cause_from": before,
        "cause_to": after,
        "cause_unit": unit,
        "outcome_mean": outcome,
        "outcome_unit": info.mean_unit,
        "function": operation.function if operation is not None else None,
        "adjusted_for": (*drivers, *controls, *effect.given),
    }


def _cause(results: Results, view: View, effect: Effect) -> tuple[float | None, float | None, Unit]:
    """Mean of the cause now and after the change, with its unit."""
    if effect.change == "point":
        info = results.info[effect.cause]
        answered = view.population((info.source,))
        mean = number(answered.mean(info.name).value) if shown(answered.clusters) else None
        return mean, None if mean is None else _within(mean + 1, _top(results, info)), info.mean_unit
    name = effect.cause
    told = shown(view.population().clusters)
    mean = number(view.average(f"value:{name}", f"known:{name}").value) if told else None
    step = number(view.average(f"{effect.change}:{name}", f"known:{name}").value)
    after = None if mean is None or step is None else mean + step
    return mean, after, unit_of(results.project, name)


def _top(results: Results, info: OutcomeInfo) -> float:
    """The highest that a perception's statistic can be; infinite where no scale is declared."""
    bounds = results.project.perceptions[info.source].bounds
    if info.statistic == "NPS":
        return 100.0
    return math.inf if bounds is None else float(bounds[1])


def _within(value: float, top: float) -> float | None:
    """A point more than the mean, unless the scale ends before: the effect is a slope, and no such mean can be."""
    return value if value <= top else None


def _scaled(results: Results, effect: Effect) -> Estimate | NotEstimable:
    if isinstance(effect.result, NotEstimable):
        return effect.result
    return effect.result * results.info[effect.outcome].factor


def _elasticity(results: Results, view: View, effect: Effect) -> Estimate | None:
    """Per cent by which the outcome's mean differs, for 1 % by which the cause's mean gets better.

    So it has the sign of the effect: an operation of which less is better is 1 % lower, a perception 1 % higher. Only
    where both means are positive, so that a per cent has a sense.
    """
    info = results.info[effect.outcome]
    if isinstance(effect.result, NotEstimable) or not info.positive:
        return None
    outcome = view.population((info.source,)).mean(info.name)
    if effect.change == "point":
        perception = results.info[effect.cause]
        now = view.population((perception.source,)).mean(perception.name)
        if not perception.positive:
            return None
        better = Estimate(1.0, np.ones_like(now.replicates))
    else:
        now = view.average(f"value:{effect.cause}", f"known:{effect.cause}")
        step = view.average(f"{effect.change}:{effect.cause}", f"known:{effect.cause}")
        better = Estimate(abs(step.value), np.abs(step.replicates))
    if not (now.value > 0 and outcome.value > 0 and better.value > 0):
        return None
    return effect.result / outcome * now / better
