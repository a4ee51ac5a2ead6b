"""Tables `weighting` and `weighted_effects`: what changes when those who answered stand for everyone who was asked."""

from __future__ import annotations

from lineofsight.aggregation.basis import asked
from lineofsight.analyses.findings.wording import quoted
from lineofsight.analyses.money.estimate import key_of
from lineofsight.analyses.nonresponse.tipping import tipping_words
from lineofsight.analyses.results import Results, Row, change_text, number, summarise
from lineofsight.model.effects import Effect
from lineofsight.stats.logistic import Logistic
from lineofsight.stats.results import Estimate, NotEstimable


def weighting_rows(results: Results) -> list[Row]:
    """How the answers to each perception were weighted; only of those that some did not answer who were asked."""
    weighted = results.chain.weighted
    if weighted is None:
        return []
    rows: list[Row] = []
    for name, weights in weighted.weights.items():
        model, tally = weights.answering, weights.tally(name)
        there = weights.weighed is not None
        rows.append(
            {
                "perception": name,
                "asked": results.chain.everyone.population((asked(name),)).n,
                "answered": results.chain.everyone.population((name,)).n,
                "method": "inverse probability" if there else None,
                "raked_to": (weights.raked or None) if there else None,
                "columns": model.columns,
                "pseudo_r2": number(model.fitted.pseudo_r_squared)
                if isinstance(model.fitted, Logistic)
                else None,
                "effective_sample_size": number(tally.effective_sample_size) if there else None,
                "largest_weight": number(tally.largest_weight) if there else None,
                "trimmed": number(tally.trimmed_share) if there else None,
                "left_out": model.left_out or None,
                "nobody_like": model.told_apart or None,
                "reason": weights.reason,
            }
        )
    return sorted(rows, key=lambda row: [*results.project.perceptions].index(row["perception"]))


def weighted_effect_rows(results: Results) -> list[Row]:
    """What rests on those who answered, with weights beside without; for everyone, then by segment."""
    chain = results.chain
    if chain.weighted is None:
        return []
    again = {key_of(effect): effect.result for effect in chain.weighted_effects}
    effects = [
        effect
        for effect in chain.effects
        if effect.population == "respondents"
        and effect.change in ("better", "point")
        and chain.weighted.rests_on(_perceptions(results, effect)) is not None
    ]
    effects.sort(key=lambda effect: _order(results, effect))
    plain_ones, heavy = [], []
    for effect in effects:
        factor = results.info[effect.outcome].factor
        weights = chain.weighted.rests_on(_perceptions(results, effect))
        result = again.get(key_of(effect), effect.result)  # not asked again where nothing could be weighted
        if weights is not None and weights.reason is not None and isinstance(effect.result, Estimate):
            result = NotEstimable(weights.reason)
        plain_ones.append(effect.result * factor if isinstance(effect.result, Estimate) else effect.result)
        heavy.append(result * factor if isinstance(result, Estimate) else result)
    differences = [
        one - other if isinstance(one, Estimate) and isinstance(other, Estimate) else None
        for one, other in zip(heavy, plain_ones, strict=True)
    ]
    rows = []
    for effect, result, told, usual, gap in zip(
        effects,
        heavy,
        summarise(heavy, results.level),
        summarise(plain_ones, results.level),
        summarise(differences, results.level),
        strict=True,
    ):
        info = results.info[effect.outcome]
        rate = _rate(results, effect)
        tip = tipping_point(rate, usual[1], usual[2])
        rows.append(
            {
                "cause": effect.cause,
                "outcome": effect.outcome,
                "segment": effect.segment,
                "path": effect.path,
                "change": change_text(
                    effect.change, results.project.estimation.change, results.info.get(effect.cause)
                ),
                **dict(zip(("estimate", "low", "high"), told, strict=False)),
                "unit": info.unit,
                **dict(zip(("unweighted", "unweighted_low", "unweighted_high"), usual, strict=False)),
                **dict(zip(("difference", "difference_low", "difference_high"), gap, strict=False)),
                "response_rate": rate,
                "tipping_point": tip,
                "tipping_words": _in_words(results, effect, tip, rate, usual[0]),
                "n": effect.n,
                "reason": result.reason if isinstance(result, NotEstimable) else None,
            }
        )
    return rows


def tipping_point(rate: float | None, low: float | None, high: float | None) -> float | None:
    """The effect among the silent at which the interval of everyone's reaches zero.

    Everyone's effect is the mixture `r · respondents' + (1 − r) · silent's`, with `r` the response rate. The nearer end of
    the respondents' interval takes their place. None where the interval holds zero already, or nobody is silent.
    """
    if rate is None or low is None or high is None or not (low > 0 or high < 0) or rate >= 1:
        return None
    return -rate / (1 - rate) * (low if low > 0 else high)


def _in_words(
    results: Results, effect: Effect, tip: float | None, rate: float | None, value: float | None
) -> str | None:
    if tip is None or rate is None or value is None:
        return None
    info, via = results.info[effect.outcome], effect.path.removeprefix("via ")
    change = change_text(effect.change, results.project.estimation.change, results.info.get(effect.cause))
    return tipping_words(
        tip,
        rate,
        value,
        info.unit,
        cause=f"{quoted(results, effect.cause)} {change}",
        outcome=quoted(results, info.source) + ("" if info.main else f" ({info.statistic})"),
        felt=info.kind == "perception" and info.main,
        path={"total": "", "direct": "direct"}.get(effect.path, quoted(results, via)),
    )


def _rate(results: Results, effect: Effect) -> float | None:
    """Share that answered all it rests on, of those who were asked, among those whose behaviour is known."""
    perceptions = _perceptions(results, effect)
    outcome = results.info[effect.outcome]
    beside = (outcome.source,) if outcome.kind == "behaviour" else ()
    view = next(view for view in results.views if view.label == effect.segment)
    possible = view.population((*map(asked, perceptions), *beside)).n
    return view.population((*perceptions, *beside)).n / possible if possible else None


def _perceptions(results: Results, effect: Effect) -> tuple[str, ...]:
    """The perceptions that had to be answered for an effect."""
    names = (effect.cause, effect.outcome, *effect.given, *effect.answered)
    infos = [results.info[name] for name in names if name in results.info]
    sources = dict.fromkeys(info.source for info in infos if info.kind == "perception")
    return tuple(sources)


def _order(results: Results, effect: Effect) -> tuple[object, ...]:
    """Everyone, then the segments; causes and outcomes as declared; total, direct, via."""
    causes = [*results.project.operations, *results.project.perceptions]
    path = {"total": 0, "direct": 1}.get(effect.path, 2)
    where = [view.label for view in results.views].index(effect.segment)
    return where, causes.index(effect.cause), [*results.info].index(effect.outcome), path, effect.path
