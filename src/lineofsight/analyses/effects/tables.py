"""Tables `effects` and `headroom`."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.evidence.estimate import Evidence
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.analyses.money.estimate import Money, money_of
from lineofsight.analyses.rows import can_be_shown, cases_of, change_of, number, summarise, unit_shown
from lineofsight.model.effects import Effect
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import View
from lineofsight.runs.columns import INTERVAL, SEGMENT, Column, TableSchema, nullable, required, unit_columns
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.units import Unit

_EFFECT_COLUMNS: tuple[Column, ...] = (
    required("cause", "string", "name of the operation or perception that is changed"),
    required("cause_kind", "string", "'operation' or 'perception'"),
    required("outcome", "string", "name of the perception or behaviour that goes with it"),
    required("outcome_kind", "string", "'perception' or 'behaviour'"),
    SEGMENT,
    required(
        "path",
        "string",
        "'total'; 'direct' (at the same perceptions); 'via NAME' (through that perception); 'via NAME → NAME' (through one that leads to the other)",
    ),
    required("change", "string", "what was changed: '10 % better', 'to the best quartile', '1 point higher'"),
    nullable("estimate", "float", "expected difference of the outcome's mean after the change, in `unit`"),
    *INTERVAL,
    *unit_columns("unit", "unit of the estimate, as 'points', 'percentage points', the currency"),
    nullable(
        "per_case",
        "float",
        "of an operation that is yes or no: expected difference of the outcome of a case that is good rather than not, on average, in `unit`; else null",
    ),
    nullable("per_case_low", "float", "lower end of its interval"),
    nullable("per_case_high", "float", "upper end of its interval"),
    nullable(
        "elasticity",
        "float",
        "per cent by which the outcome's mean is higher when the cause's mean is 1 % better (a perception: 1 % higher); null where a mean is not positive",
    ),
    nullable("elasticity_low", "float", "lower end of the elasticity's interval"),
    nullable("elasticity_high", "float", "upper end of the elasticity's interval"),
    nullable("standard_error", "float", "bootstrap standard error, in `unit`"),
    required("n", "int", "episodes the estimate rests on"),
    required("population", "string", "'everyone', or 'respondents' of the perceptions involved"),
    nullable("cause_from", "float", "mean of the cause today, in `cause_unit`"),
    nullable(
        "cause_to",
        "float",
        "mean of the cause after the change, in `cause_unit`; null where a perception's scale, or a segment's cases, end before",
    ),
    *unit_columns("cause_unit", "unit of the cause"),
    nullable("outcome_mean", "float", "mean of the outcome today, in `outcome_unit`"),
    *unit_columns("outcome_unit", "unit of the outcome's mean"),
    nullable("money_per_year", "float", "worth of the estimate a year, in the currency"),
    nullable("money_low", "float", "lower end of the money's interval"),
    nullable("money_high", "float", "upper end of the money's interval"),
    nullable("function", "string", "who owns the operation"),
    nullable("p_value", "float", "two-sided p-value of no effect, by the bootstrap's standard error"),
    nullable(
        "q_value",
        "float",
        "least share of false discoveries at which this is one, among all effects of the run with such a path (Benjamini and Hochberg 1995)",
    ),
    nullable(
        "shrunk",
        "float",
        "the estimate drawn towards zero, among all operations' on this outcome: what to expect of one that was picked for its size; totals of operations only",
    ),
    nullable("shrunk_low", "float", "lower end of its interval"),
    nullable("shrunk_high", "float", "upper end of its interval"),
    required(
        "evidence", "string", "'associated', 'adjusted', 'robust', 'quasi-experimental' or 'experimental'"
    ),
    nullable("because", "reasons", "why it has this level of evidence"),
    nullable("not_higher", "reasons", "why it has not a higher one"),
    required("adjusted_for", "names", "what was held equal"),
    nullable("reason", "reason", "why there is no estimate; null where there is one"),
)

EFFECTS = TableSchema("effects", "One cause on one outcome, in one segment, along one path.", _EFFECT_COLUMNS)

HEADROOM = TableSchema(
    "headroom",
    "As `effects`, for bringing every episode that is worse than today's best quartile up to it.",
    _EFFECT_COLUMNS,
)


def effect_rows(results: Results) -> list[Row]:
    """One row per effect of a change by a share, or by one point."""
    return _rows(results, ("better", "point"))


def _rows(results: Results, changes: Sequence[str]) -> list[Row]:
    """One row per effect of these changes, in the outcome's own unit, as an elasticity and in money."""
    effects = [effect for effect in results[Effects].effects if effect.change in changes]
    effects.sort(key=lambda effect: _order(results, effect))
    views = {view.label: view for view in results.sample.views}
    scaled = [_scaled(results, effect) for effect in effects]
    elastic = [_elasticity(results, views[effect.segment], effect) for effect in effects]
    values = {unit.behaviour: unit for unit in results[Money].unit_values}
    money = [money_of(effect, values, results[Money].episodes_per_year[effect.segment]) for effect in effects]
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
                **_per_case(results, effect, estimate),
                **dict(zip(("elasticity", "elasticity_low", "elasticity_high"), elasticity, strict=False)),
                **dict(zip(("money_per_year", "money_low", "money_high"), amount, strict=False)),
                **_evidence(results, effect, info.factor),
                "reason": effect.result.reason if isinstance(effect.result, NotEstimable) else None,
            }
        )
    return rows


