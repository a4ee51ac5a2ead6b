"""Worlds whose lines have a known shape, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.counts import count_bands
from lineofsight.aggregation.features import Driver, Number, Outcome
from lineofsight.aggregation.shape_basis import ShapeBasis, boxes_of
from lineofsight.analyses.ratings.estimate import Kano, kano
from lineofsight.analyses.shape.estimate import Shape, shapes
from lineofsight.engines.aggregate import AggregationPlan, aggregate_batches
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.stats.bootstrap import bootstrap_weights

Rows = dict[str, np.ndarray]
BUCKETS = 128
FELT = OutcomeInfo(
    Outcome("felt", "felt"), "perception", "mean", 1.0, "points", "points", True, True, "higher"
)


def hours(rng: np.random.Generator, n: int, felt_by: Sequence[float] = (0.0, 0.0, 0.0)) -> Rows:
    """Three drivers that go together, and a customer's mood; `felt_by` are slopes of `hours` below and above 24 and of
    `speed`. A third of the episodes have no hours."""
    below, above, steady = felt_by
    customer = np.sort(rng.integers(0, n // 2, n))
    mood = rng.normal(size=n // 2)[customer]
    shared = rng.normal(size=n)
    hours = np.exp(3.1 + 0.5 * (0.6 * shared + 0.8 * rng.normal(size=n)))
    speed = rng.gamma(4, 2, n) + 0.8 * shared
    count = rng.poisson(2.0, n).astype(float)
    z = rng.normal(size=n) + 0.4 * shared
    felt = below * np.minimum(hours, 24) + above * np.maximum(hours - 24, 0) + steady * speed
    felt += 0.3 * z + 0.4 * mood + rng.normal(size=n) * (1 + 0.02 * hours)
    absent = rng.random(n) < 1 / 3
    felt[absent] = (0.3 * z + 0.4 * mood + steady * speed + rng.normal(size=n))[absent]
    hours[absent] = np.nan
    return {
        "hours": hours,
        "speed": speed,
        "count": count,
        "z": z,
        "felt": felt,
        "bucket": customer % BUCKETS,
    }


DRIVERS = (Driver("hours", False, optional=True), Driver("speed", True), Driver("count", True))


def basis_of(
    data: Rows,
    drivers: Sequence[Driver] = DRIVERS,
    ratings: dict[str, tuple[float, float]] | None = None,
    outcomes: Sequence[OutcomeInfo] = (FELT,),
    controls: Sequence[str] = ("z",),
) -> ShapeBasis:
    """Knots at octiles, pieces at quartiles and bands of counts, as the profile of stored episodes has them."""
    base = Basis(
        tuple(drivers), tuple(Number(name) for name in controls), (), tuple(i.outcome for i in outcomes), 0.1
    )
    grid, pieces, drawn, counts = {}, {}, {}, {}
    for driver in drivers:
        value = data[driver.name][~np.isnan(data[driver.name])]
        octiles = np.quantile(value, np.arange(1, 8) / 8).tolist()
        inside = sorted({knot for knot in driver.knots or octiles if value.min() < knot < value.max()})
        grid[driver.name] = tuple(inside)
        pieces[driver.name] = tuple(k for k in inside if k in (driver.knots or octiles[1::2])) or tuple(
            inside
        )
        drawn[driver.name] = tuple(np.quantile(value, [0.05, 0.95]).tolist())
        whole = bool((value % 1 == 0).all()) and value.min() >= 0 and not driver.knots
        tally = zip(*np.unique(value, return_counts=True), strict=True) if whole else ()
        bands = count_bands([(float(each), int(n)) for each, n in tally])
        if bands is not None and driver.name not in (ratings or {}):
            counts[driver.name] = bands
    scales = ratings or {}
    boxes = {name: boxes_of(*scale) for name, scale in scales.items()}
    return ShapeBasis(base, grid, pieces, tuple(i.outcome for i in outcomes), boxes, scales, drawn, counts)


def view_of(data: Rows, basis: ShapeBasis, replicates: int, seed: int = 3) -> View:
    plan = AggregationPlan(basis.base, {}, {}, "bucket", BUCKETS, {}, [], basis)
    batch = pa.record_batch({name: pa.array(values, from_pandas=True) for name, values in data.items()})
    folded = aggregate_batches([batch], plan)
    assert folded.shape is not None
    drawn = bootstrap_weights(BUCKETS, replicates, np.random.default_rng(seed))
    return View(None, folded.shape, EVERY_LEVEL, np.vstack([np.ones((1, BUCKETS)), drawn]))


def shapes_of(
    data: Rows, drivers: Sequence[Driver] = DRIVERS, replicates: int = 300, **changed: object
) -> dict[str, Shape]:
    basis = replace(basis_of(data, drivers), **changed)  # type: ignore[arg-type]  # the fields asked for
    return {shape.driver: shape for shape in shapes(basis, view_of(data, basis, replicates), [FELT], {})}


def kano_of(
    data: Rows, basis: ShapeBasis, outcomes: Sequence[OutcomeInfo], replicates: int = 300
) -> list[Kano]:
    return kano(basis, view_of(data, basis, replicates), outcomes, {})
