"""Tables `weighting` and `weighted_effects`: what changes when those who answered stand for everyone who was asked."""

from __future__ import annotations

from lineofsight.aggregation.basis import asked
from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.nonresponse.estimate import Nonresponse
from lineofsight.analyses.rows import change_of, number, summarise
from lineofsight.model.effects import Effect
from lineofsight.runs.columns import INTERVAL, TableSchema, nullable, required, unit_columns
from lineofsight.stats.intervals import excludes_zero
from lineofsight.stats.logistic import Logistic
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.words.nonresponse import TippingPoint, tipping_point_words

WEIGHTING = TableSchema(
    "weighting",
    "How answers were weighted so that they stand for everyone who was asked; a perception that all answered has no row.",
    (
        required("perception", "string", "name"),
        required("asked", "int", "episodes that could have been answered"),
        required("answered", "int", "of these, answered"),
        nullable("method", "string", "'inverse probability'; null where there are no weights"),
        nullable("raked_to", "names", "attributes whose declared margins the weights were raked to"),
        required("columns", "int", "columns of the response model: operations and controls"),
        nullable("pseudo_r2", "float", "how well it tells who answers: McFadden's R², 0 to 1"),
        nullable(
            "effective_sample_size",
            "float",
            "answers of equal weight that would tell as much (Kish 1965)",
        ),
        nullable("largest_weight", "float", "the largest weight, where their mean is 1; trimmed near 10"),
        nullable("trimmed", "float", "share of the answers whose weight was trimmed"),
        nullable(
            "left_out",
            "names",
            "operations and controls that are not in the model, as too few answered or were silent for all",
        ),
        nullable(
            "nobody_like",
            "names",
            "columns that are the same for all who answered, or for all who did not: weights cannot make up for these",
        ),
        nullable("reason", "reason", "why there are no weights"),
    ),
)

WEIGHTED_EFFECTS = TableSchema(
    "weighted_effects",
    "What rests on those who answered, once more with weights. And how different the silent would have to be.",
    (
        required("cause", "string", "name of the operation or perception that is changed"),
        required("outcome", "string", "name of the perception or behaviour that goes with it"),
        nullable("segment", "string", "'attribute = level'; null for everyone"),
        required("path", "string", "as in `effects`"),
        required("change", "string", "what was changed"),
        nullable("estimate", "float", "as in `effects`, with weighted answers, in `unit`"),
        *INTERVAL,
        *unit_columns("unit", "unit of the estimates"),
        nullable("unweighted", "float", "the estimate in `effects`"),
        nullable("unweighted_low", "float", "lower end of its interval"),
        nullable("unweighted_high", "float", "upper end of its interval"),
        nullable("difference", "float", "weighted less unweighted"),
        nullable("difference_low", "float", "lower end of the difference's interval"),
        nullable("difference_high", "float", "upper end of the difference's interval"),
        nullable("response_rate", "float", "share of those who were asked that answered all it rests on"),
        nullable(
            "tipping_point",
            "float",
            "the effect among the silent, in `unit`, at which the nearer end of everyone's interval would be zero; null where the unweighted interval includes zero",
        ),
        nullable("tipping_words", "string", "the same as a sentence"),
        required("n", "int", "answers it rests on"),
        nullable("reason", "reason", "why there is no weighted estimate"),
    ),
)


def weighting_rows(results: Results) -> list[Row]:
    """How the answers to each perception were weighted; only of those that some did not answer who were asked."""
    weighted = results[Nonresponse].weighted
    if weighted is None:
        return []
    rows: list[Row] = []
    for name, weights in weighted.weights.items():
        model, tally = weights.model, weights.tally(name)
        there = weights.weighed is not None
        rows.append(
            {
                "perception": name,
                "asked": results.sample.everyone.population((asked(name),)).n,
                "answered": results.sample.everyone.population((name,)).n,
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
                "nobody_like": model.separated or None,
                "reason": weights.reason,
            }
        )
    return sorted(rows, key=lambda row: [*results.project.perceptions].index(row["perception"]))


def weighted_effect_rows(results: Results) -> list[Row]:
    """What rests on those who answered, with weights beside without; for everyone, then by segment."""
    found = results[Nonresponse]
    if found.weighted is None:
        return []
    again = {effect.key: effect.result for effect in found.weighted_effects}
    effects = [
        effect
        for effect in results[Effects].effects
        if effect.population == "respondents"
        and effect.change in ("better", "point")
        and found.weighted.rests_on(_perceptions(results, effect)) is not None
    ]
    effects.sort(key=lambda effect: _order(results, effect))
    plain_ones, heavy = [], []
    for effect in effects:
        factor = results.info[effect.outcome].factor
        weights = found.weighted.rests_on(_perceptions(results, effect))
        result = again.get(effect.key, effect.result)  # not asked again where nothing could be weighted
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
                "change": change_of(results, effect.cause, effect.change, effect.segment),
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
    if rate is None or low is None or high is None or not excludes_zero(low, high) or rate >= 1:
        return None
    return -rate / (1 - rate) * (low if low > 0 else high)


def _in_words(
    results: Results, effect: Effect, tip: float | None, rate: float | None, value: float | None
) -> str | None:
    if tip is None or rate is None or value is None:
        return None
    info, via = results.info[effect.outcome], effect.path.removeprefix("via ")
    found = TippingPoint(
        cause=effect.cause,
        outcome=info.source,
        path="" if via == "total" else via,
        change=change_of(results, effect.cause, effect.change, effect.segment),
        statistic=None if info.main else info.statistic,
        felt=info.kind == "perception" and info.main,
        tip=tip,
        rate=rate,
        effect=value,
        unit=info.unit,
    )
    return tipping_point_words(found, results.label)


def _rate(results: Results, effect: Effect) -> float | None:
    """Share that answered all it rests on, of those who were asked, among those whose behaviour is known."""
    perceptions = _perceptions(results, effect)
    outcome = results.info[effect.outcome]
    beside = (outcome.source,) if outcome.kind == "behaviour" else ()
    view = next(view for view in results.sample.views if view.label == effect.segment)
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
    where = [view.label for view in results.sample.views].index(effect.segment)
    return where, causes.index(effect.cause), [*results.info].index(effect.outcome), path, effect.path
