"""Findings as sentences: the facts that a finding may tell, by subject, and the words for each."""

from __future__ import annotations

from lineofsight.words.findings.cautions import CautionFact, caution_words
from lineofsight.words.findings.drivers import DriverFact, driver_words
from lineofsight.words.findings.paths import PathFact, path_words
from lineofsight.words.findings.response import ResponseFact, response_words
from lineofsight.words.findings.shapes import ShapeFact, shape_fact_words
from lineofsight.words.lists import Label, sentence
from lineofsight.words.warnings import Reversed, Suspected, Warned, warned_sentences

__all__ = ["Fact", "in_words", "sentences"]

Fact = DriverFact | PathFact | ShapeFact | ResponseFact | CautionFact | Warned


def in_words(fact: Fact, label: Label) -> str:
    """A finding: associations in plain words, numbers rounded to what their interval supports.

    Args:
        fact: What was found.
        label: What people call a name of the project file.
    """
    return " ".join(sentences(fact, label))


def sentences(fact: Fact, label: Label) -> tuple[str, ...]:
    """The sentences of a finding, each short enough to be read aloud; the first can stand alone."""
    if isinstance(fact, Suspected | Reversed):
        return warned_sentences(fact, label)
    if isinstance(fact, DriverFact):
        said = driver_words(fact, label)
    elif isinstance(fact, PathFact):
        said = path_words(fact, label)
    elif isinstance(fact, ShapeFact):
        said = shape_fact_words(fact, label)
    elif isinstance(fact, ResponseFact):
        said = response_words(fact, label)
    else:
        said = caution_words(fact, label)
    return tuple(map(sentence, said))
