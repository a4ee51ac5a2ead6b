"""Table `kano`: penalty and reward of ratings."""

from __future__ import annotations

from collections.abc import Sequence

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.ratings.estimate import Ratings
from lineofsight.analyses.rows import interval_columns, number, summarise
from lineofsight.runs.columns import TableSchema, nullable, required, unit_columns
from lineofsight.stats.results import Estimate
from lineofsight.words.shapes import boxes_words

KANO = TableSchema(
    "kano",
    "Ratings of attributes: what goes with their worse end and with their better end, against the middle.",
    (
        required("attribute", "string", "operation that is a rating"),
        required("outcome", "string", "perception or behaviour"),
        nullable(
            "penalty",
            "float",
            "outcome's mean at the worse end of the scale less that in the middle, in `unit`",
        ),
        nullable("penalty_low", "float", "lower end of its interval"),
        nullable("penalty_high", "float", "upper end of its interval"),
        nullable("reward", "float", "outcome's mean at the better end less that in the middle, in `unit`"),
        nullable("reward_low", "float", "lower end of its interval"),
        nullable("reward_high", "float", "upper end of its interval"),
        nullable(
            "difference",
            "float",
            "the good that the reward does less the harm that the penalty does, in `unit`",
        ),
        nullable("difference_low", "float", "lower end of its interval"),
        nullable("difference_high", "float", "upper end of its interval"),
        nullable(
            "asymmetry",
            "float",
            "−1 (only a penalty) to 1 (only a reward): impact asymmetry (Mikulić and Prebežac 2008)",
        ),
        nullable("asymmetry_low", "float", "lower end of its interval"),
        nullable("asymmetry_high", "float", "upper end of its interval"),
        nullable(
            "class",
            "string",
            "'must-have', 'performance', 'delighter', 'indifferent' or 'reverse'",
        ),
        nullable(
            "q_value",
            "float",
            "least share of false discoveries, among all ratings and outcomes, at which one side counts alone",
        ),
        *unit_columns("unit", "unit of a difference of the outcome"),
        required("boxes", "string", "which answers are the bottom and the top boxes"),
        required("n", "int", "episodes"),
        nullable("reason", "reason", "why there is no estimate, or no class"),
    ),
)


def kano_rows(results: Results) -> list[Row]:
    """One row per rated attribute and outcome."""
    rows: list[Row] = []
    for one in results[Ratings].found:
        info = results.info[one.outcome]
        parts = {"penalty": one.penalty, "reward": one.reward, "difference": one.difference}
        scaled: Sequence[Estimate | None] = [
            *(None if part is None else part * info.factor for part in parts.values()),
            one.asymmetry,
        ]
        told = dict(zip((*parts, "asymmetry"), summarise(scaled, results.level), strict=True))
        row: Row = {
            "attribute": one.attribute,
            "outcome": one.outcome,
            "class": one.kind,
            "q_value": number(one.q_value),
            "unit": info.unit,
            "boxes": _boxes(results, one.attribute),
            "n": one.n,
            "reason": one.reason,
        }
        for name, summary in told.items():
            row |= interval_columns(name, summary)
        rows.append(row)
    return rows


def _boxes(results: Results, name: str) -> str:
    """As '1 to 2 against 4 to 5'."""
    shape = results.sample.design.shape
    assert shape is not None  # there are ratings
    (low, high), boxes = shape.scales[name], shape.boxes[name]
    return boxes_words((low, boxes.low), (boxes.high, high))
