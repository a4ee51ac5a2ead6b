"""Tables of a run that tell how much passes through how customers feel, and whether that depends on how they feel."""

from __future__ import annotations

from lineofsight.runs.columns import INTERVAL, SEGMENT, TableSchema
from lineofsight.runs.columns import nullable as _n
from lineofsight.runs.columns import required as _c
from lineofsight.runs.columns import unit as _unit

PATHS_TABLES: tuple[TableSchema, ...] = (
    TableSchema(
        "mediation",
        "Which share of what a cause goes with passes through how customers feel, among those who answered.",
        (
            _c("cause", "string", "operation, or perception of a touchpoint that leads to an overall one"),
            _c("cause_kind", "string", "'operation' or 'perception'"),
            _c("outcome", "string", "behaviour, or overall perception"),
            SEGMENT,
            _c("change", "string", "as in `effects`"),
            _c("through", "names", "perceptions that it may pass through"),
            _n(
                "share",
                "float",
                "what passes through them as a share of the total, by chance below 0 or above 1",
            ),
            _n("low", "float", "lower end of its interval"),
            _n("high", "float", "upper end of its interval"),
            _n("words", "string", "the share in a word, as 'about two thirds'"),
            _n("total", "float", "total among those who answered, in `unit`: `via` and `direct` added up"),
            _n("total_low", "float", "lower end of its interval"),
            _n("total_high", "float", "upper end of its interval"),
            _n("via", "float", "what passes through all of the perceptions, in `unit`"),
            _n("via_low", "float", "lower end of its interval"),
            _n("via_high", "float", "upper end of its interval"),
            _n("direct", "float", "what does not, in `unit`"),
            _n("direct_low", "float", "lower end of its interval"),
            _n("direct_high", "float", "upper end of its interval"),
            *_unit("unit", "unit of a difference of the outcome"),
            _c("n", "int", "episodes"),
            _n("reason", "reason", "why there is no share"),
        ),
    ),
    TableSchema(
        "interactions",
        "Whether what a better driver goes with in a behaviour depends on how customers feel, for everyone who answered.",
        (
            _c("driver", "string", "operation"),
            _c("perception", "string", "perception"),
            _c("behaviour", "string", "behaviour"),
            _c("change", "string", "as in `effects`"),
            _n(
                "estimate",
                "float",
                "by how much what the change goes with differs where the perception is one point higher, in `unit`",
            ),
            *INTERVAL,
            *_unit("unit", "unit of a difference of the behaviour"),
            _n("p_value", "float", "two-sided p-value of no interaction, by the bootstrap's standard error"),
            _n(
                "p_beside_squares",
                "float",
                "the same beside the squares of the driver and of the perceptions: a bent line can look like an interaction (Ganzach 1997); null where none of the driver's on the behaviour has a p-value up to 0.05",
            ),
            _n(
                "q_value",
                "float",
                "least share of false discoveries among all interactions of the run (Benjamini and Hochberg 1995)",
            ),
            _c("n", "int", "episodes"),
            _n("reason", "reason", "why there is no estimate"),
        ),
    ),
    TableSchema(
        "natural_effects",
        "What a better driver goes with in a behaviour, at feelings as they are and through them, where the two may interact.",
        (
            _c("driver", "string", "operation"),
            _c("behaviour", "string", "behaviour"),
            _c("through", "names", "perceptions, all of them together"),
            _c("change", "string", "as in `effects`"),
            _c(
                "effect",
                "string",
                "'total'; 'pure direct' (perceptions as they are); 'total indirect' (through them, at the better driver); 'total direct' (perceptions as they are after the change); 'pure indirect' (through them, at the driver as it is); 'mediated interaction' (total less pure). Pure direct and total indirect add up to the total, and so do total direct and pure indirect",
            ),
            _n("estimate", "float", "mean over those who answered, in `unit`"),
            *INTERVAL,
            *_unit("unit", "unit of a difference of the behaviour"),
            _n("p_value", "float", "two-sided p-value of no such effect, by the bootstrap's standard error"),
            _c("n", "int", "episodes"),
            _n("reason", "reason", "why there is no estimate"),
        ),
    ),
)
"""What paths are told in."""
