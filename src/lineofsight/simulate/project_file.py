"""The project file of a simulated company, as an analyst would write it."""

from __future__ import annotations

import textwrap
from itertools import groupby

from lineofsight.simulate.design import Behaviour, Design, Operation, Touchpoint

_EVENTS = {"stay": "purchases", "buy_more": "purchases", "cost_to_serve": "contacts"}


def render(design: Design) -> str:
    """The text of `lineofsight.yml`; its first line says that the data are simulated."""
    sections = (_head(design), _tables(design), _episodes(), _operations(design), _perceptions(design))
    return "\n\n".join((*sections, _behaviours(design), _rest(design))) + "\n"


def path(design: Design, table: str) -> str:
    """Where a table is written, within the project's folder."""
    return f"data/{table}.{'csv' if table in design.csv else 'parquet'}"


def _head(design: Design) -> str:
    about = "\n".join(f"# {line}".rstrip() for line in design.about.splitlines())
    return (
        "# SIMULATED DATA: nobody in it exists. The truth that was planted is in truth.json.\n"
        f"#\n{about}\n\nname: {design.name}\ncurrency: {design.currency}"
    )


def _tables(design: Design) -> str:
    covers = f"covers: [{design.calendar.start}, {design.calendar.end}]"
    on_rows = dict.fromkeys(o.source for o in design.operations if isinstance(o.source, str))
    hanging = [name for name in on_rows if name != "orders"]
    touchpoints = [o.source.table for o in design.operations if isinstance(o.source, Touchpoint)]
    events = dict.fromkeys(_EVENTS[behaviour.kind] for behaviour in design.behaviours)
    lines = ["tables:"]
    for name in ("customers", "orders", *hanging):
        shown = "orders_raw" if name == "orders" else name
        lines.append(f"  {shown}: {{path: {path(design, name)}}}")
    for name in (*touchpoints, "answers", *events):
        lines.append(f"  {name}: {{path: {path(design, name)}, {covers}}}")
    traits = [design.segment.name] if design.segment else []
    columns = [f"c.{name}" for name in (*traits, *(control.name for control in design.controls))]
    columns += [f"{o.source[0]}.{o.name}" for o in design.operations if o.source in hanging]
    lines += ["", "  # One row per order, with what is known of its customer and what hangs on it."]
    lines += ["  orders:", "    sql: >"]
    lines += _wrapped(f"select o.*, {', '.join(columns)}", "      ")
    lines += ["      from orders_raw o", "      join customers c using (customer_id)"]
    lines += [f"      join {name} {name[0]} using (order_id)" for name in hanging]
    return "\n".join(lines)


def _episodes() -> str:
    return """\
# One episode per order, from the moment it is delivered.
episodes:
  each: orders
  key: order_id
  customer: customer_id
  at: delivered_at"""


def _operations(design: Design) -> str:
    lines = ["operations:"]
    for function, operations in groupby(design.operations, key=lambda operation: operation.function):
        lines += [f"  # {function}"] + [line for operation in operations for line in _operation(operation)]
    return "\n".join(lines)


def _operation(operation: Operation) -> list[str]:
    lines = _wrapped(operation.note, "  # ") if operation.note else []
    lines += [f"  {operation.name}:", f"    label: {operation.label}"]
    if isinstance(operation.source, Touchpoint):
        touchpoint = operation.source
        lines += [
            f"    table: {touchpoint.table}",
            f"    at: {touchpoint.at}",
            f"    value: {touchpoint.value}",
        ]
        lines += ["    agg: mean", f"    over: {touchpoint.days} days"]
    else:
        lines.append(f"    value: {operation.name}")
    lines += [f"    unit: {operation.unit}", f"    better: {operation.better}"]
    lines.append(f"    function: {operation.function}")
    if operation.limit is not None:
        lines.append(f"    limit: {operation.limit:g}")
    if operation.knot is not None:
        lines.append(f"    knots: [{operation.knot:g}]")
    return lines


def _perceptions(design: Design) -> str:
    lines = [f"# What customers said within {design.calendar.landmark} days of the delivery.", "perceptions:"]
    for perception in design.perceptions:
        lines += [
            f"  {perception.name}:",
            f"    label: {perception.label}",
            "    table: answers",
            "    on: order_id",
            "    at: answered_at",
            f"    value: {perception.name}",
            f"    measure: {perception.measure}",
            f"    within: {design.calendar.landmark} days",
        ]
    return "\n".join(lines)


def _behaviours(design: Design) -> str:
    lines = ["# What they did in the time after that, whether they had answered or not.", "behaviours:"]
    for behaviour in design.behaviours:
        lines += _behaviour(behaviour, design.calendar.window)
    return "\n".join(lines)


def _behaviour(behaviour: Behaviour, window: int) -> list[str]:
    table = _EVENTS[behaviour.kind]
    value = {"stay": None, "buy_more": "amount", "cost_to_serve": "cost"}[behaviour.kind]
    lines = [f"  {behaviour.name}:", f"    label: {behaviour.label}", f"    kind: {behaviour.kind}"]
    lines += [f"    table: {table}", f"    at: {'purchased_at' if table == 'purchases' else 'contacted_at'}"]
    lines += [f"    value: {value}"] if value else []
    return [*lines, f"    within: {window} days"]


def _rest(design: Design) -> str:
    lines = ["# These move both how customers are served and how they feel and act: they are held equal."]
    lines.append(f"controls: [{', '.join(control.name for control in design.controls)}]")
    if design.segment is not None:
        lines += ["", f"segments: [{design.segment.name}]"]
    return "\n".join([*lines, "", "value: {margin: 30 %, horizon: 12 months, discount_rate: 8 %}"])


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, 108, initial_indent=indent, subsequent_indent=indent)
