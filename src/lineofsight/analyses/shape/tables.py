"""Tables `shape` and `kano`."""

from __future__ import annotations

from collections.abc import Sequence

from lineofsight.analyses.results import Results, Row, number, summarise, unit_of
from lineofsight.analyses.shape.estimate import Shape
from lineofsight.stats.results import Estimate
from lineofsight.words import numbers

_ENDS = ("", "_low", "_high")


def shape_rows(results: Results) -> list[Row]:
    """One row per piece of each line; one per driver and outcome where there is none."""
    return [row for shape in results.shapes for row in _shape(results, shape)]


def _shape(results: Results, shape: Shape) -> list[Row]:
    info = results.info[shape.outcome]
    threshold = shape.threshold
    sides = [None, None] if threshold is None else [threshold.below, threshold.above]
    below, above = summarise([None if side is None else side * info.factor for side in sides], results.level)
    (place,) = summarise([None if threshold is None else threshold.place], results.level)
    row: Row = {
        "driver": shape.driver,
        "outcome": shape.outcome,
        "unit": info.unit,
        "outcome_unit": info.mean_unit,
        "driver_unit": unit_of(results.project, shape.driver),
        "curvature_p": number(shape.p_value),
        "curvature_q": number(shape.q_value),
        "shape": shape.verdict,
        "verdict": None if shape.verdict is None else verdict_text(results, shape),
        **_told("knot_suggested", place),
        "knot_change": None if threshold is None else number(threshold.change * info.factor),
        **_told("slope_below", below),
        **_told("slope_above", above),
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
            **_told("at_from", told[at]),
            **_told("at_to", told[at + 1]),
        }
        for at, slope in enumerate(slopes)
    ]


def verdict_text(results: Results, shape: Shape) -> str:
    """The shape in plain words, as 'threshold near 24 hours'."""
    words = {
        "straight": "straight, as far as can be told",
        "diminishing": "diminishing returns",
        "increasing": "increasing returns",
        "curved": "bent, in no simple way",
        "untold": "no shape can be told",
    }
    if shape.verdict == "threshold" and shape.threshold is not None:
        return f"threshold near {place_text(results, shape.driver, shape.threshold.place)}"
    return words[str(shape.verdict)]


def place_text(results: Results, driver: str, place: Estimate) -> str:
    """Where a bend is, as '24 hours (17 to 31)'; the interval is left out where all resamples bend at the same place."""
    unit = results.project.operations[driver].unit
    factor, unit = (100.0, "per cent") if unit == "share" else (1.0, unit)
    ((value, low, high, _),) = summarise([place * factor], results.level)
    digits = numbers.decimals(value, low, high, digits=2)
    told = f"{numbers.plain(value, digits)} {numbers.unit_name(unit, 'sentence')}".rstrip()
    if low is None or high is None or low == high:
        return told
    return f"{told} ({numbers.plain(low, digits)} to {numbers.plain(high, digits)})"


def kano_rows(results: Results) -> list[Row]:
    """One row per rated attribute and outcome."""
    rows: list[Row] = []
    for one in results.kano:
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
            "unit": info.unit,
            "boxes": _boxes(results, one.attribute),
            "n": one.n,
            "reason": one.reason,
        }
        for name, summary in told.items():
            row |= _told(name, summary)
        rows.append(row)
    return rows


def _boxes(results: Results, name: str) -> str:
    """As '1 to 2 against 4 to 5'."""
    shape = results.design.shape
    assert shape is not None  # there are ratings
    (low, high), boxes = shape.scales[name], shape.boxes[name]
    return f"{low:g} to {boxes.low:g} against {boxes.high:g} to {high:g}"


def _told(name: str, summary: tuple[float | None, ...]) -> Row:
    return {f"{name}{end}": value for end, value in zip(_ENDS, summary, strict=False)}
