"""Statements as words: a clause for a table, a sentence for a page. One table of templates for each language.

A template is text with the parameters of its code in braces, each in a form: `{names:and}`, `{share:3}`, `{inner}`. What a
form does is written in `forms`. Where wording depends on a parameter, the template is a function that picks one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lineofsight.reasons import Reason, Statement
from lineofsight.words.lists import sentence
from lineofsight.words.reasons.english import ENGLISH, ENGLISH_WORDS
from lineofsight.words.reasons.forms import Forms, Names, Template, as_written

__all__ = ["LANGUAGES", "Names", "as_written", "clause", "clauses", "in_words", "sentences"]

LANGUAGES: Mapping[str, tuple[Mapping[Reason, Template], Mapping[str, str]]] = {
    "en": (ENGLISH, ENGLISH_WORDS)
}
"""Per language its templates, and the small words that templates share."""


def clause(
    statement: Statement, names: Names = as_written, *, several: bool = False, language: str = "en"
) -> str:
    """A statement as a clause without a full stop.

    Args:
        statement: What is stated.
        names: What people call a name of the project file; as it is written there unless given.
        several: Whether it is stated of several things, each of them.
        language: One of `LANGUAGES`.
    """
    templates, words = LANGUAGES[language]

    def of_part(part: Statement) -> str:
        return clause(part, names, language=language)

    return Forms(words, names, of_part, several=several).filled(templates[statement.code], statement)


def clauses(statements: Iterable[Statement], names: Names = as_written) -> str:
    """Statements one after another, as a cell of a table has them."""
    return "; ".join(clause(each, names) for each in statements)


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


def sentences(statements: Iterable[Statement] | None, names: Names) -> list[str]:
    """Each statement as a sentence of its own; nothing where there is none."""
    return [sentence(clause(each, names)) for each in statements or ()]
