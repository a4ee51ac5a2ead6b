"""What is said once of a snapshot: whose word it is that one thing came before another."""

from __future__ import annotations


def order_words(order: str | None) -> tuple[str, ...]:
    """Sentences about data without times; no full stops.

    Args:
        order: What the project file says of what came first; None where it says nothing.
    """
    if order is not None:
        return (
            f"What came first is not in the data: they have no times, and the project file says {order!r}",
        )
    return (
        "What came first is your word, not in the data: they have no times",
        "So no claim is above 'adjusted' unless 'order' under 'episodes' says how it is known, or an operation was"
        " assigned by lot",
    )
