"""The tables of a run: every column, its type and what it means. Public; documented in `docs/reference/run.md`.

Percentage points are 0–100; shares are 0–1. Intervals are `low` to `high` at the project's confidence (95 %).
A quantity that cannot be estimated is null and has its `reason`.
"""

from __future__ import annotations

from lineofsight.runs.columns import INTERVAL as _INTERVAL
from lineofsight.runs.columns import SEGMENT as _SEGMENT
from lineofsight.runs.columns import Column, TableSchema
from lineofsight.runs.columns import nullable as _n
from lineofsight.runs.columns import required as _c
from lineofsight.runs.columns import unit as _unit
from lineofsight.runs.evidence_schema import EVIDENCE_TABLES
from lineofsight.runs.paths_schema import PATHS_TABLES
from lineofsight.runs.response_schema import RESPONSE_TABLES
from lineofsight.runs.shape_schema import SHAPE_TABLES
from lineofsight.runs.warnings_schema import WARNINGS

__all__ = ["BY_NAME", "SCHEMA_VERSION", "TABLES", "Column", "TableSchema"]

SCHEMA_VERSION = 2

_EFFECT_COLUMNS: tuple[Column, ...] = (
    _c("cause", "string", "name of the operation or perception that is changed"),
    _c("cause_kind", "string", "'operation' or 'perception'"),
    _c("outcome", "string", "name of the perception or behaviour that goes with it"),
    _c("outcome_kind", "string", "'perception' or 'behaviour'"),
    _SEGMENT,
    _c(
        "path",
        "string",
        "'total'; 'direct' (at the same perceptions); 'via NAME' (through that perception); 'via NAME → NAME' (through one that leads to the other)",
    ),
    _c("change", "string", "what was changed: '10 % better', 'to the best quartile', '1 point higher'"),
    _n("estimate", "float", "expected difference of the outcome's mean after the change, in `unit`"),
    *_INTERVAL,
    *_unit("unit", "unit of the estimate, as 'points', 'percentage points', the currency"),
    _n(
        "elasticity",
        "float",
        "per cent by which the outcome's mean is higher when the cause's mean is 1 % better (a perception: 1 % higher); null where a mean is not positive",
    ),
    _n("elasticity_low", "float", "lower end of the elasticity's interval"),
    _n("elasticity_high", "float", "upper end of the elasticity's interval"),
    _n("standard_error", "float", "bootstrap standard error, in `unit`"),
    _c("n", "int", "episodes the estimate rests on"),
    _c("population", "string", "'everyone', or 'respondents' of the perceptions involved"),
    _n("cause_from", "float", "mean of the cause today, in `cause_unit`"),
    _n(
        "cause_to",
        "float",
        "mean of the cause after the change, in `cause_unit`; null where a perception's scale ends before",
    ),
    *_unit("cause_unit", "unit of the cause"),
    _n("outcome_mean", "float", "mean of the outcome today, in `outcome_unit`"),
    *_unit("outcome_unit", "unit of the outcome's mean"),
    _n("money_per_year", "float", "worth of the estimate a year, in the currency"),
    _n("money_low", "float", "lower end of the money's interval"),
    _n("money_high", "float", "upper end of the money's interval"),
    _n("function", "string", "who owns the operation"),
    _n("p_value", "float", "two-sided p-value of no effect, by the bootstrap's standard error"),
    _n(
        "q_value",
        "float",
        "least share of false discoveries at which this is one, among all effects of the run with such a path (Benjamini and Hochberg 1995)",
    ),
    _n(
        "shrunk",
        "float",
        "the estimate drawn towards zero, among all operations' on this outcome: what to expect of one that was picked for its size; totals of operations only",
    ),
    _n("shrunk_low", "float", "lower end of its interval"),
    _n("shrunk_high", "float", "upper end of its interval"),
    _c("evidence", "string", "'associated', 'adjusted', 'robust', 'quasi-experimental' or 'experimental'"),
    _n("because", "reasons", "why it has this level of evidence"),
    _n("not_higher", "reasons", "why it has not a higher one"),
    _c("adjusted_for", "names", "what was held equal"),
    _n("reason", "reason", "why there is no estimate; null where there is one"),
)

