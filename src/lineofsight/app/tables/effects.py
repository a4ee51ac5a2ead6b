"""Tables `effects`, `headroom`, `populations`, `importance`, `money` and `unit_values`."""

from __future__ import annotations

from collections.abc import Sequence

from lineofsight.app.tables.context import Results, Row, change_text, number, summarise
from lineofsight.chain.design import PERIOD_NAME
from lineofsight.chain.effects import Effect
from lineofsight.chain.outcomes import OutcomeInfo
from lineofsight.chain.population import View
from lineofsight.core.results import Estimate, NotEstimable
from lineofsight.value.money import key_of, money_of


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
                "reason": effect.result.reason if isinstance(effect.result, NotEstimable) else None,
            }
        )
    return rows


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
    outcome = view.population((info.source,)).mean(info.name)
    drivers = [name for name in project.operations if name != effect.cause]
    controls = [*project.controls, *([PERIOD_NAME] if project.period_effects else [])]
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
        "outcome_mean": number(outcome.value * info.factor),
        "outcome_unit": info.mean_unit,
        "function": operation.function if operation is not None else None,
        "evidence": "adjusted" if controls else "associated",
        "adjusted_for": ", ".join([*drivers, *controls, *effect.given]),
    }


def _cause(results: Results, view: View, effect: Effect) -> tuple[float | None, float | None, str]:
    """Mean of the cause now and after the change, with its unit."""
    if effect.change == "point":
        info = results.info[effect.cause]
        mean = number(view.population((info.source,)).mean(info.name).value)
        return mean, None if mean is None else mean + 1, info.mean_unit
    name = effect.cause
    mean = number(view.average(f"value:{name}", f"known:{name}").value)
    step = number(view.average(f"{effect.change}:{name}", f"known:{name}").value)
    after = None if mean is None or step is None else mean + step
    return mean, after, results.project.operations[name].unit


def _scaled(results: Results, effect: Effect) -> Estimate | NotEstimable:
    if isinstance(effect.result, NotEstimable):
        return effect.result
    return effect.result * results.info[effect.outcome].factor


def _elasticity(results: Results, view: View, effect: Effect) -> Estimate | None:
    """Relative change of the outcome's mean over the relative change of the cause's mean.

    Only where both means are positive, so that a per cent has a sense.
    """
    info = results.info[effect.outcome]
    if isinstance(effect.result, NotEstimable) or not info.positive:
        return None
    outcome = view.population((info.source,)).mean(info.name)
    if effect.change == "point":
        cause = results.info[effect.cause]
        if not cause.positive:
            return None
        relative = 1.0 / view.population((cause.source,)).mean(cause.name).value
        steps: Estimate | float = relative
        mean = 1.0 / relative
    else:
        now = view.average(f"value:{effect.cause}", f"known:{effect.cause}")
        steps = view.average(f"{effect.change}:{effect.cause}", f"known:{effect.cause}") / now
        mean = now.value
        if steps.value == 0:
            return None
        steps = Estimate(abs(steps.value), abs(steps.replicates))
    if not (mean > 0 and outcome.value > 0):
        return None
    return effect.result / outcome / steps


def population_rows(results: Results) -> list[Row]:
    """Total effects among everyone and among respondents, side by side."""
    found = {key_of(effect): effect for effect in results.chain.effects}
    perceptions = [info for info in results.design.outcomes if info.kind == "perception" and info.main]
    rows: list[Row] = []
    for behaviour in (info for info in results.design.outcomes if info.kind == "behaviour"):
        for driver in results.project.operations:
            parts = [found.get((driver, behaviour.name, None, "direct", "better"))]
            parts += [
                found.get((driver, behaviour.name, None, f"via {info.name}", "better"))
                for info in perceptions
            ]
            given = parts[0].given if parts[0] is not None else ()
            total = found[driver, behaviour.name, None, "total", "better"].result
            known = [
                part.result
                for part in parts
                if part is not None and part.path in ("direct", *(f"via {g}" for g in given))
            ]
            estimates = [part for part in known if isinstance(part, Estimate)]
            if isinstance(total, NotEstimable) or not estimates or len(estimates) < len(known):
                continue
            respondents = sum(estimates[1:], estimates[0])
            (everyone, *_), (answered, *_), (difference, low, high, _) = summarise(
                [
                    total * behaviour.factor,
                    respondents * behaviour.factor,
                    (respondents - total) * behaviour.factor,
                ],
                results.level,
            )
            rows.append(
                {
                    "driver": driver,
                    "behaviour": behaviour.name,
                    "unit": behaviour.unit,
                    "everyone": everyone,
                    "respondents": answered,
                    "difference": difference,
                    "low": low,
                    "high": high,
                }
            )
    return rows


def importance_rows(results: Results) -> list[Row]:
    """Every driver's part of every outcome's R²."""
    entries = results.chain.importances
    methods = {"LMG": "LMG", "Johnson": "Johnson"}
    return [
        {
            "outcome": entry.outcome,
            "outcome_kind": results.info[entry.outcome].kind,
            "driver": entry.driver,
            "segment": entry.segment,
            "importance": value,
            "low": low,
            "high": high,
            "share": number(entry.share),
            "r2_drivers": number(entry.r2_drivers),
            "r2": number(entry.r2),
            "method": methods[entry.method],
            "n": entry.n,
            "reason": entry.result.reason if isinstance(entry.result, NotEstimable) else None,
        }
        for entry, (value, low, high, _) in zip(
            entries, summarise([entry.result for entry in entries], results.level), strict=True
        )
    ]


def money_rows(results: Results) -> list[Row]:
    """Each driver's change in money a year."""
    entries = [entry for entry in results.money if entry.change == "better"]
    totals = summarise([entry.result for entry in entries], results.level)
    return [
        {
            "driver": entry.driver,
            "segment": entry.segment,
            "change": change_text(entry.change, results.project.estimation.change),
            "money_per_year": value,
            "low": low,
            "high": high,
            "episodes_per_year": entry.occasions,
            "behaviours": ", ".join(entry.behaviours),
            "via_perception": number(entry.via.value) if entry.via is not None else None,
            "reason": entry.result.reason if isinstance(entry.result, NotEstimable) else None,
        }
        for entry, (value, low, high, _) in zip(entries, totals, strict=True)
    ]


def unit_value_rows(results: Results) -> list[Row]:
    """Worth of one unit of each behaviour."""
    summaries = summarise([unit.worth for unit in results.worths], results.level)
    return [
        {
            "behaviour": unit.behaviour,
            "per": unit.per,
            "value": value,
            "low": low,
            "high": high,
            "how": unit.how,
            "reason": unit.worth.reason if isinstance(unit.worth, NotEstimable) else None,
        }
        for unit, (value, low, high, _) in zip(results.worths, summaries, strict=True)
    ]
