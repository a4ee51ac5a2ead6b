"""Tables about who answered: `response`, `silent`, `populations`, `answers`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lineofsight.app.tables.context import Results, Row, number, summarise, told
from lineofsight.core.features import Driver, Number
from lineofsight.core.moments import Moments
from lineofsight.core.results import Estimate, NotEstimable
from lineofsight.value.money import key_of


def response_rows(results: Results) -> list[Row]:
    """Who answered, of those the data cover."""
    rows: list[Row] = []
    for name in results.project.perceptions:
        for view in results.views:
            asked = view.mean_sums[f"asked:{name}"]
            population = view.population((name,))
            with np.errstate(divide="ignore", invalid="ignore"):
                rates = population.counts / asked
            rate = Estimate(float(rates[0]), rates[1:])
            value, low, high = told([rate], [view.population().clusters], results.level)[0]
            rows.append(
                {
                    "perception": name,
                    "segment": view.label,
                    "episodes": int(asked[0]),
                    "answers": population.n,
                    "rate": value,
                    "low": low,
                    "high": high,
                }
            )
    return rows


def silent_rows(results: Results) -> list[Row]:
    """How those who answered differ from those who did not, in standard deviations."""
    basis, everyone = results.design.basis, results.chain.everyone
    features: list[tuple[Driver | Number, str]] = [(driver, "operation") for driver in basis.drivers]
    features += [(control, "control") for control in basis.numbers]
    rows: list[Row] = []
    for name in results.project.perceptions:
        pair = everyone.split((name,), ())
        for feature, kind in features:
            absent = f"{feature.name}?" if feature.optional else None
            rows += _difference(name, feature.name, kind, [_known(m, feature.name, absent) for m in pair])
        for info in results.design.outcomes:
            if info.kind == "behaviour":
                known = everyone.split((name, info.source), (info.source,))
                both = [_known(m, info.name, None, info.factor) for m in known]
                rows += _difference(name, info.name, "behaviour", both)
    return rows


def _known(moments: Moments, column: str, absent: str | None, factor: float = 1.0) -> tuple[float, float]:
    """Mean and variance of a column where it is known; absent values sit at the shift and add nothing to the sums."""
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
    perception: str, column: str, kind: str, both: Sequence[tuple[float, float]]
) -> Iterator[Row]:
    """The row of those who answered beside the silent, where both are known."""
    (answered, first), (silent, second) = both
    pooled = float(np.sqrt((first + second) / 2))
    if np.isfinite(answered) and np.isfinite(silent):
        yield {
            "perception": perception,
            "variable": column,
            "kind": kind,
            "mean_respondents": number(answered),
            "mean_silent": number(silent),
            "standardised_difference": number((answered - silent) / pooled) if pooled > 0 else None,
        }


def population_rows(results: Results) -> list[Row]:
    """Total effects among everyone and among respondents, side by side, where both can be estimated."""
    found = {key_of(effect): effect for effect in results.chain.effects}
    rows: list[Row] = []
    for behaviour in (info for info in results.design.outcomes if info.kind == "behaviour"):
        for driver in results.project.operations:
            direct = found.get((driver, behaviour.name, None, "direct", "better"))
            if direct is None:
                continue
            paths = ("direct", *(f"via {perception}" for perception in direct.given))
            parts = [found[driver, behaviour.name, None, path, "better"].result for path in paths]
            total = found[driver, behaviour.name, None, "total", "better"].result
            known = [part for part in parts if isinstance(part, Estimate)]
            if isinstance(total, NotEstimable) or len(known) < len(parts):
                continue
            respondents = sum(known[1:], known[0])
            scaled = [each * behaviour.factor for each in (total, respondents, respondents - total)]
            (everyone, *_), (answered, *_), (difference, low, high, _) = summarise(scaled, results.level)
            rows.append(
                {
                    "driver": driver,
                    "behaviour": behaviour.name,
                    "unit": behaviour.unit,
                    "everyone": everyone,
                    "respondents": answered,
                    "difference": difference,
                    "low": low,
                    "high": high,
                }
            )
    return rows


def answer_rows(results: Results) -> list[Row]:
    """How often each answer was given, and is an episode's."""
    return [
        {
            "perception": name,
            "answer": answer,
            "n": n,
            "matched": results.profile.matched[name].get(answer, 0),
        }
        for name, given in results.file.answers.items()
        for answer, n in given
    ]
