"""Tables `robustness`, `heterogeneity` and `segments`: how sure the effects are."""

from __future__ import annotations

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.rows import change_of, number
from lineofsight.model.effects import Effect
from lineofsight.runs.columns import SEGMENT, TableSchema, nullable, required, unit_columns
from lineofsight.stats.results import Estimate

ROBUSTNESS = TableSchema(
    "robustness",
    "How strong a cause that nobody measured would have to be to undo a total effect.",
    (
        required("cause", "string", "operation or perception"),
        required("outcome", "string", "perception or behaviour"),
        SEGMENT,
        required("change", "string", "what was changed"),
        required("estimate", "float", "the effect, in `unit`"),
        *unit_columns("unit", "unit of the effect"),
        required(
            "partial_r2", "float", "share that the cause explains of what all others leave of the outcome"
        ),
        required(
            "robustness_value",
            "float",
            "a hidden factor that explains less than this share of what is left of both, cause and outcome, cannot take the effect to zero (Cinelli and Hazlett 2020)",
        ),
        nullable(
            "robustness_value_interval",
            "float",
            "the same, for the nearer end of the interval",
        ),
        nullable(
            "benchmark",
            "string",
            "the control whose equal, if it were hidden, would take most off the effect",
        ),
        nullable(
            "benchmark_r2_cause",
            "float",
            "most that a hidden factor as strong as that explains of what is left of the cause",
        ),
        nullable("benchmark_r2_outcome", "float", "and of what is left of the outcome"),
        nullable("left", "float", "the effect that would be left beside it, in `unit`"),
        nullable("left_low", "float", "lower end of the interval that would be left"),
        nullable("left_high", "float", "upper end of the interval that would be left"),
        nullable(
            "e_value",
            "float",
            "risk ratio that a hidden factor must have with both (VanderWeele and Ding 2017); `stay` only",
        ),
        nullable(
            "e_value_interval",
            "float",
            "the same for the nearer end of the interval; 1 where it includes zero",
        ),
    ),
)


def robustness_rows(results: Results) -> list[Row]:
    """What a hidden cause would have to be, for every total effect."""
    return [
        _robustness(results, effect) for effect in results[Effects].effects if effect.robustness is not None
    ]


def _robustness(results: Results, effect: Effect) -> Row:
    found, estimate, info = effect.robustness, effect.result, results.info[effect.outcome]
    assert found is not None and isinstance(estimate, Estimate)  # asked of estimates only
    row: Row = {
        "cause": effect.cause,
        "outcome": effect.outcome,
        "segment": effect.segment,
        "change": change_of(results, effect.cause, effect.change, effect.segment),
        "estimate": number(estimate.value * info.factor),
        "unit": info.unit,
        "partial_r2": number(found.partial_r2),
        "robustness_value": number(found.value),
        "robustness_value_interval": number(found.interval_value),
        "e_value": number(found.e_value),
        "e_value_interval": number(found.e_value_interval),
    }
    if (benchmark := found.benchmark) is None:
        names = ("benchmark", "benchmark_r2_cause", "benchmark_r2_outcome", "left", "left_low", "left_high")
        return row | dict.fromkeys(names)
    low, high = benchmark.interval(estimate, results.level)
    return row | {
        "benchmark": benchmark.control,
        "benchmark_r2_cause": number(benchmark.r2_cause),
        "benchmark_r2_outcome": number(benchmark.r2_outcome),
        "left": number(benchmark.left * info.factor),
        "left_low": number(low * info.factor),
        "left_high": number(high * info.factor),
    }
