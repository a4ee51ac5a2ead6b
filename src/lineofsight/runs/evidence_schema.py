"""Tables of a run that say how sure its effects are."""

from __future__ import annotations

from lineofsight.runs.columns import SEGMENT, TableSchema
from lineofsight.runs.columns import nullable as _n
from lineofsight.runs.columns import required as _c
from lineofsight.runs.columns import unit as _unit

EVIDENCE_TABLES: tuple[TableSchema, ...] = (
    TableSchema(
        "differences",
        "Where each driver's effect differs most: the segment is chosen on one half of the customers, the difference measured on the other.",
        (
            _c("driver", "string", "operation"),
            _c("outcome", "string", "perception or behaviour"),
            SEGMENT,
            _c("n", "int", "episodes of the segment that it is measured on"),
            _n("here", "float", "effect in the segment, in `unit`"),
            _n(
                "rest",
                "float",
                "effect in the other segments of its attribute, each weighted by its precision",
            ),
            _n("difference", "float", "the segment less the rest"),
            _n("low", "float", "lower end of the difference's interval"),
            _n("high", "float", "upper end of the difference's interval"),
            *_unit("unit", "unit of the effects"),
            _n("p_value", "float", "p-value of no difference"),
            _n("q_value", "float", "least share of false discoveries among all drivers and outcomes"),
            _n("reason", "reason", "why none could be measured"),
        ),
    ),
    TableSchema(
        "comparisons",
        "Claims about everyone held against what would show up one that is none: placebos, and the same customers.",
        (
            _c("cause", "string", "operation (10 % better) or perception (one point higher)"),
            _c("outcome", "string", "perception or behaviour"),
            _c(
                "comparison",
                "string",
                "'before': on what customers did before any operation of the episode had begun; 'next': of the operation's value in the customer's next episode, beside this one's; 'within': each customer's episodes compared with each other",
            ),
            _c("n", "int", "episodes it rests on"),
            _c("customers", "int", "customers it rests on; groups of them where they are many"),
            _n("estimate", "float", "what the comparison finds, in `unit`"),
            _n("low", "float", "lower end of its interval"),
            _n("high", "float", "upper end of its interval"),
            _n(
                "claimed",
                "float",
                "what it is held against: the effect; for 'next' that of this episode's value in the same model",
            ),
            _n("left", "float", "`claimed` less `estimate`"),
            _n("left_low", "float", "lower end of the interval of `left`"),
            _n("left_high", "float", "upper end of the interval of `left`"),
            *_unit("unit", "unit of the effects"),
            _n(
                "q_value",
                "float",
                "least share of false discoveries among all placebos that find something, or among all customers that show less",
            ),
            _c("says", "string", "'for' the claim, 'against' it, or 'open'"),
            _n("reason", "reason", "why there is none"),
        ),
    ),
    TableSchema(
        "controls",
        "What is held equal in every model, and why.",
        (
            _c("control", "string", "name of the control, or 'period'"),
            _c("used", "string", "'yes' where it is held equal"),
            _c(
                "declared",
                "string",
                "'yes' where it is held equal whatever the data say, 'no' for a candidate",
            ),
            _n("with_operations", "names", "operations that a candidate goes with"),
            _n("with_outcomes", "names", "perceptions and behaviours that it goes with"),
            _n("reason", "reason", "why nothing could be selected, so that a candidate stays"),
        ),
    ),
    TableSchema(
        "robustness",
        "How strong a cause that nobody measured would have to be to undo a total effect.",
        (
            _c("cause", "string", "operation or perception"),
            _c("outcome", "string", "perception or behaviour"),
            SEGMENT,
            _c("change", "string", "what was changed"),
            _c("estimate", "float", "the effect, in `unit`"),
            *_unit("unit", "unit of the effect"),
            _c(
                "partial_r2", "float", "share that the cause explains of what all others leave of the outcome"
            ),
            _c(
                "robustness_value",
                "float",
                "a hidden factor that explains less than this share of what is left of both, cause and outcome, cannot take the effect to zero (Cinelli and Hazlett 2020)",
            ),
            _n(
                "robustness_value_interval",
                "float",
                "the same, for the nearer end of the interval",
            ),
            _n(
                "benchmark",
                "string",
                "the control whose equal, if it were hidden, would take most off the effect",
            ),
            _n(
                "benchmark_r2_cause",
                "float",
                "most that a hidden factor as strong as that explains of what is left of the cause",
            ),
            _n("benchmark_r2_outcome", "float", "and of what is left of the outcome"),
            _n("left", "float", "the effect that would be left beside it, in `unit`"),
            _n("left_low", "float", "lower end of the interval that would be left"),
            _n("left_high", "float", "upper end of the interval that would be left"),
            _n(
                "e_value",
                "float",
                "risk ratio that a hidden factor must have with both (VanderWeele and Ding 2017); `stay` only",
            ),
            _n(
                "e_value_interval",
                "float",
                "the same for the nearer end of the interval; 1 where it includes zero",
            ),
        ),
    ),
    TableSchema(
        "heterogeneity",
        "How much each total effect differs between the segments of an attribute.",
        (
            _c("driver", "string", "operation"),
            _c("outcome", "string", "perception or behaviour"),
            _c("attribute", "string", "what makes the segments"),
            _c("segments", "int", "segments with an estimate"),
            _n("mean", "float", "mean over the segments (random effects, Paule and Mandel 1982), in `unit`"),
            _n("low", "float", "lower end of its interval"),
            _n("high", "float", "upper end of its interval"),
            _n("spread", "float", "standard deviation of the true effects between segments, in `unit`"),
            *_unit("unit", "unit of the effects"),
            _n("cochran_q", "float", "Cochran's Q, against no difference"),
            _n("p_value", "float", "its p-value"),
            _n("q_value", "float", "least share of false discoveries among all these tests"),
            _n(
                "i2",
                "float",
                "share of the scatter of estimates that is not chance (Higgins and Thompson 2002)",
            ),
            _c(
                "reversed",
                "string",
                "'yes' where the effect of everyone and of the segments are clear and opposite (Simpson's paradox)",
            ),
            _n("reason", "reason", "why there is no comparison"),
        ),
    ),
    TableSchema(
        "segments",
        "Each segment's total effect, pooled with and set against the others of its attribute.",
        (
            _c("driver", "string", "operation"),
            _c("outcome", "string", "perception or behaviour"),
            _c("attribute", "string", "what makes the segments"),
            _c("segment", "string", "segment as 'attribute = level'"),
            _c("n", "int", "episodes"),
            _n("estimate", "float", "the segment's own estimate, in `unit`"),
            _n("low", "float", "lower end of its interval"),
            _n("high", "float", "upper end of its interval"),
            _n(
                "pooled",
                "float",
                "drawn towards the mean of all segments as far as it is uncertain (Morris 1983)",
            ),
            _n("pooled_low", "float", "lower end of its interval"),
            _n("pooled_high", "float", "upper end of its interval"),
            _n("rest", "float", "the other segments' effect, each weighted by its precision"),
            _n("difference", "float", "the segment less the rest"),
            _n("difference_low", "float", "lower end of the difference's interval"),
            _n("difference_high", "float", "upper end of the difference's interval"),
            _n("p_value", "float", "p-value of no difference"),
            _n(
                "q_value",
                "float",
                "least share of false discoveries among all segments, drivers and outcomes",
            ),
            *_unit("unit", "unit of the effects"),
            _n("reason", "reason", "why there is no estimate"),
        ),
    ),
)
