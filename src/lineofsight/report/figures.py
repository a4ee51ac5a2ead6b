"""Figures for a page: one chart drawn at the widths of a desktop and of a phone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from lineofsight.report.blocks import Figure
from lineofsight.report.charts import theme
from lineofsight.report.charts.render import drawn, to_svg


def figure(draw: Callable[[int], Any], alt: str, caption: str = "") -> Figure:
    """The same chart drawn twice; `draw` gets the width in pixels."""
    wide, narrow = (drawn(partial(draw, width)) for width in (theme.DESKTOP, theme.PHONE))
    return Figure(to_svg(wide, alt), to_svg(narrow, alt), alt, caption)


def small_figure(draw: Callable[[], Any], alt: str) -> Figure:
    """A chart narrow enough to serve every width."""
    return Figure(to_svg(drawn(draw), alt), "", alt)
