"""Weights of those who answered, made in memory as `app.answering` makes them behind an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from lineofsight.aggregation.cells import Cells
from lineofsight.analyses.nonresponse.estimate import Weights
from lineofsight.analyses.nonresponse.response_model import fit_response_models, response_groups
from lineofsight.engines.jobs import first_buckets
from lineofsight.engines.response_sums import Episodes, ModelAt, ResponseSums
from lineofsight.engines.weighted import WeightedAggregation, Weighting
from lineofsight.model.design import Design
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.stats.logistic import LogisticSums
from lineofsight.stats.results import NotEstimable
from lineofsight.stats.weighting import least_probability
from model.world import BUCKETS


def weigh(
    batches: Sequence[pa.RecordBatch], made: Design, cells: Mapping[str | None, Cells], names: Sequence[str]
) -> list[Weights]:
    everyone = cells[None]
    view = View(None, everyone, EVERY_LEVEL, np.ones((1, BUCKETS)))

    def sums(models: tuple[ModelAt, ...], below: int | None) -> list[LogisticSums]:
        work = ResponseSums(Episodes(made.basis, made.categories, "bucket", below), models)
        return work.map(first_buckets(batches, work))

    fitted = fit_response_models(view, response_groups(view, names), sums)
    weightings = tuple(
        Weighting(model.reached, least_probability(model.answered / model.asked))
        for model in fitted
        if model.reached is not None
    )
    episodes = Episodes(made.basis, made.categories, "bucket")
    work = WeightedAggregation(episodes, weightings, (), everyone.shift, BUCKETS)
    weighed = iter(work.map(batches) if weightings else ())
    return [
        Weights(model, next(weighed))
        if model.reached is not None
        else Weights(model, reason=model.fitted.reason if isinstance(model.fitted, NotEstimable) else None)
        for model in fitted
    ]
