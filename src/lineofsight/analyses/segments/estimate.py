"""For whom: how much effects differ between segments, and where each differs most.

Where an effect differs most is chosen on one half of the customers, and the difference measured on the other. A difference
that was picked as the largest is flattered by chance; one that other customers were asked for is not (Athey and Imbens 2016,
"honest" estimation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.segments.heterogeneity import Heterogeneity, heterogeneities
from lineofsight.model.chain import ChainModels
from lineofsight.model.effects import Effect, total_effects
from lineofsight.model.population import View
from lineofsight.model.sample import Sample
from lineofsight.reasons import Reason
from lineofsight.stats.results import Estimate, NotEstimable


@dataclass(frozen=True, eq=False)
class Difference:
    """Where a driver's effect on an outcome differs most.

    Attributes:
        cause: Operation.
        outcome: Perception or behaviour.
        segment: The one chosen, as 'attribute = level'; None where none could be.
        n: Episodes that the difference is measured on.
        here: Effect in the segment, in the other half of the customers.
        rest: Effect in the other segments of its attribute there.
        result: The difference of these.
    """

    cause: str
    outcome: str
    segment: str | None
    n: int
    here: float
    rest: float
    result: Estimate | NotEstimable


def search_segments(chain: ChainModels, segments: Sequence[View], level: float) -> list[Difference]:
    """Searches all segments of all attributes, for every driver and main outcome.

    Args:
        chain: The models of total effects.
        segments: The views of the segments.
        level: Coverage of intervals.
    """
    main = {info.name for info in chain.outcomes if info.main}
    chosen = _contrasts(chain, segments, 0, level)
    measured = _contrasts(chain, segments, 1, level)
    found = []
    for key, candidates in chosen.items():
        if key[1] not in main:
            continue
        apart = {name: abs(_z(estimate)) for name, (_, estimate) in candidates.items()}
        apart = {name: z for name, z in apart.items() if np.isfinite(z) and name in measured.get(key, {})}
        if not apart:
            found.append(Difference(*key, None, 0, float("nan"), float("nan"), NotEstimable(Reason.NOWHERE)))
            continue
        segment = max(apart, key=lambda name: apart[name])
        effect, difference = measured[key][segment]
        assert isinstance(effect.result, Estimate)  # only these have a difference
        here = effect.result.value
        found.append(Difference(*key, segment, effect.n, here, here - difference.value, difference))
    return found


Contrasts = dict[tuple[str, str], dict[str, tuple[Effect, Estimate]]]


def _contrasts(chain: ChainModels, segments: Sequence[View], half: int, level: float) -> Contrasts:
    """Per driver and outcome, each segment's effect and its difference to the others of its attribute."""
    effects: list[Effect] = []
    for view in segments:
        mine = _half(view, half)
        effects += total_effects(chain, mine, checked=False)
        mine.release()
    found: Contrasts = {}
    for each in heterogeneities(effects, level):
        known = found.setdefault((each.cause, each.outcome), {})
        for member in each.members:
            if member.difference is not None and member.effect.segment is not None:
                known[member.effect.segment] = (member.effect, member.difference)
    return found


def _half(view: View, half: int) -> View:
    """The same segment among the customers of every second bucket; buckets are drawn by a hash, so that halves are alike."""
    cells = view.cells
    groups = {cell: at[cells.bucket[at] % 2 == half] for cell, at in cells.groups.items()}
    kept = {cell: at for cell, at in groups.items() if len(at)}
    return View(view.label, replace(cells, groups=kept), view.level, view.weights)


def _z(estimate: Estimate) -> float:
    error = estimate.standard_error
    return estimate.value / error if error > 0 else float("nan")


@dataclass(frozen=True, eq=False)
class Segments:
    """What differs between segments.

    Attributes:
        different: How total effects differ between the segments of each attribute.
        differences: Where each effect differs most, found on one half of the customers and measured on the other.
    """

    different: Sequence[Heterogeneity]
    differences: Sequence[Difference]


def compare_segments(sample: Sample, effects: Effects) -> Segments:
    """Pools the effects of segments, and searches for where they differ."""
    return Segments(
        heterogeneities(effects.effects, sample.level),
        search_segments(effects.chain, sample.segments, sample.level),
    )
