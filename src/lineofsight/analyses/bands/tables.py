"""Table `bands`: observed averages by band of each driver."""

from __future__ import annotations

from lineofsight.aggregation.bands import Band
from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.rows import can_be_shown, number
from lineofsight.runs.columns import TableSchema, nullable, required
from lineofsight.words.counts import count_band, half_open_band

BANDS = TableSchema(
    "bands",
    "Observed averages of each outcome by band of a driver; not adjusted for anything.",
    (
        required("driver", "string", "operation"),
        required(
            "band",
            "string",
            "the band, as '[1, 4)', 'below 1' or '4 and more'; of a count '3', '2 to 3' or '6 and more'",
        ),
        nullable("from", "float", "lower end, included; null for the lowest"),
        nullable("to", "float", "upper end, excluded; null for the highest"),
        required("outcome", "string", "perception or behaviour"),
        required("n", "int", "episodes with the outcome"),
        nullable("mean", "float", "mean of the outcome"),
    ),
)


def band_rows(results: Results) -> list[Row]:
    """Observed averages by band of each driver."""
    return [
        {
            "driver": band.driver,
            "band": _name(results, band),
            "from": band.low,
            "to": band.high,
            "outcome": band.outcome,
            "n": band.n,
            "mean": number(band.mean * results.info[band.outcome].factor) if can_be_shown(band.n) else None,
        }
        for band in results.aligned.bands
    ]


def _name(results: Results, band: Band) -> str:
    """Of a count by its values, as long as its bands are not declared."""
    counts = results.profile.counts.get(band.driver)
    if counts is None or results.project.operations[band.driver].bands:
        return half_open_band(band.low, band.high)
    return count_band(band.low, band.high, counts.starts[0])
