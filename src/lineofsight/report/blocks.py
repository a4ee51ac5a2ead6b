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
    """A picture as SVG for wide and for narrow pages; `phone` is empty where one drawing serves both.

    `href` is where it leads, of one that is a link.
    """

    desktop: str
    phone: str
    alt: str
    caption: str = ""
    href: str = ""


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


@dataclass(frozen=True, slots=True)
class DotRow:
    """A name, a dot with its interval on the scale of all rows, its text and its tag; name and tag are links.

    `low` and `high` end where the scale ends; `state` is a style's name: 'good', 'bad' or 'unsure'.
    """

    label: str
    value: float
    low: float
    high: float
    text: str
    state: str
    tag: Tag
    href: str
    tag_href: str


@dataclass(frozen=True, slots=True)
class DotRows:
    """Dots below each other on one scale, with marks under it; places are per cent of the scale. `zero` is a line."""

    caption: str
    rows: tuple[DotRow, ...]
    zero: float
    marks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Standings:
    """How things stand: name, where it leads, value, how it moved, and a style's name for that."""

    rows: tuple[tuple[str, str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """Sentences, each a link to what it rests on."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of the first page: its title, which is a link, and its blocks."""

    title: str
    href: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """What is read first: one sentence, how sure it is, panels, and on whom it rests; each leads to what is behind it."""

    headline: str
    href: str
    note: str
    note_href: str
    panels: tuple[Panel, ...]
    rests_on: str
    rests_href: str


Block = (
    Paragraph
    | Heading
    | Callout
    | Figure
    | Grid
    | TableBlock
    | Listing
    | Tally
    | Sides
    | Details
    | DotRows
    | Standings
    | Notes
)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: where it is linked to, its heading, its blocks."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Sections under one heading of the contents list."""

    anchor: str
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page: what is read first, then the evidence in parts; `facts` are terms with their values."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    banners: tuple[Callout, ...]
    parts: tuple[Part, ...]
    front: Front | None = None

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections of all parts."""
        return tuple(section for part in self.parts for section in part.sections)


def table(caption: str, head: tuple[str, ...], rows: list[list[str | Cell]], text: int = 1) -> TableBlock:
    """A table from texts; all but the first `text` columns are numbers."""
    made = tuple(
        tuple(cell if isinstance(cell, Cell) else Cell(cell, at >= text) for at, cell in enumerate(row))
        for row in rows
    )
    return TableBlock(caption, head, made)
