"""Tables `shape` and `kano`."""

from __future__ import annotations

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.rows import interval_columns, number, summarise, unit_of
from lineofsight.analyses.shape.estimate import Shape, Shapes
from lineofsight.runs.columns import TableSchema, nullable, required, unit_columns
from lineofsight.stats.results import Estimate
from lineofsight.words.amounts import Amount
from lineofsight.words.shapes import shape_words

SHAPE = TableSchema(
    "shape",
    "Whether what goes with a driver is a straight line, for everyone: one row a piece of the line.",
    (
        required("driver", "string", "operation"),
        required("outcome", "string", "perception or behaviour"),
        nullable(
            "piece_from",
            "float",
            "where the piece begins, in the driver's unit; of the first the 5th percentile",
        ),
        nullable("piece_to", "float", "where it ends; of the last the 95th percentile"),
        nullable(
            "slope", "float", "difference of the outcome's mean per unit of the driver there, in `unit`"
        ),
        nullable("low", "float", "lower end of its interval"),
        nullable("high", "float", "upper end of its interval"),
        nullable(
            "at_from", "float", "the outcome's mean at `piece_from`, all else as it is, in `outcome_unit`"
        ),
        nullable("at_from_low", "float", "lower end of its interval"),
        nullable("at_from_high", "float", "upper end of its interval"),
        nullable("at_to", "float", "the outcome's mean at `piece_to`"),
        nullable("at_to_low", "float", "lower end of its interval"),
        nullable("at_to_high", "float", "upper end of its interval"),
        *unit_columns("unit", "unit of a difference of the outcome"),
        *unit_columns("outcome_unit", "unit of the outcome's mean"),
        *unit_columns("driver_unit", "unit of the driver"),
        nullable(
            "curvature_p",
            "float",
            "p-value of a straight line: all bends at once (Wald, Hotelling's T²)",
        ),
        nullable(
            "curvature_q",
            "float",
            "least share of false discoveries among all such tests (Benjamini and Hochberg 1995)",
        ),
        nullable(
            "shape",
            "string",
            "'straight', 'threshold', 'diminishing', 'increasing', 'curved' or 'untold'",
        ),
        nullable("verdict", "string", "the shape in plain words"),
        nullable("knot_suggested", "float", "where the one bend is that says it all, in the driver's unit"),
        nullable("knot_suggested_low", "float", "lower end of its interval: each resample picks its own"),
        nullable("knot_suggested_high", "float", "upper end of its interval"),
        nullable(
            "knot_change",
            "float",
            "change of slope there, among the half of the customers that had no part in picking the place, in `unit`",
        ),
        nullable("slope_below", "float", "slope below that bend, in `unit`"),
        nullable("slope_below_low", "float", "lower end of its interval"),
        nullable("slope_below_high", "float", "upper end of its interval"),
        nullable("slope_above", "float", "slope above that bend, in `unit`"),
        nullable("slope_above_low", "float", "lower end of its interval"),
        nullable("slope_above_high", "float", "upper end of its interval"),
        required("n", "int", "episodes"),
        nullable("reason", "reason", "why there is no shape"),
    ),
)


def shape_rows(results: Results) -> list[Row]:
    """One row per piece of each line; one per driver and outcome where there is none."""
    return [row for shape in results[Shapes].found for row in _shape(results, shape)]


def _shape(results: Results, shape: Shape) -> list[Row]:
    info = results.info[shape.outcome]
    threshold = shape.threshold
    sides = [None, None] if threshold is None else [threshold.below, threshold.above]
    below, above = summarise([None if side is None else side * info.factor for side in sides], results.level)
    (place,) = summarise([None if threshold is None else threshold.place], results.level)
    where = None if threshold is None else place_of(results, shape.driver, threshold.place)
    row: Row = {
        "driver": shape.driver,
        "outcome": shape.outcome,
        "unit": info.unit,
        "outcome_unit": info.mean_unit,
        "driver_unit": unit_of(results.project, shape.driver),
        "curvature_p": number(shape.p_value),
        "curvature_q": number(shape.q_value),
        "shape": shape.verdict,
        "verdict": None if shape.verdict is None else shape_words(shape.verdict, where),
        **interval_columns("knot_suggested", place),
        "knot_change": None if threshold is None else number(threshold.change * info.factor),
        **interval_columns("slope_below", below),
        **interval_columns("slope_above", above),
        "n": shape.n,
        "reason": shape.reason,
    }
    if (line := shape.line) is None:
        return [row]
    ends = line.ends
    heights = [line.at(end) for end in ends]
    scaled = [None if each is None else each * info.factor for each in heights]
    told = summarise(scaled, results.level)
    slopes = summarise([slope * info.factor for slope in line.slopes], results.level)
    return [
        {
            **row,
            "piece_from": ends[at],
            "piece_to": ends[at + 1],
            **dict(zip(("slope", "low", "high"), slope, strict=False)),
            **interval_columns("at_from", told[at]),
            **interval_columns("at_to", told[at + 1]),
        }
        for at, slope in enumerate(slopes)
    ]


def place_of(results: Results, driver: str, place: Estimate) -> Amount:
    """Where a bend is, in the driver's unit; a share in per cent."""
    unit = results.project.operations[driver].unit
    factor, unit = (100.0, "per cent") if unit == "share" else (1.0, unit)
    scaled = place * factor
    ((_, low, high, _),) = summarise([scaled], results.level)
    return Amount(scaled.value, low, high, unit)
