"""Findings as sentences: the facts that a finding may tell, by subject, and the words for each."""

from __future__ import annotations

from lineofsight.words.findings.cautions import CautionFact, caution_words
from lineofsight.words.findings.drivers import DriverFact, driver_words
from lineofsight.words.findings.paths import PathFact, path_words
from lineofsight.words.findings.response import ResponseFact, response_words
from lineofsight.words.findings.shapes import ShapeFact, shape_fact_words
from lineofsight.words.lists import Label, sentence
from lineofsight.words.warnings import Warned, warned_words

__all__ = ["Fact", "in_words"]

Fact = DriverFact | PathFact | ShapeFact | ResponseFact | CautionFact | Warned


def in_words(fact: Fact, label: Label) -> str:
    """The sentence of a finding: associations in plain words, numbers rounded to what their interval supports.

    Args:
        fact: What was found.
        label: What people call a name of the project file.
    """
    if isinstance(fact, DriverFact):
        return sentence(driver_words(fact, label))
    if isinstance(fact, PathFact):
        return sentence(path_words(fact, label))
    if isinstance(fact, ShapeFact):
        return sentence(shape_fact_words(fact, label))
    if isinstance(fact, ResponseFact):
        return sentence(response_words(fact, label))
    if isinstance(fact, CautionFact):
        return sentence(caution_words(fact, label))
    return warned_words(fact, label)
