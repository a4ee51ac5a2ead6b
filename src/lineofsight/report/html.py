"""One self-contained HTML file: opens with no network, on a desktop, on a phone and on paper."""

from __future__ import annotations

import glob
import logging
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from lineofsight.error_codes import RunCode
from lineofsight.errors import RunError, disk_is_full
from lineofsight.ownership import claimed, remove, remove_abandoned
from lineofsight.report.blocks import Page
from lineofsight.report.charts import font, theme
from lineofsight.runs.writer import UNFINISHED

_log = logging.getLogger(__name__)


def write_page(page: Page, path: Path) -> Path:
    """Writes a page; it appears whole or not at all.

    Args:
        page: The page to show.
        path: The HTML file to write; its folder is made where it is missing.

    Returns:
        The file written.

    Raises:
        RunError: The file cannot be written.
    """
    text = render_page(page)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(path.parent, list(path.parent.glob(f".{glob.escape(path.name)}{UNFINISHED}*")))
        with claimed(path.parent) as token:
            unfinished = path.with_name(f".{path.name}{UNFINISHED}{token}")
            try:
                unfinished.write_text(text, encoding="utf-8")
                unfinished.replace(path)
            finally:
                remove(unfinished)
        _log.info("the report has %d characters", len(text), extra={"characters": len(text)})
    except OSError as error:
        code = RunCode.DISK_FULL if disk_is_full(error) else RunCode.REPORT_UNWRITABLE
        raise RunError(
            code, f"the report could not be written to {path}: {error.strerror or error}"
        ) from error
    return path


def render_page(page: Page) -> str:
    """A page as HTML. Everything is escaped but the pictures, which are drawn and escaped by `charts.render`."""
    environment = Environment(
        loader=PackageLoader("lineofsight.report"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["a"] = lambda block, kind: type(block).__name__ == kind
    environment.filters["css_text"] = _css_text
    template = environment.get_template("report.html.j2")
    return template.render(page=page, roles=theme.ROLES, font=theme.FONT, font_css=font.css())


def _css_text(text: str) -> str:
    """Text as a string of a stylesheet."""
    escaped = "".join(f"\\{ord(char):x} " if char in '\\"\n\r\f<' else char for char in text)
    return f'"{escaped}"'
