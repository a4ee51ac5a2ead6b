"""The chain as one picture: what the company does, how customers feel, what they do next, what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lineofsight.analyses.overview import marks as marks
from lineofsight.analyses.overview.layout import Column, Curve, Link, Node, Placed, Plan, route, spread
from lineofsight.report.charts import theme
from lineofsight.report.charts.canvas import dress, make_frame
from lineofsight.report.charts.text import wrap

__all__ = ["Link", "Node", "chain_chart"]


_DESKTOP = Plan(
    Column(0, 262, "What the company does"),
    Column(410, 172, "How customers feel"),
    Column(716, 150, "What they do next"),
    Column(906, 134, "What it is worth"),
    theme.TEXT,
    13,
)
_PHONE = Plan(
    Column(0, 128, "Company does"),
    Column(170, 80, "They feel"),
    Column(282, 76, "They do"),
    None,
    theme.PHONE_SMALL,
    8,
)
_HEAD = 30


def chain_chart(
    operations: Sequence[Node],
    perceptions: Sequence[Node],
    behaviours: Sequence[Node],
    money: Sequence[Node],
    links: Sequence[Link],
    width: int,
    *,
    title: str = "How what the company does goes with what customers feel and do",
    unsure: str = "cannot be told from nothing",
) -> Any:
    """Boxes in columns joined by links as wide as the effect of 10 % better.

    Args:
        operations: In the order of their functions; `note` is what 10 % better means.
        perceptions: May be empty: the customer was skipped, and links go to the behaviours.
        behaviours: What customers do next.
        money: What one unit of a behaviour is worth; `name` is the behaviour's.
        links: Between operations and perceptions and between perceptions and behaviours.
        width: Width in pixels.
        title: What the chart says.
        unsure: What the legend says of thin and dashed links.
    """
    plan = _PHONE if theme.compact(width) else _DESKTOP
    frame = make_frame(width, title, "", bottom=78 if theme.compact(width) else 40)
    left = _operations(operations, plan)
    total = max([box.y + box.height for box in left], default=60.0)
    middle = _stack(perceptions, plan.perceptions, plan, total)
    worth = {node.name: node for node in money}
    ends = [_with_worth(node, worth) for node in behaviours] if plan.money is None else list(behaviours)
    right = _stack(ends, plan.behaviours, plan, total)
    total = max([total, *(box.y + box.height for box in (*middle, *right))])
    by_name = {box.node.name: box for box in (*left, *middle, *right)}
    names = {node.name for node in perceptions}
    curves = [
        *route([link for link in links if link.source not in names], by_name, plan.widest),
        *route([link for link in links if link.source in names], by_name, plan.widest),
    ]
    boxes = [*left, *middle, *right]
    joins: list[Curve] = []
    if plan.money is not None:
        last, joins = _money(right, worth, plan.money, plan)
        boxes += last
    layers = [*marks.curves(curves, joins), *marks.boxes(boxes, plan), *marks.heads(plan, bool(perceptions))]
    layers += marks.functions(left, plan) + marks.legend(frame, total, unsure)
    return dress(layers, frame, total, title)


def _with_worth(node: Node, worth: dict[str, Node]) -> Node:
    """Where there is no column for money, a behaviour's box says what it is worth."""
    it = worth.get(node.name)
    return node if it is None else replace(node, note=f"{node.note}\nworth {it.label} {it.note}".strip())


def _operations(nodes: Sequence[Node], plan: Plan) -> list[Placed]:
    """Boxes under the name of the function that owns them."""
    column, y, group = plan.operations, float(_HEAD), None
    groups = list(dict.fromkeys(node.group for node in nodes))
    placed = []
    for node in nodes:
        if node.group != group:
            y += (6 if group is not None else 0) + (18 if node.group else 0)
            group = node.group
        lines = _label(node, column.width - 20, plan, 3 if plan.money is None else 2)
        notes = (node.note,) if node.note and plan.money is not None else ()
        height = 10 + len(lines) * (plan.size + 3) + len(notes) * 15
        role = f"fn{groups.index(node.group) % theme.FUNCTIONS}"
        placed.append(Placed(node, column.x, y, column.width, height, lines, notes, role))
        y += height + 6
    return placed


def _label(node: Node, room: float, plan: Plan, lines: int) -> tuple[str, ...]:
    """A box's name, which is drawn bold."""
    return tuple(wrap(node.label, room, plan.size, lines=lines, bold=True))


def _notes(note: str, room: float, plan: Plan) -> tuple[str, ...]:
    size = theme.PHONE_SMALL if plan.money is None else theme.SMALL
    return tuple(line for part in note.split("\n") if part for line in wrap(part, room, size, lines=5))


def _stack(nodes: Sequence[Node], column: Column, plan: Plan, total: float) -> list[Placed]:
    size, room = plan.size, column.width - 14
    lines = [_label(node, room, plan, 4) for node in nodes]
    notes = [_notes(node.note, room, plan) for node in nodes]
    least = 110.0 if plan.money is not None else 92.0
    heights = [
        max(least, 26.0 + len(a) * (size + 3) + len(b) * 14) for a, b in zip(lines, notes, strict=True)
    ]
    tops = spread(heights, total - _HEAD)
    return [
        Placed(node, column.x, top + _HEAD, column.width, height, line, note)
        for node, top, height, line, note in zip(nodes, tops, heights, lines, notes, strict=True)
    ]


def _money(
    behaviours: Sequence[Placed], worth: dict[str, Node], column: Column, plan: Plan
) -> tuple[list[Placed], list[Curve]]:
    placed, joins = [], []
    for box in behaviours:
        if box.node.name not in worth:
            continue
        node = worth[box.node.name]
        notes = tuple(wrap(node.note, column.width - 14, theme.SMALL, lines=3))
        lines = _label(node, column.width - 14, plan, 2)
        height = 20.0 + len(lines) * (plan.size + 3) + len(notes) * 15
        middle = box.y + box.height / 2
        placed.append(
            Placed(node, column.x, middle - height / 2, column.width, height, lines, notes, "money")
        )
        start = box.x + box.width
        link = Link(box.node.name, node.name, 1.0, "unsure")
        joins.append(Curve(link, start, middle, f"M0,0L{column.x - start:.1f},0", 1.5))
    return placed, joins
