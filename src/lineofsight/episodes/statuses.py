"""What became of a customer, in words: a column of the episode's own row, whose values are compared as they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Engine, Field
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject
from lineofsight.project.models import Behaviour
from lineofsight.project.problems import enumerate_words, nearest, quote
from lineofsight.reasons import Reason

_MOST_VALUES = 200
"""Different values of a status that are looked at one by one, the most frequent first."""

_SHOWN = 10
_BOOLEANS = {
    **dict.fromkeys(("yes", "y", "t", "true", "1"), "true"),
    **dict.fromkeys(("no", "n", "f", "false", "0"), "false"),
}


@dataclass(frozen=True, slots=True)
class Statuses:
    """What columns in words say.

    Attributes:
        table: The anchors with 1, 0 or nothing instead of the words.
        drops: Rows of the run's table `drops`, of values in neither list.
        others: Per behaviour the values in neither list, each with how often it occurs; 0 for one that is listed and never does.
    """

    table: ir.Table
    drops: tuple[dict[str, object], ...]
    others: Mapping[str, tuple[tuple[str, int], ...]]


def status_fields(loaded: LoadedProject) -> list[Field]:
    """The columns in words of the anchor's own row."""
    return [
        Field(name, each.column, "text", ("behaviours", name, "column"))
        for name, each in loaded.project.behaviours.items()
        if each.column is not None
    ]


def read_statuses(loaded: LoadedProject, engine: Engine, table: ir.Table) -> Statuses:
    """Makes yes and no of words.

    Raises:
        DataError: A value is listed that does not occur, where one like it does, or none of a list occurs.
    """
    drops: list[dict[str, object]] = []
    others, columns = {}, {}
    for name, behaviour in loaded.project.behaviours.items():
        if behaviour.column is None:
            continue
        found = _tally(engine, table, name)
        behaviour = _of_booleans(behaviour, found)
        _refuse_misspelt(loaded, name, behaviour, found)
        yes, no = behaviour.is_ or (), behaviour.is_not
        listed = {*yes, *(no or ())}
        neither = [(value, n) for value, n in found.items() if value not in listed]
        others[name] = (*neither, *((value, 0) for value in (*yes, *(no or ())) if value not in found))
        value = table[name]
        missing = value.isnull() if no is None else ~value.isin(list(listed)).fill_null(False)
        told = value.isin(list(yes)).ifelse(1.0, 0.0)
        columns[name] = missing.ifelse(ibis.null("float64"), told)
        if no is not None and neither:
            reason = Reason.STATUS_IN_NEITHER_LIST(
                name=behaviour.column or "", names=tuple(value for value, _ in neither[:_SHOWN])
            )
            n, of = sum(n for _, n in neither), sum(found.values())
            drops.append({"step": "behaviours", "name": name, "reason": reason, "n": n, "of": of})
    return Statuses(table.mutate(**columns) if columns else table, tuple(drops), others)


def _tally(engine: Engine, table: ir.Table, name: str) -> dict[str, int]:
    """How often each value occurs, the most frequent first."""
    known = table.filter(table[name].notnull())
    tally = known.group_by(name).aggregate(_n=known.count())
    rows = engine.fetch(tally.order_by([ibis.desc(tally["_n"]), tally[name]]).limit(_MOST_VALUES))
    return {str(row[name]): int(row["_n"]) for row in rows}


def _of_booleans(behaviour: Behaviour, found: Mapping[str, int]) -> Behaviour:
    """The lists as the reader of a CSV file has `Yes` and `No` of a column that holds nothing else: as true and false."""
    if not set(found) <= {"true", "false"}:
        return behaviour
    lists = {
        key: tuple(_BOOLEANS.get(value.lower(), value) for value in values)
        for key, values in (("is_", behaviour.is_), ("is_not", behaviour.is_not))
        if values is not None
    }
    return behaviour.model_copy(update=lists)


def _refuse_misspelt(
    loaded: LoadedProject, name: str, behaviour: Behaviour, found: Mapping[str, int]
) -> None:
    lists: tuple[tuple[str, Sequence[str]], ...] = (
        ("is", behaviour.is_ or ()),
        ("is_not", behaviour.is_not or ()),
    )
    listed = {value for _, values in lists for value in values}
    free = [value for value in found if value not in listed]
    for key, values in lists:
        unseen = [value for value in values if value not in found]
        near = next(((value, like) for value in unseen if (like := nearest(value, free)) is not None), None)
        if near is None and not (values and len(unseen) == len(values)):
            continue
        value, like = near or (unseen[0], None)
        meant = f"; did you mean {quote(like)} ({found[like]:,} rows)?" if like is not None else ""
        occur = enumerate_words(list(found)[:_SHOWN]) if found else "none"
        more = f" and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
        raise loaded.error(
            DataCode.STATUS_NOT_FOUND,
            f"{quote(value)} does not occur in column {quote(behaviour.column or '')}{meant}",
            "behaviours",
            name,
            key,
            hint=f"values are compared as they are written; those there are: {occur}{more}",
        )
