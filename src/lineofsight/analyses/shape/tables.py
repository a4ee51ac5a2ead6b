"""Tables `shape` and `kano`."""

from __future__ import annotations

from math import ceil, floor

from lineofsight.aggregation.counts import CountBands
from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.rows import Summary, interval_columns, number, summarise, unit_of
from lineofsight.analyses.shape.estimate import Shape, Shapes
from lineofsight.analyses.shape.piecewise_linear import PiecewiseLinear
from lineofsight.analyses.shape.steps import StepForm
from lineofsight.runs.columns import TableSchema, nullable, required, unit_columns
from lineofsight.stats.results import Estimate
from lineofsight.words.amounts import Amount
from lineofsight.words.shapes import shape_words

SHAPE = TableSchema(
    "shape",
    "Whether what goes with a driver is a straight line, for everyone: one row a piece of the line; of a step, one row a value.",
    (
        required("driver", "string", "operation"),
        required("outcome", "string", "perception or behaviour"),
        nullable(
            "piece_from",
            "float",
            "where the piece begins, in the driver's unit; of the first the 5th percentile, of a count its lowest value",
        ),
        nullable(
            "piece_to",
            "float",
            "where it ends; of the last the 95th percentile, of a count the mean of its highest values, which are pooled."
            " Of a step the last value that is told together with `piece_from`",
        ),
        nullable(
            "slope",
            "float",
            "difference of the outcome's mean per unit of the driver there, in `unit`; null of a step",
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
            "'straight', 'threshold', 'step', 'diminishing', 'increasing', 'curved' or 'untold'",
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
        nullable("step_from", "float", "from how many on the outcome is another, where one step says it all"),
        nullable("step_from_low", "float", "lower end of its interval: each resample picks its own"),
        nullable("step_from_high", "float", "upper end of its interval"),
        nullable("step_change", "float", "how much higher the outcome's mean is from there on, in `unit`"),
        nullable("step_change_low", "float", "lower end of its interval"),
        nullable("step_change_high", "float", "upper end of its interval"),
        nullable("step_below", "float", "the outcome's mean before it, all else as it is, in `outcome_unit`"),
        nullable("step_below_low", "float", "lower end of its interval"),
        nullable("step_below_high", "float", "upper end of its interval"),
        nullable("step_above", "float", "the outcome's mean from there on"),
        nullable("step_above_low", "float", "lower end of its interval"),
        nullable("step_above_high", "float", "upper end of its interval"),
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
    if shape.step is not None:
        where = step_place(results, shape.driver, shape.step)
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
        **_step(results, shape),
        "n": shape.n,
        "reason": shape.reason,
    }
    if (line := shape.line) is None:
        return [row]
    if shape.step is not None and shape.counts is not None:
        return [row | height for height in _heights(line, shape.counts, info.factor, results.level)]
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


def _step(results: Results, shape: Shape) -> Row:
    """The step that says it all."""
    step, factor = shape.step, results.info[shape.outcome].factor
    told: list[Estimate | None] = [None] * 4
    if step is not None:
        told = [step.place, step.change * factor, step.below * factor, step.above * factor]
    place, change, below, above = summarise(told, results.level)
    return {
        **interval_columns("step_from", _whole_ends(place)),
        **interval_columns("step_change", change),
        **interval_columns("step_below", below),
        **interval_columns("step_above", above),
    }


def _heights(line: PiecewiseLinear, counts: CountBands, factor: float, level: float) -> list[Row]:
    """A row for each band of a count, with the outcome's mean there."""
    heights = summarise([each * factor for each in map(line.height_at, counts.means)], level)
    last = [*(value - 1 for value in counts.steps), counts.highest]
    return [
        {"piece_from": begin, "piece_to": end}
        | interval_columns("at_from", height)
        | interval_columns("at_to", height)
        for begin, end, height in zip(counts.starts, last, heights, strict=True)
    ]


def step_place(results: Results, driver: str, step: StepForm) -> Amount:
    """From how many on, in the driver's unit."""
    (place,) = summarise([step.place], results.level)
    _, low, high, _ = _whole_ends(place)
    return Amount(step.place.value, low, high, results.project.operations[driver].unit)


def _whole_ends(place: Summary) -> Summary:
    """The interval of a place among whole numbers, between which quantiles of replicates may lie."""
    value, low, high, error = place
    return value, None if low is None else floor(low), None if high is None else ceil(high), error


def place_of(results: Results, driver: str, place: Estimate) -> Amount:
    """Where a bend is, in the driver's unit; a share in per cent."""
    unit = results.project.operations[driver].unit
    factor, unit = (100.0, "per cent") if unit == "share" else (1.0, unit)
    scaled = place * factor
    ((_, low, high, _),) = summarise([scaled], results.level)
    return Amount(scaled.value, low, high, unit)
