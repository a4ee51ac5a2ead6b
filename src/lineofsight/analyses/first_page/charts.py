"""The chain as one small picture: only its clear links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lineofsight.analyses.overview import marks
from lineofsight.analyses.overview.layout import Column, Link, Node, Placed, Plan, curve_rows, route, spread
from lineofsight.report.charts import canvas, theme
from lineofsight.report.charts.canvas import dress, make_frame
from lineofsight.report.charts.text import wrap
from lineofsight.words.first_page import Chain, ChainLink
from lineofsight.words.lists import Label

WIDE = 600
_DESKTOP = Plan(
    Column(0, 196, "What the company does"),
    Column(266, 142, "How customers feel"),
    Column(478, 122, "What they do next"),
    None,
    theme.SMALL,
    9,
)
_PHONE = Plan(
    Column(0, 128, "Company does"),
    Column(164, 88, "They feel"),
    Column(278, 80, "They do"),
    None,
    theme.PHONE_SMALL,
    8,
)
_HEAD, _GAP, _THICK = 26, 6, 2.0


def small_chain(chain: Chain, label: Label, width: int) -> Any:
    """Boxes in three columns, joined by the clear links; dashed, past the perceptions, where none of these is clear.

    Args:
        chain: What is clear of it.
        label: What people call a name.
        width: Width in pixels.
    """
    phone = theme.compact(width)
    plan = _PHONE if phone else _DESKTOP
    left = _column(chain.operations, plan.operations, plan, label, 0.0, operations=True)
    total = max([box.y + box.height for box in left], default=_HEAD + 60.0)
    middle = _column(chain.perceptions, plan.perceptions, plan, label, total)
    right = _column(chain.behaviours, plan.behaviours, plan, label, total)
    total = max([total, *(box.y + box.height for box in (*middle, *right))])
    boxes = {box.node.name: box for box in (*left, *middle, *right)}
    felt = set(chain.perceptions)
    steps = [
        [link for link in chain.links if link.past],
        [link for link in chain.links if not link.past and link.source not in felt],
        [link for link in chain.links if link.source in felt],
    ]
    past, *through = [route(list(map(_link, step)), boxes, _THICK) for step in steps]
    layers = marks.curves([*through[0], *through[1]], [])
    if past:
        layers.append(canvas.curves([*curve_rows(past, "good"), *curve_rows(past, "bad")], (5, 4)))
    layers += [*marks.boxes([*left, *middle, *right], plan), _heads(chain, plan)]
    frame = make_frame(width, "", "", bottom=6)
    return dress(layers, frame, total, "The clear links of the chain")


def _heads(chain: Chain, plan: Plan) -> Any:
    """The headings of the columns that hold something."""
    columns = (
        (plan.operations, chain.operations),
        (plan.perceptions, chain.perceptions),
        (plan.behaviours, chain.behaviours),
    )
    rows = [{"x": column.x, "y": 8, "text": column.head} for column, names in columns if names]
    return canvas.labels(rows, plan.size, role="muted", weight=600)


def _link(link: ChainLink) -> Link:
    """All are as thick: a picture this small compares no sizes."""
    return Link(link.source, link.target, 1.0, link.clear)


def _column(
    names: Sequence[str], column: Column, plan: Plan, label: Label, total: float, *, operations: bool = False
) -> list[Placed]:
    lines = [
        tuple(wrap(label(name), column.width - (18 if operations else 14), plan.size, lines=2, bold=True))
        for name in names
    ]
    heights = [9.0 + len(each) * (plan.size + 3) for each in lines]
    if operations:
        tops = [sum(heights[:at]) + at * _GAP for at in range(len(heights))]
    else:
        heights = [height + 16 for height in heights]
        tops = spread(heights, total - _HEAD, 14.0)
    return [
        Placed(Node(name, label(name)), column.x, _HEAD + top, column.width, height, text)
        for name, text, top, height in zip(names, lines, tops, heights, strict=True)
    ]
