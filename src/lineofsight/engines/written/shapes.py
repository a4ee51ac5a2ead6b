"""The shapes of texts: '2024-03-05 14:30' is '9999-99-99 99:99', and a column has few of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST_SHAPES = 400
"""Different shapes beyond which a column is no column of dates or numbers."""

LEADING_ZERO = r"^\s*[+-]?0[.,]"
ZERO = "z"  # before the shape of 0.250, whose dot parts no thousands
LONG = "9999"  # four digits or more


@dataclass(frozen=True, slots=True)
class Shape:
    """Texts that are alike but for their digits.

    Attributes:
        shape: With 9 for every digit, at most four of a row of them, and a 'z' before what begins with '0.' or '0,'.
        count: How many texts there are.
        example: The least of them.
        parts: The different numbers that stand first, second and third in them, where they were asked for.
    """

    shape: str
    count: int
    example: str
    parts: tuple[frozenset[int], frozenset[int], frozenset[int]] | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """What SQL of an engine calls the few functions that texts are read with.

    Attributes:
        matches: Whether a text matches a pattern of both RE2 and Java.
        extract: A group of its first match, else ''.
        replace: All matches replaced by a plain text.
        distinct: The different values of an expression in a group, as a list.
        naive: The type of a time without a zone.
        zoned: The type of a time with one.
        text: The type of a text.
        literal: A quoted text.
        clock: The type of a time of day; None where there is none.
    """

    matches: Callable[[str, str], str]
    extract: Callable[[str, str, int], str]
    replace: Callable[[str, str, str], str]
    distinct: Callable[[str], str]
    naive: str
    zoned: str
    text: str
    literal: Callable[[str], str]
    clock: str | None = None

    def shape(self, text: str) -> str:
        """SQL of the shape of a text."""
        digits = f"translate({text}, '012345678', '999999999')"
        zero = f"CASE WHEN {self.matches(text, LEADING_ZERO)} THEN '{ZERO}' ELSE '' END"
        return f"{zero} || {self.replace(digits, '9{5,}', LONG)}"

    def shapes(self, text: str, source: str, condition: str) -> str:
        """A query of the shapes: each with how many there are and the least text, the most frequent first."""
        where = f"{condition} AND {text} IS NOT NULL" if condition else f" WHERE {text} IS NOT NULL"
        inner = f"SELECT {text} AS los_x, {self.shape(text)} AS los_s FROM {source}{where}"
        return (
            f"SELECT los_s, count(*) AS los_n, min(los_x) FROM ({inner}) AS los_t GROUP BY los_s"
            f" ORDER BY los_n DESC, los_s LIMIT {MOST_SHAPES + 1}"
        )

    def parts(self, text: str, source: str, condition: str) -> str:
        """A query of the numbers that stand first, second and third in the texts of each shape."""
        where = f"{condition} AND {text} IS NOT NULL" if condition else f" WHERE {text} IS NOT NULL"
        listed = ", ".join(f"{self.extract(text, FIRST_THREE, at)} AS los_{at}" for at in (1, 2, 3))
        inner = f"SELECT {self.shape(text)} AS los_s, {listed} FROM {source}{where}"
        sets = ", ".join(self.distinct(f"los_{at}") for at in (1, 2, 3))
        return f"SELECT los_s, {sets} FROM ({inner}) AS los_t GROUP BY los_s"


FIRST_THREE = r"^[^0-9]*([0-9]{1,4})[^0-9]+([0-9]{1,4})[^0-9]+([0-9]{1,4})"

Query = Callable[[str], Sequence[Sequence[object]]]


def shapes_of(query: Query, dialect: Dialect, text: str, source: str, condition: str = "") -> list[Shape]:
    """The shapes of the texts of an expression.

    Args:
        query: Runs SQL and gives its rows.
        dialect: Of the engine.
        text: SQL of the text.
        source: What stands after FROM.
        condition: ' WHERE …' of the rows that are used, or ''.
    """
    found = query(dialect.shapes(text, source, condition))
    return [Shape(str(shape), int(str(count)), str(example)) for shape, count, example in found]


def with_parts(
    query: Query, dialect: Dialect, text: str, source: str, shapes: Sequence[Shape], condition: str = ""
) -> list[Shape]:
    """The shapes with the numbers that stand in their texts; the arguments are those of `shapes_of`."""
    found = {str(shape): parts for shape, *parts in query(dialect.parts(text, source, condition))}
    return [
        Shape(each.shape, each.count, each.example, _sets(found.get(each.shape, [(), (), ()])))
        for each in shapes
    ]


def _sets(parts: Sequence[object]) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    first, second, third = (
        frozenset(int(str(value)) for value in values if str(value).isdigit())
        for values in parts
        if isinstance(values, (list, tuple))
    )
    return first, second, third


def total(shapes: Sequence[Shape]) -> int:
    """How many texts there are."""
    return sum(each.count for each in shapes)
