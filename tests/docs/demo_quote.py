"""The sentence that pages quote from the demo. `python -m tests.docs.demo_quote` writes what it prints today into them."""

from __future__ import annotations

import re
import tempfile
import textwrap
from pathlib import Path

import numpy as np

import lineofsight as los
from lineofsight.analyses.first_page.facts import first_page
from lineofsight.report.data import ReportData
from lineofsight.simulate import retailer, write_company
from lineofsight.words.first_page import headline_words

from .commands import COMMANDS
from .markdown import DOCS, ROOT, read

PAGES = (ROOT / "README.md", DOCS / "index.md", DOCS / "tutorial" / "index.md")

_QUOTE = re.compile(r"(?:^> .*\n)+", re.M)


def demo_sentence(folder: Path) -> str:
    """What `los demo` says first, as it is called without options."""
    defaults = {parameter.name: parameter.default for parameter in COMMANDS["demo"].params}
    write_company(retailer(defaults["customers"], np.random.default_rng(defaults["seed"])), folder)
    data = ReportData(los.run(folder))
    return squeezed(headline_words(first_page(data).start, data.label))


def quotes(page: Path) -> list[str]:
    """The quotes of a page, each on one line."""
    return [squeezed(re.sub(r"(?m)^> ", "", quote)) for quote in _QUOTE.findall(read(page))]


def squeezed(text: str) -> str:
    """The text with single plain spaces."""
    return " ".join(text.split())


def main() -> None:
    """Puts the sentence in the place of each page's quote."""
    with tempfile.TemporaryDirectory() as folder:
        sentence = demo_sentence(Path(folder))
    wrapped = textwrap.fill(
        sentence, 118, initial_indent="> ", subsequent_indent="> ", break_on_hyphens=False
    )
    for page in PAGES:
        page.write_text(_QUOTE.sub(lambda _: wrapped + "\n", read(page)), encoding="utf-8")


if __name__ == "__main__":
    main()
