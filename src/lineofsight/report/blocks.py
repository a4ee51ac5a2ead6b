"""What a page is made of: frozen blocks that know no markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["note", "warning", "plain"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text; a 'lead' is the section's one-line message."""

    text: str
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Callout:
    """Something that must not be overlooked."""

    title: str
    text: str
    tone: Tone = "note"


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as SVG for wide and for narrow pages; `phone` is empty where one drawing serves both."""

    desktop: str
    phone: str
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Small figures beside each other."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: its text; `bar` (0 to 1) draws a bar behind it; `numeric` aligns it to the right."""

    text: str
    numeric: bool = False
    bar: float | None = None
    muted: bool = False


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table with its caption; the first column names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: of sentences, or of terms with what is said of them. Ordered lists are numbered."""

    items: tuple[tuple[str, str], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """A short label in a colour of its own; the text says all that the colour says. `kind` is its style's name."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are of each kind, beside each other: the tag, the count, what it means."""

    items: tuple[tuple[Tag, str, str], ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One column of a case: its title, its style's name, and sentences, each with the question it answers."""

    title: str
    kind: str
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """What speaks for, against, and what is not known: beside each other, on a phone below each other."""

    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """Blocks that open on demand; a claim has its level as a tag."""

    summary: str
    blocks: tuple[Block, ...]
    open: bool = False
    tag: Tag | None = None


Block = Paragraph | Heading | Callout | Figure | Grid | TableBlock | Listing | Tally | Sides | Details


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: where it is linked to, its heading, its blocks."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page; `facts` are terms with their values under the title."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    banners: tuple[Callout, ...]
    sections: tuple[Section, ...]


def table(caption: str, head: tuple[str, ...], rows: list[list[str | Cell]], text: int = 1) -> TableBlock:
    """A table from texts; all but the first `text` columns are numbers."""
    made = tuple(
        tuple(cell if isinstance(cell, Cell) else Cell(cell, at >= text) for at, cell in enumerate(row))
        for row in rows
    )
    return TableBlock(caption, head, made)
