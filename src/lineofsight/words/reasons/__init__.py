"""Statements as words: a clause for a table, a sentence for a page. One table of templates for each language.

A template is text with the parameters of its code in braces, each in a form: `{names:and}`, `{share:3}`, `{inner}`. What a
form does is written in `forms`. Where wording depends on a parameter, the template is a function that picks one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lineofsight.reasons import Reason, Statement
from lineofsight.words.lists import Label, sentence
from lineofsight.words.reasons.english import ENGLISH, ENGLISH_WORDS
from lineofsight.words.reasons.forms import Forms, Template, as_written

__all__ = ["LANGUAGES", "as_written", "clause", "clauses", "in_words", "sentences"]

LANGUAGES: Mapping[str, tuple[Mapping[Reason, Template], Mapping[str, str]]] = {
    "en": (ENGLISH, ENGLISH_WORDS)
}
"""Per language its templates, and the small words that templates share."""


def clause(
    statement: Statement, label: Label = as_written, *, several: bool = False, language: str = "en"
) -> str:
    """A statement as a clause without a full stop.

    Args:
        statement: What is stated.
        label: What people call a name of the project file; as it is written there unless given.
        several: Whether it is stated of several things, each of them.
        language: One of `LANGUAGES`.
    """
    templates, words = LANGUAGES[language]

    def of_part(part: Statement) -> str:
        return clause(part, label, language=language)

    return Forms(words, label, of_part, several=several).filled(templates[statement.code], statement)


def clauses(statements: Iterable[Statement], label: Label = as_written) -> str:
    """Statements one after another, as a cell of a table has them."""
    return "; ".join(clause(each, label) for each in statements)


def in_words(value: Any) -> Any:
    """A value of a run's table for reading: reasons as clauses, names with commas between; all else as it is."""
    match value:
        case Statement():
            return clause(value)
        case (Statement(), *_):
            return clauses(value)
        case tuple():
            return ", ".join(value)
        case _:
            return value


def sentences(statements: Iterable[Statement] | None, label: Label) -> list[str]:
    """Each statement as a sentence of its own; nothing where there is none."""
    return [sentence(clause(each, label)) for each in statements or ()]
