"""Reading the documentation: pages, headings, tables, blocks of code and links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from markdown.extensions.toc import slugify, unique

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
OUTSIDE = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]

FRAGMENT = "<!-- fragment -->"

_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^`\n]*)\n(?P<text>.*?)^(?P=indent)```\s*$", re.M | re.S)
_TITLE = re.compile(r'title="([^"]+)"')
_LINK = re.compile(r"(!?)\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^(#{1,6}) (.+?)\s*$", re.M)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it is titled with, its text, and whether it is a fragment."""

    page: Path
    line: int
    language: str
    title: str | None
    text: str
    fragment: bool

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str | None = None) -> list[Block]:
    text = read(page)
    found = []
    for match in _FENCE.finditer(text):
        info = match["info"].strip()
        title = _TITLE.search(info)
        indent = len(match["indent"])
        before = text[: match.start()].rstrip().splitlines()
        block = Block(
            page=page,
            line=text.count("\n", 0, match.start()) + 1,
            language=info.split(" ", 1)[0],
            title=title.group(1) if title else None,
            text="".join(line[indent:] for line in match["text"].splitlines(keepends=True)),
            fragment=bool(before) and before[-1].strip() == FRAGMENT,
        )
        if language in (None, block.language):
            found.append(block)
    return found


def prose(page: Path) -> str:
    """The page without its blocks of code."""
    return _FENCE.sub("", read(page))


def sections(page: Path) -> dict[str, str]:
    """Text under each heading, by the heading's text, down to the next heading of any level."""
    text = prose(page)
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    return {
        heading.group(2).replace("`", ""): text[heading.end() : end]
        for heading, end in zip(headings, ends, strict=True)
    }


def table_rows(section: str) -> list[list[str]]:
    """Cells of the tables in a section, without their heads."""
    rows = [line for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]
    heads = {at - 1 for at, row in enumerate(cells) if set("".join(row)) <= set("-: ")}
    return [row for at, row in enumerate(cells) if at not in heads and at - 1 not in heads]


def code(cell: str) -> list[str]:
    """What a cell has in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def anchors(page: Path) -> set[str]:
    used: set[str] = set()
    for _, heading in _HEADING.findall(prose(page)):
        unique(slugify(heading.replace("`", ""), "-"), used)
    return used


def links(page: Path) -> list[tuple[bool, str]]:
    """Whether it is an image, and where it goes."""
    return [(mark == "!", target) for mark, target in _LINK.findall(prose(page))]
