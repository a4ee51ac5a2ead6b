"""Table `populations`: whether behaviour goes with operations alike among those who answered and the silent."""

from __future__ import annotations

from dataclasses import dataclass

from lineofsight.aggregation.basis import asked
from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.nonresponse.estimate import Nonresponse
from lineofsight.analyses.rows import number, summarise
from lineofsight.model.mediator_paths import route_of
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.runs.columns import TableSchema, nullable, required, unit_columns
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.stats.wald import bootstrap_wald, p_value

POPULATIONS = TableSchema(
    "populations",
    "Do respondents behave as everybody does, and as the silent do? The total effect in each.",
    (
        required("driver", "string", "operation"),
        required("behaviour", "string", "behaviour"),
        *unit_columns("unit", "unit of the effects"),
        nullable("everyone", "float", "total effect of '10 % better' among everyone"),
        nullable("respondents", "float", "the same among respondents: direct plus all via"),
        nullable("difference", "float", "respondents less everyone"),
        nullable("low", "float", "lower end of the difference's interval"),
        nullable("high", "float", "upper end of the difference's interval"),
        nullable(
            "silent",
            "float",
            "the same among the silent: those who were asked and did not answer all that the paths go through",
        ),
        nullable("silent_difference", "float", "respondents less the silent"),
        nullable("silent_low", "float", "lower end of that difference's interval"),
        nullable("silent_high", "float", "upper end of that difference's interval"),
        nullable(
            "p_value",
            "float",
            "probability of a difference between respondents and the silent as large as this, were there none",
        ),
        nullable(
            "p_together",
            "float",
            "the same for the differences of all drivers of this behaviour together",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class _Compared:
    """A driver's total effect among everyone, those who answered, and the silent where that can be estimated."""

    driver: str
    everyone: Estimate
    respondents: Estimate
    silent: Estimate | None


def population_rows(results: Results) -> list[Row]:
    """Total effects of everyone, those who answered and the silent, side by side, where they can be estimated."""
    rows: list[Row] = []
    for behaviour in results.sample.design.outcomes:
        if behaviour.kind != "behaviour":
            continue
        found, perceptions = _effects(results, behaviour)
        together = _together(results, behaviour, found, perceptions)
        for one in found:
            apart = None if one.silent is None else one.respondents - one.silent
            summaries = summarise(
                [one.everyone, one.respondents, one.respondents - one.everyone, one.silent, apart],
                results.level,
            )
            (everyone, *_), (respondents, *_), (difference, low, high, _), (silent, *_), between = summaries
            rows.append(
                {
                    "driver": one.driver,
                    "behaviour": behaviour.name,
                    "unit": behaviour.unit,
                    "everyone": everyone,
                    "respondents": respondents,
                    "difference": difference,
                    "low": low,
                    "high": high,
                    "silent": silent,
                    **dict(zip(("silent_difference", "silent_low", "silent_high"), between, strict=False)),
                    "p_value": None
                    if apart is None
                    else number(float(p_value(apart.value, apart.standard_error))),
                    "p_together": together,
                }
            )
    return rows


def _effects(results: Results, behaviour: OutcomeInfo) -> tuple[list[_Compared], tuple[str, ...]]:
    """The effects on a behaviour, in its reported unit, and the perceptions that those who answered had to answer."""
    effects = {effect.key: effect for effect in results[Effects].effects}
    silent = {(e.cause, e.outcome): e.result for e in results[Nonresponse].silent_effects}
    paths = dict.fromkeys(e.path for e in results[Effects].effects if e.outcome == behaviour.name)
    found: list[_Compared] = []
    perceptions: tuple[str, ...] = ()
    for driver in results.project.operations:
        direct = effects.get((driver, behaviour.name, None, "direct", "better"))
        if direct is None:
            continue
        perceptions = tuple(results.info[name].source for name in direct.given)
        split = ["direct", *(path for path in paths if set(route_of(path)) & set(direct.given))]
        parts = [effects[driver, behaviour.name, None, path, "better"].result for path in split]
        total = effects[driver, behaviour.name, None, "total", "better"].result
        known = [part for part in parts if isinstance(part, Estimate)]
        if isinstance(total, NotEstimable) or len(known) < len(parts):
            continue
        respondents = sum(known[1:], known[0])
        other = silent.get((driver, behaviour.name))
        found.append(
            _Compared(
                driver,
                total * behaviour.factor,
                respondents * behaviour.factor,
                other * behaviour.factor if isinstance(other, Estimate) else None,
            )
        )
    return found, perceptions


def _together(
    results: Results, behaviour: OutcomeInfo, found: list[_Compared], perceptions: tuple[str, ...]
) -> float | None:
    """Probability of all these differences, were there none."""
    apart = [one.respondents - one.silent for one in found if one.silent is not None]
    if not apart:
        return None
    everyone = results.sample.everyone
    answered = everyone.population((*perceptions, behaviour.source))
    silent = everyone.without((*map(asked, perceptions), behaviour.source), perceptions)
    return number(
        bootstrap_wald(
            [e.value for e in apart], [e.replicates for e in apart], min(answered.clusters, silent.clusters)
        )
    )
