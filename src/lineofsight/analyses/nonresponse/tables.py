"""Tables about who answered: `response`, `silent`, `answers`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lineofsight.aggregation.basis import asked
from lineofsight.aggregation.features import Driver, Number
from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.nonresponse.estimate import Nonresponse, WeightedView
from lineofsight.analyses.rows import number, with_intervals
from lineofsight.model.population import View
from lineofsight.runs.columns import SEGMENT, TableSchema, nullable, required
from lineofsight.stats.moments import Moments
from lineofsight.stats.results import Estimate

RESPONSE = TableSchema(
    "response",
    "Who answered.",
    (
        required("perception", "string", "name"),
        SEGMENT,
        required("episodes", "int", "episodes that could have been answered"),
        required("answers", "int", "of these, answered"),
        nullable("rate", "float", "share answered"),
        nullable("low", "float", "lower end of its interval"),
        nullable("high", "float", "upper end of its interval"),
    ),
)

SILENT = TableSchema(
    "silent",
    "How those who answered differ from those who were asked and did not.",
    (
        required("perception", "string", "name"),
        required("variable", "string", "operation, behaviour or numeric control"),
        required("kind", "string", "'operation', 'behaviour' or 'control'"),
        nullable("mean_respondents", "float", "mean among those who answered"),
        nullable("mean_silent", "float", "mean among those who did not"),
        nullable(
            "standardised_difference",
            "float",
            "difference over the pooled standard deviation (Austin 2009); beyond ±0.1 is notable",
        ),
        nullable(
            "from_asked",
            "float",
            "those who answered less everyone who was asked, over the same standard deviation",
        ),
        nullable(
            "from_asked_weighted",
            "float",
            "the same with weighted answers: the nearer to 0, the better balanced",
        ),
    ),
)

ANSWERS = TableSchema(
    "answers",
    "How often each answer was given.",
    (
        required("perception", "string", "name"),
        required("answer", "float", "the answer"),
        required("n", "int", "times in the source table"),
        required("matched", "int", "of these, times it is an episode's perception"),
        required(
            "used",
            "int",
            "of those, times in an episode that the models use: the answers `perceptions` counts",
        ),
    ),
)


def response_rows(results: Results) -> list[Row]:
    """Who answered, of those the data cover."""
    rows: list[Row] = []
    for name in results.project.perceptions:
        for view in results.sample.views:
            possible = view.mean_sums[asked(name)]
            population = view.population((name,))
            with np.errstate(divide="ignore", invalid="ignore"):
                rates = population.counts / possible
            rate = Estimate(float(rates[0]), rates[1:])
            value, low, high = with_intervals([rate], [view.population().clusters], results.level)[0]
            rows.append(
                {
                    "perception": name,
                    "segment": view.label,
                    "episodes": int(possible[0]),
                    "answers": population.n,
                    "rate": value,
                    "low": low,
                    "high": high,
                }
            )
    return rows


def silent_rows(results: Results) -> list[Row]:
    """How those who answered differ from those who did not, in standard deviations."""
    basis, everyone = results.sample.design.basis, results.sample.everyone
    weighted = results[Nonresponse].weighted
    features: list[tuple[Driver | Number, str]] = [(driver, "operation") for driver in basis.drivers]
    features += [(control, "control") for control in basis.numbers]
    rows: list[Row] = []
    for name in results.project.perceptions:
        groups = _compared(everyone, weighted, name, ())
        for feature, kind in features:
            absent = f"{feature.name}?" if feature.optional else None
            rows += _difference(name, feature.name, kind, [_known(m, feature.name, absent) for m in groups])
        for info in results.sample.design.outcomes:
            if info.kind == "behaviour":
                known = _compared(everyone, weighted, name, (info.source,))
                rows += _difference(
                    name, info.name, "behaviour", [_known(m, info.name, None, info.factor) for m in known]
                )
    return rows


def _compared(
    everyone: View, weighted: WeightedView | None, perception: str, beside: tuple[str, ...]
) -> list[Moments | None]:
    """Those who answered, the silent, everyone who was asked, and those who answered with weights."""
    was_asked = (asked(perception), *beside)
    found: list[Moments | None] = [*everyone.split((perception, *beside), was_asked)]
    found.append(everyone.population(was_asked).first)
    weights = None if weighted is None else weighted.rests_on((perception,))
    if weighted is None or weights is None or weights.weighed is None:
        return [*found, None]
    return [*found, weighted.population((perception, *beside)).first]


def _known(
    moments: Moments | None, column: str, absent: str | None, factor: float = 1.0
) -> tuple[float, float]:
    """Mean and variance of a column where it is known; absent values sit at the shift and add nothing to the sums."""
    if moments is None:
        return float("nan"), float("nan")
    chosen = moments.select([column] if absent is None else [column, absent])
    count = chosen.count[0]
    if absent is not None:
        count -= chosen.sums[0, 1] + chosen.shift[1] * count
    if count < 0.5:
        return float("nan"), float("nan")
    offset = chosen.sums[0, 0] / count
    variance = max(chosen.products[0, 0, 0] / count - offset**2, 0.0)
    return factor * (chosen.shift[0] + offset), factor**2 * variance


def _difference(
    perception: str, column: str, kind: str, groups: Sequence[tuple[float, float]]
) -> Iterator[Row]:
    """The row of those who answered beside the silent, where both are known."""
    (answered, first), (silent, second), (everyone, _), (weighted, _) = groups
    pooled = float(np.sqrt((first + second) / 2))
    if np.isfinite(answered) and np.isfinite(silent):
        yield {
            "perception": perception,
            "variable": column,
            "kind": kind,
            "mean_respondents": number(answered),
            "mean_silent": number(silent),
            "standardised_difference": number((answered - silent) / pooled) if pooled > 0 else None,
            "from_asked": number((answered - everyone) / pooled) if pooled > 0 else None,
            "from_asked_weighted": number((weighted - everyone) / pooled) if pooled > 0 else None,
        }


def answer_rows(results: Results) -> list[Row]:
    """How often each answer was given, is an episode's, and is one that the models use."""
    return [
        {
            "perception": name,
            "answer": answer,
            "n": n,
            "matched": results.profile.matched[name].get(answer, 0),
            "used": results.profile.matched[name].get(answer, 0)
            - results.profile.left_out.get(name, {}).get(answer, 0),
        }
        for name, given in results.file.answers.items()
        for answer, n in given
    ]
