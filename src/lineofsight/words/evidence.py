"""The words that a level of evidence allows."""

from __future__ import annotations

_VERBS: dict[str, str] = {
    "associated": "goes with",
    "adjusted": "goes with",
    "robust": "reliably goes with",
    "quasi-experimental": "is followed by",
    "experimental": "brings",
}


def verb(level: str) -> str:
    """The strongest verb that a claim of this level may use; only an experiment brings something about."""
    return _VERBS[level]
