"""Tables of a run that tell shapes: where lines bend, and whether ratings penalise or reward."""

from __future__ import annotations

from lineofsight.runs.columns import TableSchema
from lineofsight.runs.columns import nullable as _n
from lineofsight.runs.columns import required as _c
from lineofsight.runs.columns import unit as _unit

SHAPE_TABLES: tuple[TableSchema, ...] = (
    TableSchema(
        "shape",
        "Whether what goes with a driver is a straight line, for everyone: one row a piece of the line.",
        (
            _c("driver", "string", "operation"),
            _c("outcome", "string", "perception or behaviour"),
            _n(
                "piece_from",
                "float",
                "where the piece begins, in the driver's unit; of the first the 5th percentile",
            ),
            _n("piece_to", "float", "where it ends; of the last the 95th percentile"),
            _n("slope", "float", "difference of the outcome's mean per unit of the driver there, in `unit`"),
            _n("low", "float", "lower end of its interval"),
            _n("high", "float", "upper end of its interval"),
            _n(
                "at_from", "float", "the outcome's mean at `piece_from`, all else as it is, in `outcome_unit`"
            ),
            _n("at_from_low", "float", "lower end of its interval"),
            _n("at_from_high", "float", "upper end of its interval"),
            _n("at_to", "float", "the outcome's mean at `piece_to`"),
            _n("at_to_low", "float", "lower end of its interval"),
            _n("at_to_high", "float", "upper end of its interval"),
            *_unit("unit", "unit of a difference of the outcome"),
            *_unit("outcome_unit", "unit of the outcome's mean"),
            *_unit("driver_unit", "unit of the driver"),
            _n(
                "curvature_p",
                "float",
                "p-value of a straight line: all bends at once (Wald, Hotelling's T²)",
            ),
            _n(
                "curvature_q",
                "float",
                "least share of false discoveries among all such tests (Benjamini and Hochberg 1995)",
            ),
            _n(
                "shape",
                "string",
                "'straight', 'threshold', 'diminishing', 'increasing', 'curved' or 'untold'",
            ),
            _n("verdict", "string", "the shape in plain words"),
            _n("knot_suggested", "float", "where the one bend is that says it all, in the driver's unit"),
            _n("knot_suggested_low", "float", "lower end of its interval: each resample picks its own"),
            _n("knot_suggested_high", "float", "upper end of its interval"),
            _n(
                "knot_change",
                "float",
                "change of slope there, among the half of the customers that had no part in picking the place, in `unit`",
            ),
            _n("slope_below", "float", "slope below that bend, in `unit`"),
            _n("slope_below_low", "float", "lower end of its interval"),
            _n("slope_below_high", "float", "upper end of its interval"),
            _n("slope_above", "float", "slope above that bend, in `unit`"),
            _n("slope_above_low", "float", "lower end of its interval"),
            _n("slope_above_high", "float", "upper end of its interval"),
            _c("n", "int", "episodes"),
            _n("reason", "reason", "why there is no shape"),
        ),
    ),
    TableSchema(
        "kano",
        "Ratings of attributes: what goes with their worse end and with their better end, against the middle.",
        (
            _c("attribute", "string", "operation that is a rating"),
            _c("outcome", "string", "perception or behaviour"),
            _n(
                "penalty",
                "float",
                "outcome's mean at the worse end of the scale less that in the middle, in `unit`",
            ),
            _n("penalty_low", "float", "lower end of its interval"),
            _n("penalty_high", "float", "upper end of its interval"),
            _n("reward", "float", "outcome's mean at the better end less that in the middle, in `unit`"),
            _n("reward_low", "float", "lower end of its interval"),
            _n("reward_high", "float", "upper end of its interval"),
            _n(
                "difference",
                "float",
                "the good that the reward does less the harm that the penalty does, in `unit`",
            ),
            _n("difference_low", "float", "lower end of its interval"),
            _n("difference_high", "float", "upper end of its interval"),
            _n(
                "asymmetry",
                "float",
                "−1 (only a penalty) to 1 (only a reward): impact asymmetry (Mikulić and Prebežac 2008)",
            ),
            _n("asymmetry_low", "float", "lower end of its interval"),
            _n("asymmetry_high", "float", "upper end of its interval"),
            _n(
                "class",
                "string",
                "'must-have', 'performance', 'delighter', 'indifferent' or 'reverse'",
            ),
            *_unit("unit", "unit of a difference of the outcome"),
            _c("boxes", "string", "which answers are the bottom and the top boxes"),
            _c("n", "int", "episodes"),
            _n("reason", "reason", "why there is no estimate, or no class"),
        ),
    ),
)
"""What shapes are told in."""
