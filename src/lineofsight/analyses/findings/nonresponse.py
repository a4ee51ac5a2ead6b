"""What findings say of those who were asked and did not answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.findings.wording import quoted
from lineofsight.analyses.nonresponse.estimate import Nonresponse
from lineofsight.analyses.today.tables import weighted_means
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.regression import FEWEST_CUSTOMERS
from lineofsight.words.lists import joined, sentence
from lineofsight.words.numbers import count, counted, plain, quantity, with_interval
from lineofsight.words.reasons import clause

_SURE = 0.05
_NOTABLE = 0.1  # standardised difference, Austin 2009
_LEVEL, _Z = (
    0.95,
    1.959964,
)  # of a difference of means, of episodes that are taken as independent (Welch 1947)


def weighted_words(results: Results, perception: str, differ: bool) -> str:
    """What weighting makes of a perception, to be put after who answered; nothing where there is nothing to tell.

    Told where the silent differ notably, or where the weighted mean lies outside the interval of the unweighted one.
    """
    weighted = results[Nonresponse].weighted
    if weighted is None or perception not in weighted.weights:
        return ""
    if (reason := weighted.weights[perception].reason) is not None:
        return f"; their answers cannot be weighted: {clause(reason)}" if differ else ""
    info = next(info for info in results.sample.design.outcomes if info.source == perception)
    view = results.sample.everyone
    before = view.population((perception,)).mean(info.name)
    low, high = before.interval(results.level)
    (value, weighted_low, weighted_high) = weighted_means(results, [(view, info)])[0]
    if value is None or not (differ or value < low or value > high):
        return ""
    told = with_interval(
        value,
        weighted_low,
        weighted_high,
        info.mean_unit,
        signed=False,
        form="sentence",
        confidence=results.level,
    )
    model = weighted.weights[perception].model
    names = joined([quoted(results, name) for name in model.left_out[:3]] or [""])
    few = "answered" if 2 * model.answered < model.asked else "were silent"
    but = f" (but for {names}: too few {few} to tell)" if model.left_out else ""
    usual, now = (
        quantity(mean, info.mean_unit, weighted_low, weighted_high, form="sentence")
        for mean in (before.value, value)
    )
    verb, instead = ("stays", "") if usual == now else ("is", f" instead of {usual}")
    return f"; with weights that make them like all who were asked{but}, its {info.statistic} {verb} {told}{instead}"


def left_out(results: Results) -> Iterator[tuple[str, str | None, str]]:
    """Perceptions that are otherwise in the episodes that the models leave out, since something of these is unknown."""
    project, profile = results.project, results.profile
    lost = results.file.stored - profile.complete
    lacking = [
        f"{quoted(results, name)} of {count(profile.missing[name])}"
        for name, feature in {**project.operations, **project.controls}.items()
        if feature.if_missing == "drop" and profile.missing[name]
    ]
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
            gap = with_interval(
                *(mean - other, mean - other - half, mean - other + half, info.unit),
                signed=True,
                form="sentence",
                confidence=_LEVEL,
            )
            told = quantity(mean, info.mean_unit, form="sentence")
            against = quantity(other, info.mean_unit, form="sentence")
            why = f" (unknown are {joined(lacking[:3])})" if lacking else ""
            yield (
                "caution",
                info.source,
                f"The models leave out {count(lost)} of {counted(results.file.stored, 'episode')}{why}, and those are"
                f" unlike the others: where known, the {info.statistic} of {quoted(results, info.source)} is {told},"
                f" against {against}, a difference of {gap}. What is told here does not hold for them. 'missing: indicator' keeps them.",
            )


def _moments(info: OutcomeInfo, tally: Mapping[float, int]) -> tuple[float, float]:
    """Mean and variance of answers as they are coded."""
    values = info.outcome.coded(np.array([*tally]))
    n = np.array([*tally.values()], dtype=np.float64)
    mean = float(n @ values / n.sum())
    return mean, float(n @ (values - mean) ** 2 / n.sum())


def unlike(results: Results, populations: Sequence[Row]) -> Iterator[tuple[str, str | None, str]]:
    """Behaviours that go with the operations otherwise among the silent than among those who answered."""
    found = {
        row["behaviour"]: row["p_together"]
        for row in populations
        if row["p_together"] is not None and row["p_together"] < _SURE
    }
    if found:
        worst = max(found.values())
        p = "p < 0.001" if worst < 0.001 else f"p = {plain(worst, 3 if worst < 0.01 else 2)}"
        names = joined([quoted(results, name) for name in found])
        yield (
            "caution",
            None,
            sentence(
                f"what goes with {names} differs between those who answered and the silent ({p}): paths through"
                " perceptions may not hold for everyone"
            ),
        )
