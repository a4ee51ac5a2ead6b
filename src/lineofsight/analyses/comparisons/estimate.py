"""Claims about everyone, each held against placebos and against the same customers compared with themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lineofsight.analyses.comparisons.comparison import Comparison
from lineofsight.analyses.comparisons.placebos import before, claims_of, following
from lineofsight.analyses.comparisons.within import within_customers
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.engines.histories import Histories
from lineofsight.model.sample import Sample


@dataclass(frozen=True, eq=False)
class Comparisons:
    """All comparisons, whatever they say."""

    found: Sequence[Comparison]


def compare(sample: Sample, effects: Effects, histories: Histories | None) -> Comparisons:
    """Placebo tests of the claims about everyone; with several episodes of a customer, within customers too.

    Args:
        sample: All episodes.
        effects: The claims.
        histories: Moments of customers with several episodes; None where they are too few.
    """
    questions, everyone, claims = effects.questions, sample.everyone, claims_of(effects.effects)
    found = list(before(questions, everyone, claims))
    if histories is None:
        return Comparisons(found)
    pairs, differences = sample.of(histories.following), sample.of(histories.within)
    found += following(questions, everyone, pairs)
    pairs.release()
    found += within_customers(questions, everyone, differences, claims)
    differences.release()
    return Comparisons(found)
