"""Columns that give an outcome away: they are found, named, and kept out of the models."""

from __future__ import annotations

import numpy as np

from lineofsight.chain.design import Design
from lineofsight.chain.fits import EXACT_FIT
from lineofsight.chain.population import View


def find_leaks(
    design: Design, view: View, separated: frozenset[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Causes that give a behaviour away: they separate it perfectly, or are a copy of it.

    Args:
        design: The columns.
        view: Everyone's episodes.
        separated: Pairs of cause and binary behaviour whose values do not overlap.

    Returns:
        The reason for each pair of cause and behaviour.
    """
    leaks = {
        pair: f"'{pair[0]}' separates '{pair[1]}' perfectly: it is probably known only afterwards, or made from it"
        for pair in separated
    }
    for behaviour in (info for info in design.outcomes if info.kind == "behaviour"):
        population = view.population((behaviour.source,))
        causes = [driver.name for driver in design.basis.drivers]
        covariance = population.first.select([*causes, behaviour.name]).covariance()[0]
        sd = np.sqrt(np.diag(covariance))
        for at, cause in enumerate(causes):
            if sd[at] > 0 and sd[-1] > 0 and abs(covariance[at, -1]) / (sd[at] * sd[-1]) > EXACT_FIT:
                leaks.setdefault(
                    (cause, behaviour.source),
                    f"'{cause}' is a copy of '{behaviour.source}': it cannot be a cause of it",
                )
    return leaks
