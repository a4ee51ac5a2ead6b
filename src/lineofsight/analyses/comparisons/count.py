"""A pass over customers with several episodes, each of whom is compared with themselves."""

from __future__ import annotations

from lineofsight.engines.histories import Histories, HistoryAggregation
from lineofsight.engines.response_sums import Episodes
from lineofsight.episodes.columns import AT, BUCKET, CUSTOMER
from lineofsight.model.fits import FEWEST_CUSTOMERS
from lineofsight.model.inputs import Counting


def count_histories(counting: Counting) -> Histories | None:
    """Moments of the customers with several episodes; None where they are too few for a model."""
    file, design = counting.aligned.file, counting.design
    if file.repeat_customers < FEWEST_CUSTOMERS:
        return None
    episodes = Episodes(design.basis, design.categories, BUCKET)
    work = HistoryAggregation(episodes, CUSTOMER, AT, file.buckets, counting.everyone.shift)
    return counting.reader.map_reduce(file.path, work)
