"""The frame of a chart: its whole width is given, margins are fixed, and the title is wrapped to fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from lineofsight.report.charts import theme
from lineofsight.report.charts.text import wrap


@dataclass(frozen=True, slots=True)
class Frame:
    """Outer width, margins, and the lines of title and subtitle."""

    width: int
    left: int
    right: int
    bottom: int
    title: tuple[str, ...]
    subtitle: tuple[str, ...]

    @property
    def inner(self) -> int:
        """Width of the plot itself."""
        return self.width - self.left - self.right

    @property
    def title_size(self) -> int:
        """Size of the title's letters."""
        return theme.PHONE_TITLE if theme.compact(self.width) else theme.TITLE

    @property
    def top(self) -> int:
        """Room for title and subtitle."""
        return len(self.title) * (self.title_size + 5) + len(self.subtitle) * 17 + (20 if self.title else 4)


def make_frame(
    width: int, title: str, subtitle: str = "", *, left: int = 0, right: int = 0, bottom: int = 0
) -> Frame:
    """A frame whose title and subtitle are broken into as many lines as the width asks for."""
    size = theme.PHONE_TITLE if theme.compact(width) else theme.TITLE
    heads = wrap(title, width - 4, size, lines=4, bold=True) if title else []
    subs = wrap(subtitle, width - 4, theme.SMALL, lines=4) if subtitle else []
    return Frame(width, left, right, bottom, tuple(heads), tuple(subs))


def dress(layers: list[Any], frame: Frame, height: float, description: str) -> Any:
    """Layers put into the frame, with title, theme and a description for readers who cannot see it."""
    below = {"subtitle": list(frame.subtitle)} if frame.subtitle else {}
    title = alt.Title(
        text=list(frame.title),
        **below,
        anchor="start",
        frame="group",
        dx=-frame.left,
        offset=14,
        fontSize=frame.title_size,
        fontWeight=600,
        lineHeight=frame.title_size + 5,
        subtitleFontSize=theme.SMALL,
        subtitleLineHeight=17,
        subtitlePadding=6,
    )
    properties: dict[str, Any] = {
        "width": frame.inner,
        "height": height,
        "padding": {"left": frame.left, "right": frame.right, "top": frame.top, "bottom": frame.bottom},
        "autosize": alt.AutoSizeParams(type="none"),
        "description": description,
        "config": alt.Config(**theme.config()),
    }
    if frame.title:
        properties["title"] = title
    return alt.layer(*layers).properties(**properties)
