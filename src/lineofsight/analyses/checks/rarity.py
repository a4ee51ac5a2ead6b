"""Behaviours that happen, or fail to, too seldom for a model of many columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lineofsight.aggregation.basis import Basis

EVENTS_PER_COLUMN = 10  # Peduzzi et al. 1996


def rare_outcomes(
    basis: Basis, nonzero: Mapping[str, tuple[int, int]], stays: Collection[str]
) -> dict[str, tuple[int, int]]:
    """Behaviours with so few events that estimates and intervals are unreliable: events, and columns of the model.

    Args:
        basis: What models are linear in.
        nonzero: Per behaviour the episodes in which it is known, and those in which it is not 0.
        stays: Behaviours that are 0 or 1, where failing to happen is an event as well.
    """
    columns = len(basis.controls) + len(basis.slopes)
    rare = {}
    for name, (known, happened) in nonzero.items():
        events = min(happened, known - happened) if name in stays else happened
        if events < EVENTS_PER_COLUMN * columns:
            rare[name] = (events, columns)
    return rare
