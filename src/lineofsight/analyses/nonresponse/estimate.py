"""Those who answered and the silent: the same effects once more with weights, and among those who did not answer.

Weights make those who answered stand for everyone who was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add

from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.nonresponse.response_model import ResponseModel
from lineofsight.engines.weighted import WeightedCells
from lineofsight.episodes.columns import segment
from lineofsight.model.effects import Effect, nonrespondent_effects
from lineofsight.model.path_effects import respondent_effects
from lineofsight.model.population import EVERY_LEVEL, Population, View
from lineofsight.model.sample import Sample
from lineofsight.reasons import Statement
from lineofsight.stats.results import Estimate, NotEstimable
from lineofsight.stats.weighting import Tally


@dataclass(frozen=True, eq=False)
class Weights:
    """A response model and those who answered, weighted by it.

    Attributes:
        model: The response model.
        weighed: Moments and sums of weights; None where there is no model.
        raked: Attributes whose margins the weights were raked to.
        reason: Why there are no weights.
    """

    model: ResponseModel
    weighed: WeightedCells | None = None
    raked: tuple[str, ...] = ()
    reason: Statement | None = None

    def tally(self, perception: str) -> Tally:
        """The weights of those who answered this perception."""
        if self.weighed is None:
            return Tally()
        has = self.weighed.cells.observed((perception,))
        return reduce(add, (tally for kind, tally in self.weighed.tallies.items() if has(kind)), Tally())


@dataclass(frozen=True, eq=False)
class WeightedView:
    """Everyone, or a segment, where what rests on answers rests on weighted ones.

    What needs several perceptions at once has the weights of the one that is answered most rarely. The weights are the
    same in every replicate. That makes intervals, if anything, too wide: that the weights were fitted to the same
    people takes away a part of what varies by chance (Lunceford and Davidian 2004). They come from everyone's model, in a
    segment as well.

    Attributes:
        everyone: All its episodes, unweighted.
        weights: By perception; those with all answers have none.
        attribute: Column of the segment attribute; None for everyone.
    """

    everyone: View
    weights: Mapping[str, Weights]
    attribute: str | None = None
    _views: dict[int, View] = field(default_factory=dict, repr=False)
    _populations: dict[frozenset[str], Population] = field(default_factory=dict, repr=False)

    @property
    def label(self) -> str | None:
        """As of the unweighted."""
        return self.everyone.label

    @property
    def has_weights(self) -> bool:
        """Whether any answers could be weighted."""
        return any(each.weighed is not None for each in self.weights.values())

    def rests_on(self, observed: Iterable[str]) -> Weights | None:
        """The weights for those who have all of these; None where everyone has them who was asked."""
        known = [self.weights[name] for name in observed if name in self.weights]
        return min(known, key=lambda one: one.model.answered / one.model.asked, default=None)

    def population(self, observed: Iterable[str] = ()) -> Population:
        """The episodes with all of these, weighted; their number is that of episodes, not of weights."""
        wanted = frozenset(observed)
        if wanted not in self._populations:
            plain, weights = self.everyone.population(wanted), self.rests_on(wanted)
            if weights is None or weights.weighed is None:
                self._populations[wanted] = plain
            else:
                self._populations[wanted] = replace(self._view(weights).population(wanted), n=plain.n)
        return self._populations[wanted]

    def average(self, column: str) -> Estimate:
        """Mean of a column over everyone, unweighted."""
        return self.everyone.average(column)

    def mean(self, perception: str, outcome: str) -> Estimate | NotEstimable:
        """Mean of a statistic of a perception among everyone who was asked for it."""
        weights = self.rests_on((perception,))
        if weights is not None and weights.reason is not None:
            return NotEstimable(weights.reason)
        return self.population((perception,)).mean(outcome)

    def release(self) -> None:
        """Lets go of what takes much memory; it is made again when it is asked for."""
        for view in self._views.values():
            view.release()

    def within(self, view: View) -> WeightedView:
        """A segment's episodes with the same weights."""
        attribute = segment((view.label or "").partition(" = ")[0])
        return WeightedView(view, self.weights, attribute)

    def _view(self, weights: Weights) -> View:
        assert weights.weighed is not None  # by population
        key = id(weights)
        if key not in self._views:
            found, of = weights.weighed, self.everyone
            cells = found.cells if self.attribute is None else found.by_segment[self.attribute]
            level = EVERY_LEVEL if self.attribute is None else of.level
            self._views[key] = View(of.label, cells, level, of.weights)
        return self._views[key]


def weighted_view(everyone: View, every: Sequence[Weights]) -> WeightedView | None:
    """Everyone with these weights; None where nobody who was asked is silent."""
    if not every:
        return None
    return WeightedView(everyone, {name: weights for weights in every for name in weights.model.perceptions})


@dataclass(frozen=True, eq=False)
class Nonresponse:
    """What changes when those who answered stand for everyone who was asked.

    Attributes:
        weighted: Everyone, with those who answered weighted; None where nobody who was asked is silent.
        weighted_effects: What rests on those who answered, once more with weights.
        silent_effects: Total effects among those who were asked and are silent.
    """

    weighted: WeightedView | None = None
    weighted_effects: Sequence[Effect] = field(default_factory=list)
    silent_effects: Sequence[Effect] = field(default_factory=list)


def reweigh(sample: Sample, effects: Effects, weights: Sequence[Weights]) -> Nonresponse:
    """Asks what rests on answers once more with weights, for everyone and in segments, and asks the silent.

    Args:
        sample: All episodes.
        effects: Who is asked.
        weights: Of those who answered, where some who were asked did not.
    """
    chain, weighted = effects.chain, weighted_view(sample.everyone, weights)
    if weighted is None:
        return Nonresponse()
    weighed, silent = respondent_effects(chain, weighted), nonrespondent_effects(chain, sample.everyone)
    weighted.release()
    for view in sample.segments if weighted.has_weights else ():
        inside = weighted.within(view)
        weighed += respondent_effects(chain, inside)
        inside.release()
        view.release()
    return Nonresponse(weighted, weighed, silent)
