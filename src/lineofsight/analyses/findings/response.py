"""Findings about those who were asked and did not answer, and about those whom the models leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from lineofsight.aggregation.basis import asked
from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.findings.finding import Finding
from lineofsight.analyses.nonresponse.estimate import Nonresponse
from lineofsight.analyses.today.tables import weighted_means
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.regression import FEWEST_CUSTOMERS
from lineofsight.words.amounts import Amount
from lineofsight.words.findings.response import Answered, LeftOut, SilentDiffer, Unweighted, Weighted

_SURE = 0.05
_NOTABLE = 0.1  # standardised difference, Austin 2009
_LEVEL, _Z = (
    0.95,
    1.959964,
)  # of a difference of means, of episodes that are taken as independent (Welch 1947)


def response_findings(
    results: Results, silent: Sequence[Row], populations: Sequence[Row]
) -> Iterator[Finding]:
    """Who answered each perception, then where the silent or those left out are unlike the others."""
    for name in results.project.perceptions:
        possible = results.sample.everyone.mean_sums[asked(name)][0]
        answered = results.sample.everyone.population((name,)).n
        if possible <= 0:
            continue
        apart = [
            row
            for row in silent
            if row["perception"] == name and abs(row["standardised_difference"] or 0) > _NOTABLE
        ]
        apart.sort(key=lambda row: -abs(row["standardised_difference"]))
        differ = tuple(row["variable"] for row in apart)
        fact = Answered(name, answered, int(possible), differ, _weighting(results, name, bool(differ)))
        yield Finding("response", name, fact)
    yield from _silent_differ(results, populations)
    yield from _left_out(results)


def _weighting(results: Results, perception: str, differ: bool) -> Unweighted | Weighted | None:
    """What weighting makes of a perception; None where there is nothing to tell.

    Told where the silent differ notably, or where the weighted mean lies outside the interval of the unweighted one.
    """
    weighted = results[Nonresponse].weighted
    if weighted is None or perception not in weighted.weights:
        return None
    if (reason := weighted.weights[perception].reason) is not None:
        return Unweighted(reason) if differ else None
    info = next(info for info in results.sample.design.outcomes if info.source == perception)
    view = results.sample.everyone
    before = view.population((perception,)).mean(info.name)
    low, high = before.interval(results.level)
    (value, weighted_low, weighted_high) = weighted_means(results, [(view, info)])[0]
    if value is None or not (differ or value < low or value > high):
        return None
    model = weighted.weights[perception].model
    return Weighted(
        info.statistic,
        Amount(value, weighted_low, weighted_high, info.mean_unit),
        before.value,
        tuple(model.left_out),
        few="answered" if 2 * model.answered < model.asked else "silent",
        confidence=results.level,
    )


def _left_out(results: Results) -> Iterator[Finding]:
    """Perceptions that are otherwise in the episodes that the models leave out, since something of these is unknown."""
    project, profile = results.project, results.profile
    lost = results.file.stored - profile.complete
    lacking = tuple(
        (name, profile.missing[name])
        for name, feature in {**project.operations, **project.controls}.items()
        if feature.if_missing == "drop" and profile.missing[name]
    )
    for info in results.sample.design.outcomes:
        without = profile.left_out.get(info.source, {}) if info.kind == "perception" and info.main else {}
        inside = {
            value: n - without.get(value, 0) for value, n in profile.matched.get(info.source, {}).items()
        }
        if min(sum(without.values()), sum(inside.values())) < FEWEST_CUSTOMERS:
            continue
        (mean, variance), (other, spread) = (_moments(info, tally) for tally in (without, inside))
        if abs(mean - other) > _NOTABLE * np.sqrt((variance + spread) / 2):
            half = _Z * np.sqrt(variance / sum(without.values()) + spread / sum(inside.values()))
            gap = mean - other
            fact = LeftOut(
                info.source,
                info.statistic,
                lost=lost,
                stored=results.file.stored,
                lacking=lacking,
                mean=mean,
                other=other,
                mean_unit=info.mean_unit,
                difference=Amount(gap, gap - half, gap + half, info.unit),
                confidence=_LEVEL,
            )
            yield Finding("caution", info.source, fact)


def _moments(info: OutcomeInfo, tally: Mapping[float, int]) -> tuple[float, float]:
    """Mean and variance of answers as they are coded."""
    values = info.outcome.coded(np.array([*tally]))
    n = np.array([*tally.values()], dtype=np.float64)
    mean = float(n @ values / n.sum())
    return mean, float(n @ (values - mean) ** 2 / n.sum())


def _silent_differ(results: Results, populations: Sequence[Row]) -> Iterator[Finding]:
    """Behaviours that go with the operations otherwise among the silent than among those who answered."""
    found = {
        row["behaviour"]: row["p_together"]
        for row in populations
        if row["p_together"] is not None and row["p_together"] < _SURE
    }
    if found:
        yield Finding("caution", None, SilentDiffer(tuple(found), max(found.values())))
