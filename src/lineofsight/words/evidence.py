"""Levels of evidence in words: how strongly a claim may be put."""

from __future__ import annotations

from lineofsight.words.counts import count

NOT_CAUSE = "These are adjusted associations, not proof of cause."

_VERBS = {
    "associated": "goes with",
    "adjusted": "goes with",
    "robust": "reliably goes with",
    "quasi-experimental": "is followed by",
    "experimental": "brings",
}

LEVELS = tuple(_VERBS)
"""The levels, the weakest first."""


def verb(level: str) -> str:
    """The strongest verb that a claim of this level may use; only an experiment brings something about."""
    return _VERBS[level]


def rule_words(asked: int) -> str:
    """The rule that robust claims are under, for all questions together.

    Args:
        asked: Total effects that were asked for.
    """
    return (
        f"'Reliably' stands for robust, among {count(asked)} total effects that were asked for. Of the claims called so at"
        " most 1 in 20 is expected to be chance (q ≤ 0.05)"
    )


def chance_words(asked: int, what: str) -> str:
    """Why what is clear by itself is told as "perhaps" only, and what would settle it.

    Args:
        asked: How many of its kind were asked for.
        what: These, as `effects`.
    """
    return f"among {count(asked)} {what} asked for this may be chance, which more customers or a trial would settle"