def _per_case(results: Results, effect: Effect, estimate: Sequence[float | None]) -> Row:
    """Of an operation that is yes or no, the estimate and its interval over the share of cases that become good."""
    cases = cases_of(results, effect.cause) if effect.change == "better" else None
    told = [None if not cases or each is None else each / cases for each in estimate[:3]]
    return dict(zip(("per_case", "per_case_low", "per_case_high"), told, strict=True))


def _evidence(results: Results, effect: Effect, factor: float) -> Row:
    """How sure it is. What cannot be estimated, and every goal to the best quartile, has the level of its model."""
    claim = results[Evidence].claims.get(effect.key)
    if claim is None:
        out = results[Leakage].kept_out_controls(results.sample.design, effect.answers(results.info))
        lowest = "adjusted" if results.sample.adjusted and not out else "associated"
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
    labels = [view.label for view in results.sample.views]
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
    outcome = (
        number(population.mean(info.name).value * info.factor) if can_be_shown(population.clusters) else None
    )
    kept_out = {cause for cause, outcome in results[Leakage].leaks if outcome == info.source}
    drivers = [name for name in project.operations if name != effect.cause and name not in kept_out]
    later = results[Leakage].kept_out_controls(results.sample.design, effect.answers(results.info))
    kept_out |= set(later)
    controls = [c.control for c in results.sample.controls if c.used and c.control not in kept_out]
    return {
        "cause": effect.cause,
        "cause_kind": "operation" if operation is not None else "perception",
        "outcome": effect.outcome,
        "outcome_kind": info.kind,
        "segment": effect.segment,
        "path": effect.path,
        "change": change_of(results, effect.cause, effect.change, effect.segment),
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
        mean = number(answered.mean(info.name).value) if can_be_shown(answered.clusters) else None
        return mean, None if mean is None else _within(mean + 1, _top(results, info)), info.mean_unit
    name = effect.cause
    disclosed = can_be_shown(view.population().clusters)
    mean = number(view.average(f"value:{name}", f"known:{name}").value) if disclosed else None
    step = number(view.average(f"{effect.change}:{name}", f"known:{name}").value)
    after = None if mean is None or step is None else mean + step
    if cases_of(results, name) is not None and after is not None and not -1e-9 <= after <= 1 + 1e-9:
        after = None
    return mean, after, unit_shown(results, name)


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


def headroom_rows(results: Results) -> list[Row]:
    """As `effect_rows`, for bringing every episode up to today's best quartile."""
    return _rows(results, ("best",))
