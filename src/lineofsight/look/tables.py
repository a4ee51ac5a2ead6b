"""Around which table a draft is built, what the others add to it, and whether its rows are moments or a snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lineofsight.look import vocabulary as words
from lineofsight.look.drafted import Entry, Episodes
from lineofsight.look.drafted import sql_name as _sql
from lineofsight.look.facts import Column, Join, LookedFile
from lineofsight.look.vocabulary import words_of

_BEGUN = words.any_of(
    "purchas",
    "ordered",
    "order date",
    "created",
    "opened",
    "start",
    "booked",
    "submitted",
    "requested",
    "reported",
    "placed",
)
_ENDED = words.any_of(
    "delivered customer",
    "delivered",
    "resolved",
    "closed",
    "completed",
    "finished",
    "settled",
    "solved",
    "end ",
)
_PROMISED = words.any_of("estimated", "promised", "due", "expected", "planned")
_ANSWERED = words.any_of("answer", "respon", "submitted", "recorded", "completed", "created")
_ALL = 0.99


@dataclass(frozen=True, slots=True)
class Centre:
    """The table of the episodes, with what others add.

    Attributes:
        file: What it holds, with the columns that are joined to it.
        episodes: What one is.
        used: Columns that are used already.
        tables: Tables that are made by SQL.
        operations, perceptions, behaviours: What other tables say.
    """

    file: LookedFile
    episodes: Episodes
    used: frozenset[str] = frozenset()
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    operations: tuple[Entry, ...] = ()
    perceptions: tuple[Entry, ...] = ()
    behaviours: tuple[Entry, ...] = ()


def central(files: Sequence[LookedFile], joins: Sequence[Join]) -> Centre:
    """The table to build around: that with the outcome, or the one that most others join to and that has times."""
    if len(files) == 1:
        return _alone(files[0])
    ranked = sorted(files, key=lambda file: (-_weight(file, joins), -file.rows))
    centre = ranked[0]
    mine = [join for join in (_seen_from(centre.table, join) for join in joins) if join is not None]
    if centre.outcome is None and (found := _around_moments(centre, files, mine)) is not None:
        return found
    return _around_customers(centre, files, mine)


def _weight(file: LookedFile, joins: Sequence[Join]) -> float:
    times = len([c for c in file.columns if c.role == "time"])
    of = [j for j in (_seen_from(file.table, join) for join in joins) if j is not None and j.unique_left]
    partners = len({join.right for join in of})
    return 4.0 * (file.outcome is not None) + partners + 0.6 * min(times, 3) + 0.5 * bool(file.of("score"))


def _seen_from(table: str, join: Join) -> Join | None:
    if join.left == table:
        return join
    if join.right != table:
        return None
    return Join(
        join.right,
        join.right_on,
        join.left,
        join.left_on,
        join.matched_back,
        join.matched,
        join.unique_right,
        join.unique_left,
    )


def _is_id(column: Column) -> bool:
    return column.role in ("customer", "id")


def _alone(file: LookedFile) -> Centre:
    """One file: moments where rows have a name and a time of their own, else a snapshot."""
    customers = [c for c in file.columns if c.role == "customer"]
    keys = [c for c in file.columns if _is_id(c) and c.unique and file.looked == c.rows]
    customer = next((c for c in customers if c.unique), None)
    repeated = next((c for c in customers if not c.unique and c.filled == c.rows), None)
    key = customer or next(iter(keys), None)
    time = _time_of(file)
    if time is not None and key is not None:
        who = repeated or key
        used = frozenset({key.name, who.name, time.name})
        return Centre(
            file, Episodes(file.table, _sql(key.name), _sql(who.name), _sql(time.name), "moments"), used
        )
    if key is not None and repeated is None:
        return Centre(file, Episodes(file.table, customer=_sql(key.name)), frozenset({key.name}))
    if repeated is not None:
        return Centre(file, Episodes(file.table, why="repeated", customer=None), frozenset({repeated.name}))
    return Centre(file, Episodes(file.table, why="nobody"))


def _time_of(file: LookedFile) -> Column | None:
    """The time of a row: one that is nearly always there, is read as one, and is not of the outcome."""
    times = [
        c for c in file.columns
        if c.role == "time" and c.filled >= _ALL * c.rows and c.name not in file.leaks and (c.type != "VARCHAR" or c.form)
        and not words.PERSONAL["birth"].search(words_of(c.header)) and not words.AFTERWARDS.search(words_of(c.header))
    ]  # fmt: skip
    named = [c for c in times if _ANSWERED.search(words_of(c.header)) or _BEGUN.search(words_of(c.header))]
    return next(iter(named or times), None)


def _around_moments(centre: LookedFile, files: Sequence[LookedFile], joins: Sequence[Join]) -> Centre | None:
    """Rows with a key and times, as orders; answers, amounts and attributes of them stand in other tables."""
    key = next((c for c in centre.columns if _is_id(c) and c.unique and c.role == "id"), None)
    begun = next(
        (c for c in centre.of("time") if _BEGUN.search(words_of(c.header)) and c.filled >= _ALL * c.rows),
        None,
    )
    begun = begun or _time_of(centre)
    customer = next((c for c in centre.columns if c.role == "customer"), None)
    if key is None or begun is None or customer is None:
        return None
    by_name = {file.table: file for file in files}
    selects, taken, columns = (
        [f"{_sql('o')}.*"],
        {c.name.lower() for c in centre.columns},
        list(centre.columns),
    )
    sources, used = f"{centre.table} o", {key.name, begun.name, customer.name}
    who = customer
    perceptions: list[Entry] = []
    spent: str | None = None
    for join in sorted(joins, key=lambda each: "pay" not in each.right):
        other = by_name[join.right]
        if join.right_on != join.left_on or join.matched < 0.2:
            continue
        on = _sql(join.left_on)
        if join.left_on == key.name and (score := next(iter(other.of("score")), None)) is not None:
            told = next(
                (
                    c
                    for c in reversed(other.of("time"))
                    if c.filled >= _ALL * c.rows and (c.type != "VARCHAR" or c.form)
                ),
                None,
            )
            if told is not None:
                keys: dict[str, Any] = {
                    "table": other.table,
                    "on": on,
                    "at": _sql(told.name),
                    "value": _sql(score.name),
                    "measure": score.measure,
                }
                keys |= {"scale": list(score.scale)} if score.measure == "score" and score.scale else {}
                keys |= {"answers": dict(score.answers)} if score.answers else {}
                perceptions.append(
                    Entry(score.header, keys | {"within": "30 days"}, "answered", score.header, other.table)
                )
                continue
        amount = next(
            (
                c
                for c in other.of("money")
                if words.any_of("payment", "amount", "paid", "total", "price", "value", "revenue").search(
                    words_of(c.header)
                )
            ),
            None,
        )
        if join.left_on == key.name and amount is not None and spent is None:
            spent = "paid" if "paid" not in taken else "paid_in_all"
            sources += f" left join (select {on}, sum({_sql(amount.name)}) as {spent} from {other.table} group by 1) using ({on})"
            selects.append(spent)
            continue
        if (join.unique_right and join.left_on != key.name) or (
            join.unique_right and join.left_on == key.name and amount is None
        ):
            alias = f"t{len(selects)}"
            extra = [
                c
                for c in other.columns
                if c.name != join.right_on
                and c.name.lower() not in taken
                and c.role in ("category", "flag", "customer", "number", "count", "status")
            ]
            sources += f" left join {other.table} {alias} using ({on})"
            for column in extra:
                selects.append(f"{alias}.{_sql(column.name)}")
                taken.add(column.name.lower())
                columns.append(replace(column, rows=centre.rows, filled=min(column.filled, centre.rows)))
                if column.role == "customer" and not column.unique and who.unique:
                    who = column
                    used.add(column.name)
    table = f"{centre.table}_joined" if len(selects) > 1 else centre.table
    tables: dict[str, Mapping[str, Any]] = {}
    if len(selects) > 1:
        listed = ", ".join(selects)
        tables[table] = {"sql": f"select {listed} from {sources}"}
    operations, at = _between(centre, begun)
    used |= {c.name for c in centre.of("time")}
    name = _sql(begun.name)
    shared = {"table": table, "at": name, "within": "180 days"}
    behaviours = [Entry("returned", {"kind": "stay", **shared}, "returns", begun.header)]
    if spent is not None:
        behaviours.append(Entry("spend", {"kind": "buy_more", **shared, "value": spent}, "spent", spent))
    file = replace(centre, table=table, columns=tuple(columns), leaks={})
    episodes = Episodes(table, _sql(key.name), _sql(who.name), at, "moments")
    return Centre(
        file, episodes, frozenset(used), tables, tuple(operations), tuple(perceptions), tuple(behaviours)
    )


def _between(centre: LookedFile, begun: Column) -> tuple[list[Entry], str]:
    """How long it took, and how much later than promised; and the moment at which that was known."""
    times = [c for c in centre.of("time") if c.name != begun.name and (c.type != "VARCHAR" or c.form)]
    promised = next((c for c in times if _PROMISED.search(words_of(c.header))), None)
    ended = [c for c in times if _ENDED.search(words_of(c.header)) and c is not promised]
    end = max(ended, key=lambda c: ("customer" in c.header, c.filled), default=None)
    start, at = _sql(begun.name), _sql(begun.name)
    found = []
    if end is not None:
        after = _sql(end.name)
        unit = "day" if _long(begun, end) else "hour"
        found.append(
            Entry(
                f"{unit}s to {' '.join(words_of(end.header).split())}"[:40],
                {"value": f"date_diff('{unit}', {start}, {after})", "unit": f"{unit}s", "better": "lower"},
                "between_times",
                begun.header,
                end.header,
            )
        )
        fallback = promised if promised is not None and promised.filled >= _ALL * promised.rows else begun
        at = after if end.filled >= _ALL * end.rows else f"coalesce({after}, {_sql(fallback.name)})"
        if promised is not None:
            late = f"greatest(date_diff('day', {_sql(promised.name)}, {after}), 0)"
            found.append(
                Entry(
                    "days late",
                    {"value": late, "unit": "days", "better": "lower"},
                    "late",
                    promised.header,
                    end.header,
                )
            )
    return found, at


def _long(begun: Column, end: Column) -> bool:
    """Whether days tell it: dates, or ends that lie more than a month apart."""
    return "DATE" in (begun.type, end.type) or (begun.least or "")[:7] != (end.largest or "")[:7]


def _around_customers(centre: LookedFile, files: Sequence[LookedFile], joins: Sequence[Join]) -> Centre:
    """A table with the outcome: of other tables each number is put together per customer, as a mean, beside how many rows there are."""
    alone = _alone(centre)
    by_name = {file.table: file for file in files}
    sources, selects, columns = f"{centre.table} o", ["o.*"], list(centre.columns)
    taken = {c.name.lower() for c in centre.columns}
    joined = set()
    for join in sorted(joins, key=lambda j: -j.matched):
        other = by_name[join.right]
        if join.right in joined or not join.unique_left or other.table == centre.table or join.matched < 0.05:
            continue
        joined.add(join.right)
        alias, on = f"t{len(joined)}", _sql(join.right_on)
        mine = [f"count(*) as {other.table}_rows"]
        columns.append(
            Column(
                f"{other.table}_rows",
                f"{other.table} count",
                "BIGINT",
                centre.rows,
                centre.rows,
                99,
                "0",
                "99",
                1.0,
                whole=True,
                role="count",
                numbers=True,
            )
        )
        for column in other.columns:
            if (
                column.role in ("score", "duration", "money", "count")
                and column.numbers
                and column.signs is None
                and column.answers is None
                and column.name.lower() not in taken
            ):
                taken.add(column.name.lower())
                mine.append(f"avg({_sql(column.name)}) as {_sql(column.name)}")
                columns.append(
                    replace(
                        column,
                        rows=centre.rows,
                        filled=int(join.matched * centre.rows),
                        whole=False,
                        off_scale=0,
                    )
                )
        sources += f" left join (select {on} as key_{alias}, {', '.join(mine)} from {other.table} group by 1) {alias} on o.{_sql(join.left_on)} = {alias}.key_{alias}"
        counted = f"coalesce({alias}.{other.table}_rows, 0) as {other.table}_rows"
        selects += [counted, *(f"{alias}.{m.split(' as ')[1]}" for m in mine[1:])]
    if not joined:
        return alone
    table = f"{centre.table}_joined"
    file = replace(centre, table=table, columns=tuple(columns))
    return Centre(
        file,
        replace(alone.episodes, table=table),
        alone.used,
        {table: {"sql": f"select {', '.join(selects)} from {sources}"}},
    )
