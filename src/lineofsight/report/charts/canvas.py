"""What every picture stands in, a frame with title and margins, and marks placed by pixel within it.

Marks by pixel are for pictures whose layout is worked out beforehand (the chain, the heat map).
"""

from __future__ import annotations

from collections.abc import Sequence
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


Rows = Sequence[dict[str, Any]]


def _px(channel: Any, field: str) -> Any:
    return channel(f"{field}:Q", scale=None, axis=None)


def _as_is(channel: Any, field: str, kind: str = "N") -> Any:
    return channel(f"{field}:{kind}", scale=None, legend=None)


def data(rows: Rows) -> Any:
    """Rows as the chart's own data. As a tuple, since Altair copies the rows of a list with every layer."""
    return alt.Data(values=tuple(rows))


def boxes(rows: Rows, radius: int = 4, tooltip: Sequence[str] = ()) -> Any:
    """Rectangles from `x`, `y` to `x2`, `y2`, filled with `fill`, outlined with `stroke`."""
    return (
        alt.Chart(data(rows))
        .mark_rect(cornerRadius=radius, strokeWidth=1)
        .encode(
            x=_px(alt.X, "x"),
            x2=alt.X2("x2"),
            y=_px(alt.Y, "y"),
            y2=alt.Y2("y2"),
            fill=_as_is(alt.Fill, "fill"),
            stroke=_as_is(alt.Stroke, "stroke"),
            **_tooltip(tooltip),
        )
    )


def labels(
    rows: Rows,
    size: int,
    *,
    role: str = "ink",
    align: str = "left",
    baseline: str = "middle",
    weight: str | int = "normal",
    angle: int = 0,
    line_height: float | None = None,
) -> Any:
    """Text at `x`, `y` from `text`, with line breaks where it holds them."""
    return (
        alt.Chart(data(rows))
        .mark_text(
            align=align,
            baseline=baseline,
            fontSize=size,
            fontWeight=weight,
            color=theme.colour(role),
            angle=angle % 360,
            lineBreak="\n",
            lineHeight=line_height or size * 1.2,
        )
        .encode(x=_px(alt.X, "x"), y=_px(alt.Y, "y"), text=alt.Text("text:N"))
    )


def curves(rows: Rows, dash: tuple[int, int] | None = None, tooltip: Sequence[str] = ()) -> Any:
    """Open paths: `shape` is an SVG path that starts at `x`, `y`; `stroke` and `thick` are its colour and width."""
    dashed = {} if dash is None else {"strokeDash": list(dash)}
    return (
        alt.Chart(data(rows))
        .mark_point(filled=False, size=4, fill="transparent", **dashed)
        .encode(
            x=_px(alt.X, "x"),
            y=_px(alt.Y, "y"),
            shape=_as_is(alt.Shape, "shape"),
            stroke=_as_is(alt.Stroke, "stroke"),
            strokeWidth=_as_is(alt.StrokeWidth, "thick", "Q"),
            opacity=_as_is(alt.Opacity, "opacity", "Q"),
            **_tooltip(tooltip),
        )
    )


def _tooltip(fields: Sequence[str]) -> dict[str, Any]:
    return {"tooltip": [alt.Tooltip(f"{field}:N") for field in fields]} if fields else {}
