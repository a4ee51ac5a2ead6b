"""Columns that give an outcome away: they are found, named, and kept out of the models."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lineofsight.chain.design import Design
from lineofsight.chain.fits import EXACT_FIT, FEWEST_CUSTOMERS
from lineofsight.chain.outcomes import OutcomeInfo
from lineofsight.chain.population import View


def find_leaks(
    design: Design, view: View, separated: frozenset[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Causes that give an outcome away: they separate it perfectly, or are a copy of it.

    Args:
        design: The columns.
        view: Everyone's episodes.
        separated: Pairs of cause and binary behaviour whose values do not overlap.

    Returns:
        The reason for each pair of cause (operation or perception) and outcome (perception or behaviour).
    """
    leaks = {
        pair: f"'{pair[0]}' separates '{pair[1]}' perfectly: it is probably known only afterwards, or made from it"
        for pair in sorted(separated)
    }
    for cause, column, outcome in _pairs(design):
        sources = {info.source for info in (cause, outcome) if info is not None}
        population = view.population(sources)
        if population.clusters < FEWEST_CUSTOMERS:  # two points always lie on a line
            continue
        covariance = population.first.select([column, outcome.name]).covariance()[0]
        sd = np.sqrt(np.diag(covariance))
        if (sd > 0).all() and abs(covariance[0, 1]) / sd.prod() > EXACT_FIT:
            name = column if cause is None else cause.source
            leaks.setdefault(
                (name, outcome.source),
                f"'{name}' is a copy of '{outcome.source}': it tells nothing about it",
            )
    return leaks


def _pairs(design: Design) -> Iterator[tuple[OutcomeInfo | None, str, OutcomeInfo]]:
    """Every possible cause, as a perception where it is one, its column, and the outcome."""
    for outcome in design.outcomes:
        for driver in design.basis.drivers:
            yield None, driver.name, outcome
        if outcome.kind == "behaviour":
            for info in design.outcomes:
                if info.kind == "perception":
                    yield info, info.name, outcome
