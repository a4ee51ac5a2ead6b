"""What is true of a company, and whether a sentence says that.

A sentence is false when it says something of an operation that is not so: an effect or a path of one that does nothing; a bend or a
step where there is none, or the other of the two; more or less to gain the better it is where the line is straight; a must-have
or delighter that is none; ways that take from each other, or a dependence on how customers feel, where none was planted. An
association is false, too, where the operation does nothing and only goes with one that does: all others are held equal. What is
told as "perhaps", and what says that something cannot be told, says nothing that could be false.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FOUND = ("driver", "perception", "path", "shape")
"""Kinds of finding that say what was found."""

_NAMED = re.compile(r"'(\w+)'(?=[^:]* (?:is|are) )")


@dataclass(frozen=True, slots=True)
class Truth:
    """What is planted in a company; names of operations.

    Attributes:
        matter: Those that have an effect on anything.
        bent: Those whose harm begins beyond a threshold.
        stepped: Those of which an outcome is another from some number on.
        must_haves: Ratings that are missed when bad, and not noticed when good.
        delighters: Ratings that are noticed when good, and not missed when bad.
        opposed: Those that go with a behaviour in two ways that take from each other.
        crossed: Those whose effect on a behaviour depends on how customers feel.
    """

    matter: frozenset[str]
    bent: frozenset[str] = frozenset()
    stepped: frozenset[str] = frozenset()
    must_haves: frozenset[str] = frozenset()
    delighters: frozenset[str] = frozenset()
    opposed: frozenset[str] = frozenset()
    crossed: frozenset[str] = frozenset()


def is_true(kind: str, subject: str | None, sentence: str, truth: Truth) -> bool:
    """Whether a sentence of a finding says what is so; every perception matters."""
    for words, names in (("must-have", truth.must_haves), ("delighter", truth.delighters)):
        if f" {words}" in sentence:
            named = set(_NAMED.findall(sentence))
            return bool(named) and named <= names
    if kind == "perception":
        return True
    for words, names in (
        ("has a threshold", truth.bent),
        ("goes with a step", truth.stepped),
        (
            "diminishing returns",
            truth.bent | truth.stepped,
        ),  # more is harm: the less there is, the less is gained
        ("increasing returns", frozenset[str]()),
        ("take from each other", truth.opposed),
        ("depends on how customers feel", truth.crossed),
    ):
        if words in sentence:
            return subject in names
    return subject in truth.matter
