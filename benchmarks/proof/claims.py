"""One company of a world through the library's estimators and rules, each claim beside its truth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.proof.draw import draw_company
from benchmarks.proof.truth import Link, Truth
from benchmarks.proof.world import BEHAVIOURS, CONTROL, PERCEPTION, SEGMENT, SHARE, World
from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.features import Driver, Number, Outcome
from lineofsight.aggregation.representers import KNOTS_AT, knots_among
from lineofsight.analyses.checks.estimate import rare_outcomes
from lineofsight.analyses.comparisons.comparison import statements
from lineofsight.analyses.comparisons.estimate import compare
from lineofsight.analyses.effects.estimate import estimate_effects
from lineofsight.analyses.evidence.estimate import make_claims
from lineofsight.analyses.leakage.estimate import find_leakage
from lineofsight.analyses.segments.heterogeneity import heterogeneities
from lineofsight.engines.aggregate import AggregationPlan, aggregate_batches
from lineofsight.engines.histories import HistoryAggregation
from lineofsight.engines.representers import RepresenterSums
from lineofsight.engines.response_sums import Episodes
from lineofsight.model.design import Design
from lineofsight.model.outcomes import OutcomeInfo, pre_period_outcome
from lineofsight.model.sample import draw_sample
from lineofsight.stats.results import Estimate

LEVEL = 0.95


class Held(NamedTuple):
    """A claim beside its truth, in the unit of the model.

    Attributes:
        company: Number of the company.
        link: What is claimed.
        truth: What was planted.
        estimate: What was found.
        standard_error: Its bootstrap standard error.
        holds: Whether the interval holds the truth.
        q_value: Of false discovery.
        evidence: The level that was claimed.
        robustness: Share of both that a hidden cause must explain to bring the estimate to zero.
        robustness_interval: The same, to bring the interval there.
    """

    company: int
    link: Link
    truth: float
    estimate: float
    standard_error: float
    holds: bool
    q_value: float
    evidence: str
    robustness: float
    robustness_interval: float


def one_company(world: World, truth: Truth, company: int, seed: int, replicates: int) -> list[Held]:
    """Draws a company, estimates and judges everything, and puts the truth beside it.

    Args:
        world: What the company is.
        truth: Its true effects.
        company: Its number.
        seed: With the number, the source of its randomness.
        replicates: Bootstrap replicates.
    """
    rng = np.random.default_rng([seed, company])
    data = draw_company(world, rng)
    buckets = int(data["bucket"].max()) + 1
    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in data.items()})
    design = _averaging(_design(world), data, table)
    plan = AggregationPlan(design.basis, design.categories, design.segments, "bucket", buckets, {}, [])
    cells = aggregate_batches(table.to_batches(), plan).cells
    histories = None
    if world.episodes > 1:
        episodes = Episodes(design.basis, design.categories, "bucket")
        work = HistoryAggregation(episodes, "customer", "at", buckets, cells[None].shift)
        histories = work.map(table.to_batches())
    sample = draw_sample(design, cells, replicates, rng, level=LEVEL)
    leakage = find_leakage(sample)
    effects = estimate_effects(sample, leakage.leaks)
    compared = compare(sample, effects, histories).found
    different = heterogeneities(effects.effects, LEVEL)
    nonzero = {name: (len(data[name]), int(np.count_nonzero(data[name]))) for name in BEHAVIOURS}
    rare = frozenset(rare_outcomes(design.basis, nonzero, ["stays"]))
    against, support = (statements(compared, LEVEL, says) for says in ("against", "for"))
    claims = make_claims(
        effects.effects, different, rare, adjusted=True, level=LEVEL, against=against, support=support
    )
    found = []
    for effect in effects.effects:
        if effect.change == "best" or not isinstance(effect.result, Estimate):
            continue
        link = Link(effect.cause, effect.outcome, effect.path, effect.segment)
        low, high = effect.result.interval(LEVEL)
        claim, stands = claims[effect.key], effect.robustness
        found.append(
            Held(
                company,
                link,
                truth[link],
                effect.result.value,
                effect.result.standard_error,
                bool(low <= truth[link] <= high),
                claim.q_value,
                claim.verdict.level,
                float("nan") if stands is None else stands.value,
                float("nan") if stands is None else stands.interval_value,
            )
        )
    return found


def _averaging(design: Design, data: Mapping[str, NDArray[np.generic]], table: pa.Table) -> Design:
    """With representers, as a run makes them."""
    knots = {
        driver.name: knots_among(np.quantile(data[driver.name], KNOTS_AT), -np.inf, np.inf)
        for driver in design.basis.drivers
    }
    work = RepresenterSums(Episodes(design.basis, design.categories, "bucket"), knots)
    return design.on(work.basis(work.map(table.to_batches())))


def _design(world: World) -> Design:
    drivers = tuple(
        Driver(
            each.name,
            each.better == "higher",
            knots=() if not (each.knee and each.declared) else (each.knee,),
        )
        for each in world.operations
    )
    outcomes = (
        _info(PERCEPTION, "perception", "mean"),
        _info("stays", "behaviour", "stay"),
        _info("spend", "behaviour", "buy_more"),
    )
    names = tuple(segment.name for segment in world.segments)
    earlier = {info.name: pre_period_outcome(info) for info in outcomes if info.kind == "behaviour"}
    basis = Basis(
        drivers,
        (Number(CONTROL),),
        (),
        tuple(info.outcome for info in (*outcomes, *earlier.values())),
        SHARE,
        ((PERCEPTION, "covered"),),
        groups=((SEGMENT, names),) if len(names) > 1 else (),
    )
    return Design(basis, outcomes, {}, {SEGMENT: names} if len(names) > 1 else {}, pre_period=earlier)


def _info(name: str, kind: Any, statistic: str) -> OutcomeInfo:
    return OutcomeInfo(Outcome(name, name), kind, statistic, 1.0, "", "", True, True, "higher")
