"""How the parameters of a statement stand in a template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

from lineofsight.reasons import Statement
from lineofsight.words.lists import Label, joined, joined_clauses

Template = str | Callable[[Statement], str]

_SHOWN = 8  # names listed in a clause
_SUBJECTS = {False: {"{it}": "it", "{its}": "its"}, True: {"{it}": "each", "{its}": "their"}}


def as_written(name: str) -> str:
    """A name as the project file has it."""
    return name


class Forms(Formatter):
    """Fills templates.

    - A name: as people call it, in quotes; `as is`: as it is written, in quotes; `raw`: without.
    - Names: `and` joins them, `some` the first eight, `all and` all alike, `comma` by commas; `columns` tells a column of
      absence as such; `ids` and `levels` are as written, `for` is one for the other.
    - Counts: with separators, or `plain`; `day|days` puts the word that fits behind, `?is|are` gives it alone.
    - Shares: in per cent to `3` digits or `.1` decimals, or `exact` as declared; `small` says when it is below 0.1 %, `sure` is
      never 100 %.
    - Other numbers: `p`, `days`, `value`, to `2` decimals. Statements: one after the other, or by `and`. A text: `ended` has no full stop.
    - `{it}` and `{its}`: what is spoken of, one thing or each of several.
    """

    def __init__(
        self, words: Mapping[str, str], label: Label, clause: Callable[[Statement], str], *, several: bool
    ) -> None:
        self._words, self._label, self._clause = words, label, clause
        self._subject = {name: words[of] for name, of in _SUBJECTS[several].items()}

    def filled(self, template: Template, statement: Statement) -> str:
        """The clause of a statement by its template."""
        text = template if isinstance(template, str) else template(statement)
        for name, word in self._subject.items():
            text = text.replace(name, word)
        return self.vformat(text, (), statement.values)

    def format_field(self, value: Any, format_spec: str) -> str:
        """One parameter in its form."""
        match value:
            case str():
                return self._text(value, format_spec)
            case (Statement(), *_):
                told = [self._clause(each) for each in value]
                return joined_clauses(told) if format_spec == "and" else "; ".join(told)
            case tuple():
                return self._listed(value, format_spec)
            case int():
                return self._count(value, format_spec)
            case _:
                return self._number(value, format_spec)

    def _text(self, value: str, form: str) -> str:
        match form:
            case "raw":
                return value
            case "ended":
                return value.rstrip(".")
            case "word":
                return self._words[value]
            case "as is":
                return f"'{value}'"
            case _:
                return f"'{self._label(value)}'"

    def _listed(self, values: tuple[str, ...], form: str) -> str:
        written = [f"'{each}'" for each in values]
        told = [f"'{self._label(each)}'" for each in values]
        both, either = f" {self._words['and']} ", f" {self._words['or']} "
        match form:
            case "comma":
                return ", ".join(told)
            case "all and":
                return both.join(told)
            case "ids":
                return both.join(written)
            case "levels":
                return either.join(written)
            case "levels or other":
                return either.join([*written, self._words["another level"]])
            case "for":
                return f" {self._words['for']} ".join(written)
            case "columns":
                told = [self._column(each) for each in values]
            case "some" if len(told) > _SHOWN:
                told = [*told[:_SHOWN], f"{len(told) - _SHOWN} {self._words['more']}"]
        return joined(told, self._words["and"])

    def _column(self, name: str) -> str:
        if not name.endswith("?"):
            return f"'{self._label(name)}'"
        return self._words["whether known"].format(f"'{self._label(name[:-1])}'")

    def _count(self, value: int, form: str) -> str:
        if "|" not in form:
            return str(value) if form == "plain" else f"{value:,}"
        one, many = form.removeprefix("?").split("|")
        word = one if value == 1 else many
        return word if form.startswith("?") else f"{value:,} {word}"

    def _number(self, value: float, form: str) -> str:
        match form:
            case "p":
                return self._words["below"].format("0.001") if value < 0.001 else f"= {value:.3f}"
            case "small":
                return self._words["less than"].format("0.1 %") if value < 0.001 else f"{value * 100:.1f} %"
            case "sure":
                return f"{min(value, 0.99999) * 100:.4g} %"
            case "days":
                return self._words["1 day"] if value == 1 else self._words["days"].format(f"{value:g}")
            case "value":
                return f"{value:.4g}"
            case "3":
                return f"{value * 100:.3g} %"
            case "exact":
                return f"{value * 100:g} %"
            case "2":
                return f"{value:,.2f}"
            case ".1":
                return f"{value * 100:.1f} %"
            case _:
                return f"{value:g}"