TABLES: tuple[TableSchema, ...] = (
    TableSchema("effects", "One cause on one outcome, in one segment, along one path.", _EFFECT_COLUMNS),
    TableSchema(
        "headroom",
        "As `effects`, for bringing every episode that is worse than today's best quartile up to it.",
        _EFFECT_COLUMNS,
    ),
    TableSchema(
        "importance",
        "How much of what varies in an outcome goes with each driver.",
        (
            _c("outcome", "string", "perception or behaviour"),
            _c("outcome_kind", "string", "'perception' or 'behaviour'"),
            _c("driver", "string", "operation"),
            _SEGMENT,
            _n(
                "importance",
                "float",
                "the driver's part of R², 0 to 1; over the drivers they add up to `r2_drivers`",
            ),
            _n("low", "float", "lower end of its interval"),
            _n("high", "float", "upper end of its interval"),
            _n("share", "float", "importance as a share of `r2_drivers`"),
            _n("r2_drivers", "float", "R² gained by all drivers over the controls alone"),
            _n("r2", "float", "R² of drivers and controls"),
            _c(
                "method",
                "string",
                "'LMG' (Shapley value of R²), or 'Johnson' (relative weights) beyond 20 drivers",
            ),
            _c("n", "int", "episodes"),
            _n("reason", "reason", "why there is none"),
        ),
    ),
    TableSchema(
        "drivers",
        "What each operation looks like today.",
        (
            _c("driver", "string", "name of the operation"),
            _c("label", "string", "its label"),
            _n("function", "string", "who owns it"),
            *_unit("unit", "its unit"),
            _c("better", "string", "'lower' or 'higher'"),
            _SEGMENT,
            _c("n", "int", "episodes where it is known"),
            _c("missing", "int", "episodes where it is not"),
            _n("mean", "float", "mean"),
            _n("sd", "float", "standard deviation"),
            _n("p5", "float", "5th percentile (everyone only)"),
            _n("p25", "float", "25th percentile (everyone only)"),
            _n("median", "float", "median (everyone only)"),
            _n("p75", "float", "75th percentile (everyone only)"),
            _n("p95", "float", "95th percentile (everyone only)"),
            _n("best_quartile", "float", "p25 where lower is better, p75 where higher is"),
            _n(
                "performance",
                "float",
                "0 to 100: where the mean lies between the worse and the better of p5 and p95",
            ),
            _n(
                "at_best",
                "float",
                "share of the episodes where it is as good as it gets: at its limit, in a rating's top boxes, else the best value there is (everyone only)",
            ),
            _n(
                "headroom",
                "float",
                "by how much the mean would change if all got to the best quartile, share of the mean",
            ),
            _n("assigned", "string", "'random' or 'chance' where that is declared"),
            _n(
                "assigned_p",
                "float",
                "p-value that an assigned operation goes with nothing that was there before (everyone only)",
            ),
        ),
    ),
    TableSchema(
        "perceptions",
        "Each perception by its standard definition.",
        (
            _c("perception", "string", "name"),
            _c("label", "string", "its label"),
            _c("measure", "string", "nps, csat, ces or score"),
            _c("statistic", "string", "'NPS', 'top-2-box', 'agree (5–7)' or 'mean'"),
            _SEGMENT,
            _n("value", "float", "the statistic: NPS −100 to 100, shares in per cent, means in points"),
            *_INTERVAL,
            *_unit("unit", "unit of the value"),
            _c("n", "int", "answers"),
            _n(
                "weighted",
                "float",
                "the same among everyone who was asked, from weighted answers; null where all answered or no weights can be made (see `weighting`)",
            ),
            _n("weighted_low", "float", "lower end of its interval"),
            _n("weighted_high", "float", "upper end of its interval"),
        ),
    ),
    TableSchema(
        "behaviours",
        "Each behaviour today.",
        (
            _c("behaviour", "string", "name"),
            _c("label", "string", "its label"),
            _c("kind", "string", "stay, buy_more, recommend or cost_to_serve"),
            _SEGMENT,
            _n("value", "float", "mean per episode over the window: per cent for `stay`, else in `unit`"),
            *_INTERVAL,
            *_unit("unit", "unit of the value"),
            _c("n", "int", "episodes whose window the data cover"),
            _c("uncovered", "int", "episodes whose window they do not cover: missing, not zero"),
            _n("window_days", "float", "length of the window in days"),
            _n("from_days", "float", "days after the anchor at which the window starts (the landmark)"),
            _n(
                "caution",
                "reason",
                "why what goes with it can hardly be told; null where nothing stands against it",
            ),
        ),
    ),
    TableSchema(
        "unit_values",
        "What one unit of each behaviour is worth.",
        (
            _c("behaviour", "string", "name"),
            _c("per", "string", "the unit valued, as 'customer kept'"),
            _n("value", "float", "worth in the currency; negative for a cost"),
            _n("low", "float", "lower end of its interval"),
            _n("high", "float", "upper end of its interval"),
            _c("how", "string", "how it was made, in words with its numbers"),
            _n("reason", "reason", "why there is none"),
        ),
    ),
    TableSchema(
        "money",
        "Each driver made 10 % better: money a year, over all behaviours.",
        (
            _c("driver", "string", "operation"),
            _SEGMENT,
            _c("change", "string", "what was changed"),
            _n("money_per_year", "float", "worth a year, in the currency"),
            _n("low", "float", "lower end of its interval"),
            _n("high", "float", "upper end of its interval"),
            _c("episodes_per_year", "float", "episodes a year it is counted over"),
            _c("behaviours", "names", "behaviours it adds up"),
            _n(
                "via_perception",
                "float",
                "the part that goes through how customers feel, in the currency (respondents' estimate)",
            ),
            _n("via_low", "float", "lower end of its interval"),
            _n("via_high", "float", "upper end of its interval"),
            _n("reason", "reason", "why there is none"),
        ),
    ),
    *RESPONSE_TABLES,
    TableSchema(
        "changes",
        "Why an outcome's mean moved between two periods: the difference, and its parts, which add up to it.",
        (
            _c("outcome", "string", "perception or behaviour"),
            _c("outcome_kind", "string", "'perception' or 'behaviour'"),
            _c("from", "string", "the earlier period, as '2025-Q2'"),
            _c("to", "string", "the later period"),
            _c(
                "part",
                "string",
                "'difference' (the whole), 'mix' (of customers: all controls), 'operation', 'unexplained'",
            ),
            _n("driver", "string", "the operation, where it is one"),
            _n("mean_from", "float", "mean of the outcome, or of the operation, in the earlier period"),
            _n("mean_to", "float", "the same in the later"),
            *_unit("mean_unit", "unit of these means", or_empty=True),
            _n(
                "known_from", "float", "share of the episodes in which the operation is known, earlier period"
            ),
            _n("known_to", "float", "the same in the later"),
            _n("estimate", "float", "the part, in `unit`; those that are there add up to the difference"),
            *_INTERVAL,
            *_unit("unit", "unit of the estimate"),
            _c("n_from", "int", "episodes with the outcome in the earlier period"),
            _c("n_to", "int", "episodes with the outcome in the later period"),
            _n("note", "reason", "what the estimate rests on, where that is not plain"),
            _n("reason", "reason", "why there is none; what such an operation did is in 'unexplained'"),
        ),
    ),
    TableSchema(
        "stability",
        "Whether what goes with a driver stays the same over time: its total effect in each period, for one change.",
        (
            _c("driver", "string", "operation"),
            _c("outcome", "string", "perception or behaviour"),
            _c("change", "string", "what was changed, the same in every period, as '10 % better'"),
            _n("periods", "int", "periods in which there is an effect"),
            _n(
                "same_sign",
                "float",
                "share of them in which the effect has the sign that it has over all periods",
            ),
            _n("q", "float", "Cochran's Q, with the covariance of periods that share customers"),
            _n(
                "p",
                "float",
                "probability of periods that differ as much if the effect were the same in all",
            ),
            _n("i2", "float", "share of the spread over periods that is not sampling error, 0 to 1"),
            _n("lowest", "float", "the lowest effect of a period, in `unit`"),
            _n("lowest_in", "string", "that period"),
            _n("highest", "float", "the highest effect of a period, in `unit`"),
            _n("highest_in", "string", "that period"),
            *_unit("unit", "unit of the effects"),
            _n("reason", "reason", "why nothing can be said"),
        ),
    ),
    TableSchema(
        "bands",
        "Observed averages of each outcome by band of a driver; not adjusted for anything.",
        (
            _c("driver", "string", "operation"),
            _c("band", "string", "the band, as '[1, 4)', 'below 1' or '4 and more'"),
            _n("from", "float", "lower end, included; null for the lowest"),
            _n("to", "float", "upper end, excluded; null for the highest"),
            _c("outcome", "string", "perception or behaviour"),
            _c("n", "int", "episodes with the outcome"),
            _n("mean", "float", "mean of the outcome"),
        ),
    ),
    TableSchema(
        "answers",
        "How often each answer was given.",
        (
            _c("perception", "string", "name"),
            _c("answer", "float", "the answer"),
            _c("n", "int", "times in the source table"),
            _c("matched", "int", "of these, times it is an episode's perception"),
            _c(
                "used",
                "int",
                "of those, times in an episode that the models use: the answers `perceptions` counts",
            ),
        ),
    ),
    TableSchema(
        "episodes",
        "The table of episodes in numbers: one row.",
        (
            _c("anchored", "int", "moments before anything is left out"),
            _c("anchored_customers", "int", "different customers among those with key, customer and time"),
            _c("anchored_repeat_customers", "int", "of these, with more than one moment"),
            _c("episodes", "int", "episodes analysed"),
            _c("customers", "int", "different customers among them"),
            _c("first", "timestamp", "earliest anchor"),
            _c("last", "timestamp", "latest anchor"),
            _c("per_year", "float", "episodes a year"),
            _c("buckets", "int", "clusters that are resampled"),
        ),
    ),
    TableSchema(
        "drops",
        "What was left out or is missing, and why.",
        (
            _c("step", "string", "'episodes', 'operations', 'perceptions', 'behaviours' or 'controls'"),
            _c("name", "string", "what it concerns"),
            _c("reason", "reason", "why"),
            _c("n", "int", "rows concerned"),
            _c("of", "int", "rows looked at"),
        ),
    ),
    TableSchema(
        "tables",
        "The tables that were read.",
        (
            _c("table", "string", "name"),
            _c("origin", "string", "path or 'sql'"),
            _c("rows", "int", "rows"),
            _n("covers_from", "timestamp", "start of what it covers, where it has a time"),
            _n("covers_until", "timestamp", "end of what it covers"),
        ),
    ),
    TableSchema(
        "columns",
        "The columns of the tables that were read.",
        (
            _c("table", "string", "table"),
            _c("column", "string", "column"),
            _c("type", "string", "type as the engine reads it"),
            _c("filled", "int", "rows where it is not empty"),
        ),
    ),
    TableSchema(
        "findings",
        "What was found, as plain sentences, the most important first.",
        (
            _c("rank", "int", "order, from 1"),
            _c(
                "kind",
                "string",
                "'driver', 'perception', 'path', 'shape', 'money', 'response', 'caution' or 'no effect'",
            ),
            _n("subject", "string", "driver or perception it speaks of"),
            _c("sentence", "string", "the sentence"),
        ),
    ),
    *EVIDENCE_TABLES,
    *SHAPE_TABLES,
    *PATHS_TABLES,
    WARNINGS,
)

BY_NAME: dict[str, TableSchema] = {table.name: table for table in TABLES}
