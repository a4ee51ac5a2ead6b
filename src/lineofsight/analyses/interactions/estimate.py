"""Whether what a driver goes with depends on how customers feel, and its natural direct and indirect effects.

Among those who answered, from moments of their own with the products of drivers and perceptions, and with the replicates of
all other estimates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from lineofsight.aggregation.cells import Cells
from lineofsight.aggregation.products import MOST_PRODUCTS, ProductBasis, changed, product, square
from lineofsight.analyses.interactions.natural_effects import Interaction, InteractionModel, NaturalEffects
from lineofsight.engines.products import ProductAggregation
from lineofsight.engines.response_sums import Episodes
from lineofsight.episodes.columns import BUCKET
from lineofsight.model.chain import ChainModels, Leaks
from lineofsight.model.design import Design
from lineofsight.model.inputs import Counting
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.model.regression import Fit, fit
from lineofsight.model.sample import Sample
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.multiplicity import FALSE_DISCOVERIES, q_values
from lineofsight.stats.results import NotEstimable


@dataclass(frozen=True, eq=False)
class Products:
    """The columns with products, and those who answered in them; no cells where products are too many."""

    basis: ProductBasis
    cells: Cells | None


def count_products(counting: Counting) -> Products | None:
    """Moments with products of drivers and perceptions; None where nothing can be asked of them."""
    design, everyone, file = counting.design, counting.everyone, counting.aligned.file
    perceptions = [info for info in design.outcomes if info.kind == "perception" and info.main]
    if not perceptions or all(info.kind != "behaviour" for info in design.outcomes):
        return None
    view = View(None, everyone, EVERY_LEVEL, np.ones((1, everyone.buckets)))
    known = [view.population((info.source,)).mean(info.name).value for info in perceptions]
    centres = dict(zip((info.name for info in perceptions), known, strict=True))
    for driver in design.basis.drivers:
        centres[driver.name] = view.average(f"value:{driver.name}", f"known:{driver.name}").value
    basis = ProductBasis(
        design.basis,
        tuple(info.outcome for info in design.outcomes if info.main),
        tuple(info.name for info in perceptions),
        {name: value if np.isfinite(value) else 0.0 for name, value in centres.items()},
    )
    if basis.too_many:
        return Products(basis, None)
    counting.progress("folding what depends on how customers feel")
    at = dict(zip(everyone.basis.columns, everyone.shift, strict=True))
    at |= {changed(column): view.average(changed(column)).value for column in design.basis.slopes}
    shift = np.array([at.get(column, 0.0) for column in basis.columns])
    work = ProductAggregation(Episodes(design.basis, design.categories, BUCKET), basis, file.buckets, shift)
    return Products(basis, counting.reader.map_reduce(file.path, work))


def interactions(
    design: Design, basis: ProductBasis, view: View | None, leaks: Leaks
) -> tuple[list[Interaction], list[NaturalEffects]]:
    """Every driver with every perception on every behaviour, for everyone.

    Args:
        design: The columns of all models.
        basis: The columns with products.
        view: Those who answered, in these columns; None where there are too many.
        leaks: Pairs of cause and outcome that are kept out.
    """
    behaviours = [info for info in design.outcomes if info.kind == "behaviour"]
    if view is None:
        refused = NotEstimable(Reason.TOO_MANY_PAIRS, n=basis.wanted, needed=MOST_PRODUCTS)
        drivers = [driver.name for driver in design.basis.drivers]
        pairs = [(driver, info.name) for info in behaviours for driver in drivers]
        found = [Interaction(d, name, b, 0, refused) for d, b in pairs for name in basis.perceptions]
        return found, [NaturalEffects(d, b, basis.perceptions, 0, reason=refused.reason) for d, b in pairs]
    chain = ChainModels(design, leaks)
    crossed: list[Interaction] = []
    natural: list[NaturalEffects] = []
    for behaviour in behaviours:
        for mediators in chain.mediator_sets(view, behaviour):
            for one, of_driver in _of_behaviour(chain, design, basis, view, leaks, behaviour, mediators):
                crossed += one
                natural.append(of_driver)
    view.release()
    return _with_q(crossed), natural


def _with_q(found: list[Interaction]) -> list[Interaction]:
    q = q_values(np.array([one.p_value for one in found])) if found else np.zeros(0)
    return [replace(one, q_value=float(value)) for one, value in zip(found, q, strict=True)]


def _of_behaviour(
    chain: ChainModels,
    design: Design,
    basis: ProductBasis,
    view: View,
    leaks: Leaks,
    behaviour: OutcomeInfo,
    mediators: Sequence[OutcomeInfo],
) -> Iterator[tuple[list[Interaction], NaturalEffects]]:
    """Every driver on one behaviour, with all of these perceptions together."""
    names = tuple(info.name for info in mediators)
    population = view.population((*(info.source for info in mediators), behaviour.source))
    leak = leaks.get((mediators[0].source, behaviour.source))  # such a perception comes alone
    x = chain.regressors(behaviour, population, mediators)
    plain = Fit(0) if leak is not None else fit(population, (*x, *names), (behaviour.name,))
    apart = {name: NotEstimable(leak) if leak else plain.slope(name, behaviour.name) for name in names}
    without = {name: one for name, one in apart.items() if isinstance(one, NotEstimable)}
    names = tuple(name for name in names if name not in without) or names
    alone = {name: one for name, one in without.items() if name not in names}

    @cache
    def perception_fit(left_out: frozenset[tuple[str, Statement]]) -> Fit:
        return fit(population, x, names, dict(left_out))

    for driver in design.basis.drivers:
        what = (driver.name, behaviour.name, population.n)
        refused = [Interaction(what[0], name, what[1], what[2], one) for name, one in alone.items()]
        reason = leak or leaks.get((driver.name, behaviour.source))
        if reason is None:
            products = tuple(product(driver.name, name) for name in names)
            found = fit(population, (*x, *names, *products), (behaviour.name,), plain.left_out)
            model = InteractionModel(basis, population, driver, behaviour.name, names, products, found)
            reason = model.reason
        if reason is None:
            crossed = model.interactions()
            if any(one.p_value <= FALSE_DISCOVERIES for one in crossed):
                squares = tuple(square(name) for name in (driver.name, *names))
                regressors = (*x, *names, *products, *squares)
                bent = fit(population, regressors, (behaviour.name,), plain.left_out)
                crossed = [model.beside(bent, one) for one in crossed]
            yield [*refused, *crossed], model.natural(perception_fit(frozenset(found.left_out.items())))
        else:
            none = [Interaction(what[0], name, what[1], what[2], NotEstimable(reason)) for name in names]
            yield (
                [*refused, *none],
                NaturalEffects(driver.name, behaviour.name, names, population.n, reason=reason),
            )


@dataclass(frozen=True, eq=False)
class Interactions:
    """All interactions, and the natural effects that they give."""

    crossed: Sequence[Interaction] = field(default_factory=list)
    natural: Sequence[NaturalEffects] = field(default_factory=list)


def estimate_interactions(sample: Sample, products: Products | None, leaks: Leaks) -> Interactions:
    """All interactions and natural effects, with the resamples and the controls of all other estimates."""
    if products is None:
        return Interactions()
    view = None if products.cells is None else sample.of(products.cells)
    return Interactions(*interactions(sample.design, products.basis, view, leaks))
