"""From a chart to a picture: a figure of a page, SVG that can stand in one beside others, or PNG. Nothing is fetched."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import vl_convert
from altair.utils.schemapi import debug_mode

from lineofsight.characters import visible_lines
from lineofsight.report.blocks import Figure
from lineofsight.report.charts import font, theme

_ROOT = re.compile(r"<svg\b[^>]*?\bviewBox=\"([^\"]*)\"[^>]*>")
_PAPER = re.compile(r"<rect width=\"[\d.]+\" height=\"[\d.]+\" fill=\"(?:white|transparent|#ffffff)\"/>")
_EMPTY = re.compile(r"<path class=\"(?:background|foreground)\"[^>]*?/>")
_TAG = re.compile(r"<[^>]+>")
_ID = re.compile(r"(\bid=\"|url\(#|href=\"#)([^\")]+)")
_NEEDLESS = re.compile(
    r" (?:(?:class|role|aria-\w+|pointer-events|font-family)=\"[^\"]*\""
    r"|font-weight=\"normal\"|opacity=\"1\"|stroke=\"transparent\"|text-anchor=\"start\")"
)
_LONG_NUMBER = re.compile(r"(\d+\.\d{2})\d+")


def drawn(draw: Callable[[], Any]) -> Any:
    """What `draw` makes, without Altair's check of each part: the renderer checks the whole; twice as fast."""
    with debug_mode(False):
        return draw()


def to_spec(chart: Any) -> dict[str, Any]:
    """The chart's Vega-Lite spec."""
    spec: dict[str, Any] = _visible(chart.to_dict(validate=False))
    return spec


def _visible(part: Any) -> Any:
    """A part of a spec without the characters on which the renderer ends the process; a line may still end in it."""
    match part:
        case str():
            return visible_lines(part)
        case dict():
            return {_visible(key): _visible(each) for key, each in part.items()}
        case list() | tuple():
            return [_visible(each) for each in part]
        case _:
            return part


def to_svg(chart: Any, alt: str, *, inline: bool = True) -> str:
    """The chart as SVG, named `alt` for those who cannot see it.

    Args:
        chart: An Altair chart.
        alt: What the picture says.
        inline: For use inside HTML, which carries the font: no fixed size, no paper of its own, and ids that clash with
            no other picture. Else it has all it needs.
    """
    font.register()
    svg: str = vl_convert.vegalite_to_svg(json.dumps(to_spec(chart)), allowed_base_urls=[])
    return _inline(svg, alt) if inline else _named(svg, alt)


def to_png(chart: Any, scale: float = 2.0) -> bytes:
    """The chart as PNG, `scale` times its nominal size, on white paper."""
    font.register()
    spec = to_spec(chart)
    spec["config"] = {**spec.get("config", {}), "background": "white"}
    png: bytes = vl_convert.vegalite_to_png(spec, scale=scale, allowed_base_urls=[])
    return png


def figure(draw: Callable[[int], Any], alt: str, caption: str = "") -> Figure:
    """The same chart drawn twice; `draw` gets the width in pixels."""
    wide, narrow = (drawn(partial(draw, width)) for width in (theme.DESKTOP, theme.PHONE))
    return Figure(to_svg(wide, alt), to_svg(narrow, alt), alt, caption)


def small_figure(draw: Callable[[], Any], alt: str) -> Figure:
    """A chart narrow enough to serve every width."""
    return Figure(to_svg(drawn(draw), alt), "", alt)


def _named(svg: str, alt: str) -> str:
    opened = svg.replace("<svg ", f'<svg role="img" aria-label={quoteattr(alt)} ', 1)
    return opened.replace(">", f"><title>{escape(alt)}</title><style>{font.css()}</style>", 1)


def _inline(svg: str, alt: str) -> str:
    root = _ROOT.search(svg)
    assert root is not None, "the renderer makes an svg element with a viewBox"
    body = _EMPTY.sub("", _PAPER.sub("", svg[root.end() :], count=1))
    mark = hashlib.blake2s(svg.encode(), digest_size=5).hexdigest()
    body = _TAG.sub(lambda tag: _tidy(tag.group(), mark), body)
    width, height = root.group(1).split()[2:]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={quoteattr(alt)}'
        f' font-family={quoteattr(theme.FONT)} viewBox="{root.group(1)}" width="{width}" height="{height}">{body}'
    )


def _tidy(tag: str, mark: str) -> str:
    """A tag without what the page says already; what is written between tags is never touched."""
    return _ID.sub(rf"\g<1>f{mark}-\g<2>", _LONG_NUMBER.sub(r"\1", _NEEDLESS.sub("", tag)))
