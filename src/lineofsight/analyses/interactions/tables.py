"""Tables `interactions` and `natural_effects`."""

from __future__ import annotations

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.interactions.estimate import Interactions
from lineofsight.analyses.rows import change_of, number, summarise
from lineofsight.runs.columns import INTERVAL, TableSchema, nullable, required, unit_columns
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.stats.wald import p_value

INTERACTIONS = TableSchema(
    "interactions",
    "Whether what a better driver goes with in a behaviour depends on how customers feel, for everyone who answered.",
    (
        required("driver", "string", "operation"),
        required("perception", "string", "perception"),
        required("behaviour", "string", "behaviour"),
        required("change", "string", "as in `effects`"),
        nullable(
            "estimate",
            "float",
            "by how much what the change goes with differs where the perception is one point higher, in `unit`",
        ),
        *INTERVAL,
        *unit_columns("unit", "unit of a difference of the behaviour"),
        nullable(
            "p_value", "float", "two-sided p-value of no interaction, by the bootstrap's standard error"
        ),
        nullable(
            "p_beside_squares",
            "float",
            "the same beside the squares of the driver and of the perceptions: a bent line can look like an interaction (Ganzach 1997); null where none of the driver's on the behaviour has a p-value up to 0.05",
        ),
        nullable(
            "q_value",
            "float",
            "least share of false discoveries among all interactions of the run (Benjamini and Hochberg 1995)",
        ),
        required("n", "int", "episodes"),
        nullable("reason", "reason", "why there is no estimate"),
    ),
)

NATURAL_EFFECTS = TableSchema(
    "natural_effects",
    "What a better driver goes with in a behaviour, at feelings as they are and through them, where the two may interact.",
    (
        required("driver", "string", "operation"),
        required("behaviour", "string", "behaviour"),
        required("through", "names", "perceptions, all of them together"),
        required("change", "string", "as in `effects`"),
        required(
            "effect",
            "string",
            "'total'; 'pure direct' (perceptions as they are); 'total indirect' (through them, at the better driver); 'total direct' (perceptions as they are after the change); 'pure indirect' (through them, at the driver as it is); 'mediated interaction' (total less pure). Pure direct and total indirect add up to the total, and so do total direct and pure indirect",
        ),
        nullable("estimate", "float", "mean over those who answered, in `unit`"),
        *INTERVAL,
        *unit_columns("unit", "unit of a difference of the behaviour"),
        nullable(
            "p_value", "float", "two-sided p-value of no such effect, by the bootstrap's standard error"
        ),
        required("n", "int", "episodes"),
        nullable("reason", "reason", "why there is no estimate"),
    ),
)


NATURAL = ("total", "pure direct", "total indirect", "total direct", "pure indirect", "mediated interaction")


def interaction_rows(results: Results) -> list[Row]:
    """One row per driver, perception and behaviour."""
    found = results[Interactions].crossed
    scaled = [_scaled(results, one.behaviour, one.result) for one in found]
    return [
        {
            "driver": one.driver,
            "perception": one.perception,
            "behaviour": one.behaviour,
            "change": change_of(results, one.driver, "better"),
            **dict(zip(("estimate", "low", "high"), row, strict=False)),
            "unit": results.info[one.behaviour].unit,
            "p_value": number(one.p_value),
            "p_beside_squares": number(one.p_beside_squares),
            "q_value": number(one.q_value),
            "n": one.n,
            "reason": one.result.reason if isinstance(one.result, NotEstimable) else None,
        }
        for one, row in zip(found, summarise(scaled, results.level), strict=True)
    ]


def natural_rows(results: Results) -> list[Row]:
    """One row per driver, behaviour and effect; one row where there are none."""
    asked = [
        (one, name)
        for one in results[Interactions].natural
        for name in (NATURAL if one.effects else NATURAL[:1])
    ]
    scaled = [_scaled(results, one.behaviour, one.effects.get(name)) for one, name in asked]
    return [
        {
            "driver": one.driver,
            "behaviour": one.behaviour,
            "through": one.through,
            "change": change_of(results, one.driver, "better"),
            "effect": name,
            **dict(zip(("estimate", "low", "high"), row, strict=False)),
            "unit": results.info[one.behaviour].unit,
            "p_value": _p_value(one.effects[name]) if one.effects else None,
            "n": one.n,
            "reason": one.reason,
        }
        for (one, name), row in zip(asked, summarise(scaled, results.level), strict=True)
    ]


def _scaled(results: Results, behaviour: str, result: Estimate | NotEstimable | None) -> Estimate | None:
    return result * results.info[behaviour].factor if isinstance(result, Estimate) else None


def _p_value(effect: Estimate) -> float | None:
    return number(float(p_value(effect.value, effect.standard_error)))
