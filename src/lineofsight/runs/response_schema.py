"""Tables of a run about who answered, and about the silent."""

from __future__ import annotations

from lineofsight.runs.columns import INTERVAL as _INTERVAL
from lineofsight.runs.columns import SEGMENT as _SEGMENT
from lineofsight.runs.columns import TableSchema
from lineofsight.runs.columns import nullable as _n
from lineofsight.runs.columns import required as _c
from lineofsight.runs.columns import unit as _unit

RESPONSE_TABLES: tuple[TableSchema, ...] = (
    TableSchema(
        "populations",
        "Do respondents behave as everybody does, and as the silent do? The total effect in each.",
        (
            _c("driver", "string", "operation"),
            _c("behaviour", "string", "behaviour"),
            *_unit("unit", "unit of the effects"),
            _n("everyone", "float", "total effect of '10 % better' among everyone"),
            _n("respondents", "float", "the same among respondents: direct plus all via"),
            _n("difference", "float", "respondents less everyone"),
            _n("low", "float", "lower end of the difference's interval"),
            _n("high", "float", "upper end of the difference's interval"),
            _n(
                "silent",
                "float",
                "the same among the silent: those who were asked and did not answer all that the paths go through",
            ),
            _n("silent_difference", "float", "respondents less the silent"),
            _n("silent_low", "float", "lower end of that difference's interval"),
            _n("silent_high", "float", "upper end of that difference's interval"),
            _n(
                "p_value",
                "float",
                "probability of a difference between respondents and the silent as large as this, were there none",
            ),
            _n(
                "p_together",
                "float",
                "the same for the differences of all drivers of this behaviour together",
            ),
        ),
    ),
    TableSchema(
        "response",
        "Who answered.",
        (
            _c("perception", "string", "name"),
            _SEGMENT,
            _c("episodes", "int", "episodes that could have been answered"),
            _c("answers", "int", "of these, answered"),
            _n("rate", "float", "share answered"),
            _n("low", "float", "lower end of its interval"),
            _n("high", "float", "upper end of its interval"),
        ),
    ),
    TableSchema(
        "silent",
        "How those who answered differ from those who were asked and did not.",
        (
            _c("perception", "string", "name"),
            _c("variable", "string", "operation, behaviour or numeric control"),
            _c("kind", "string", "'operation', 'behaviour' or 'control'"),
            _n("mean_respondents", "float", "mean among those who answered"),
            _n("mean_silent", "float", "mean among those who did not"),
            _n(
                "standardised_difference",
                "float",
                "difference over the pooled standard deviation (Austin 2009); beyond ±0.1 is notable",
            ),
            _n(
                "from_asked",
                "float",
                "those who answered less everyone who was asked, over the same standard deviation",
            ),
            _n(
                "from_asked_weighted",
                "float",
                "the same with weighted answers: the nearer to 0, the better balanced",
            ),
        ),
    ),
    TableSchema(
        "weighting",
        "How answers were weighted so that they stand for everyone who was asked; a perception that all answered has no row.",
        (
            _c("perception", "string", "name"),
            _c("asked", "int", "episodes that could have been answered"),
            _c("answered", "int", "of these, answered"),
            _n("method", "string", "'inverse probability'; null where there are no weights"),
            _n("raked_to", "names", "attributes whose declared margins the weights were raked to"),
            _c("columns", "int", "columns of the response model: operations and controls"),
            _n("pseudo_r2", "float", "how well it tells who answers: McFadden's R², 0 to 1"),
            _n(
                "effective_sample_size",
                "float",
                "answers of equal weight that would tell as much (Kish 1965)",
            ),
            _n("largest_weight", "float", "the largest weight, where their mean is 1; trimmed near 10"),
            _n("trimmed", "float", "share of the answers whose weight was trimmed"),
            _n(
                "left_out",
                "names",
                "operations and controls that are not in the model, as too few answered or were silent for all",
            ),
            _n(
                "nobody_like",
                "names",
                "columns that are the same for all who answered, or for all who did not: weights cannot make up for these",
            ),
            _n("reason", "reason", "why there are no weights"),
        ),
    ),
    TableSchema(
        "weighted_effects",
        "What rests on those who answered, once more with weights. And how different the silent would have to be.",
        (
            _c("cause", "string", "name of the operation or perception that is changed"),
            _c("outcome", "string", "name of the perception or behaviour that goes with it"),
            _n("segment", "string", "'attribute = level'; null for everyone"),
            _c("path", "string", "as in `effects`"),
            _c("change", "string", "what was changed"),
            _n("estimate", "float", "as in `effects`, with weighted answers, in `unit`"),
            *_INTERVAL,
            *_unit("unit", "unit of the estimates"),
            _n("unweighted", "float", "the estimate in `effects`"),
            _n("unweighted_low", "float", "lower end of its interval"),
            _n("unweighted_high", "float", "upper end of its interval"),
            _n("difference", "float", "weighted less unweighted"),
            _n("difference_low", "float", "lower end of the difference's interval"),
            _n("difference_high", "float", "upper end of the difference's interval"),
            _n("response_rate", "float", "share of those who were asked that answered all it rests on"),
            _n(
                "tipping_point",
                "float",
                "the effect among the silent, in `unit`, at which the nearer end of everyone's interval would be zero; null where the unweighted interval includes zero",
            ),
            _n("tipping_words", "string", "the same as a sentence"),
            _c("n", "int", "answers it rests on"),
            _n("reason", "reason", "why there is no weighted estimate"),
        ),
    ),
)
