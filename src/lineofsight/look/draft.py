"""A project drafted from what was seen of files: each guess with its reason, each doubt marked; facts only, which `words.draft` writes out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lineofsight.error_codes import ProjectCode
from lineofsight.errors import ProjectError
from lineofsight.look import vocabulary as words
from lineofsight.look.drafted import Draft, Entry, Episodes, LeftOut, Why, sql_name
from lineofsight.look.facts import Column, Looked, LookedFile
from lineofsight.look.outcomes import Outcome, outcomes_of
from lineofsight.look.tables import central
from lineofsight.look.vocabulary import words_of

_MOST_CONTROLS, _MOST_SEGMENTS, _MOST_OPERATIONS, _MOST_PERCEPTIONS = 10, 3, 15, 4
_ROWS_A_COLUMN = 15
_MOST_LEVELS, _LEVELS_OF_SEGMENTS = 30, 8
_NAME = re.compile(r"[^0-9a-z]+")
_CONTROL_GROUP = re.compile(r"(?i)^(?:no |control|none$|placebo|not )")
_ARM = words.any_of(
    "segment", "group", "treatment", "arm ", "variant", "campaign", "test ", "mailing", "offer "
)
_MONTHLY = words.any_of("monthly (?:charge|premium|revenue|fee|spend)", "arpu", "mrr ", "month(?:ly)? bill")
_SEGMENTS = (
    "contract",
    "plan",
    "tier",
    "class ",
    "geograph",
    "region",
    "country",
    "state ",
    "type",
    "card category",
    "segment",
    "channel",
    "department",
    "gender",
)


@dataclass
class _Work:
    """What is being put together."""

    file: LookedFile
    names: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    left: list[LeftOut] = field(default_factory=list)

    def name(self, text: str) -> str:
        """A name of the project file that is not taken."""
        plain = _NAME.sub("_", " ".join(words_of(text).split())).strip("_")[:40].rstrip("_") or "column"
        plain = plain if plain[0].isalpha() else f"x_{plain}"
        found, again = plain, 2
        while found in self.names:
            found, again = f"{plain}_{again}", again + 1
        self.names.add(found)
        return found

    def leave(self, column: Column, why: Why, other: str = "") -> None:
        """Does not use a column."""
        self.used.add(column.name)
        self.left.append(LeftOut(column.header, why, other))

    @property
    def free(self) -> list[Column]:
        """The columns that nothing was made of yet."""
        return [column for column in self.file.columns if column.name not in self.used]


def draft(looked: Looked, folder: Path, name: str) -> Draft:
    """Drafts a project.

    Args:
        looked: What was seen.
        folder: Where the project file will lie; paths are written as seen from there.
        name: What it is called.

    Raises:
        ProjectError: No file can be read, or no column could be an operation.
    """
    files = [file for file in looked.files if file.error is None and file.rows]
    if not files:
        raise ProjectError(
            ProjectCode.NOTHING_DECLARED,
            "no file could be read, so nothing can be drafted",
            hint="`los look` says what is wrong with each",
        )
    tables: dict[str, Mapping[str, Any]] = {
        file.table: {"path": _beside(file.path, folder), **file.declare} for file in files
    }
    centre = central(files, looked.joins)
    tables |= centre.tables
    work = _Work(centre.file)
    work.used |= centre.used
    behaviours = _behaviours(work, centre.episodes)
    _leave_out(work, centre.episodes)
    perceptions = [*_perceptions(work), *(_own(work, entry) for entry in centre.perceptions)]
    operations = [*(_own(work, entry) for entry in centre.operations), *_operations(work)]
    behaviours += [_own(work, entry) for entry in centre.behaviours]
    monthly = next(
        (
            (c.header, c.mean)
            for c in centre.file.columns
            if c.mean is not None and _MONTHLY.search(words_of(c.header))
        ),
        None,
    )
    controls = _controls(work, len(operations))
    if not operations:
        operations, controls = _fallback(work, controls)
    if not perceptions and not behaviours:
        operations, perceptions = _last_resort(work, operations)
    for column in work.free:
        work.left.append(LeftOut(column.header, "beyond_budget"))
    return Draft(
        name=name,
        files=tuple(file.path for file in files),
        tables=tables,
        episodes=centre.episodes,
        operations=tuple(operations),
        perceptions=tuple(perceptions),
        behaviours=tuple(behaviours),
        controls=tuple(controls),
        segments=_segments(work, controls),
        monthly=monthly,
        spends=any(e.keys.get("kind") == "buy_more" and "unit" not in e.keys for e in behaviours),
        left_out=tuple(work.left),
        rows=centre.file.rows,
    )


def _beside(path: str, folder: Path) -> str:
    return Path(os.path.relpath(Path(path).expanduser().absolute(), folder.absolute())).as_posix()


def _own(work: _Work, entry: Entry) -> Entry:
    return replace(entry, name=work.name(entry.name))


def _behaviours(work: _Work, episodes: Episodes) -> list[Entry]:
    """The main outcome, and others that are not the same under another name."""
    found: list[Entry] = []
    outcomes = outcomes_of([c for c in work.file.columns if c.name not in work.used])
    main = outcomes[0] if outcomes else None
    for outcome in outcomes:
        column = work.file.column(outcome.column)
        assert column is not None  # it was made of one
        if main is not None and outcome is not main:
            if column.name in work.file.leaks and main.kind == "stay":
                continue
            if outcome.kind == main.kind == "stay":
                continue
        found.append(_behaviour(work, column, outcome))
    if any(entry.keys["kind"] == "buy_more" for entry in found):
        for column in work.free:
            if (
                column.role == "money"
                and words.BOUGHT.search(words_of(column.header))
                and column.least
                and float(column.least) == 0
            ):
                work.used.add(column.name)
                found.append(
                    Entry(
                        work.name(column.header),
                        {"kind": "buy_more", "value": sql_name(column.name)},
                        "spent",
                        column.header,
                    )
                )
    return found


def _behaviour(work: _Work, column: Column, outcome: Outcome) -> Entry:
    work.used.add(column.name)
    name = work.name("stayed" if outcome.kind == "stay" else column.header)
    keys: dict[str, Any] = {"kind": outcome.kind}
    if outcome.yes:
        keys["column"] = sql_name(column.name)
        keys["is"] = list(outcome.yes)
        if outcome.leave:
            keys["event"] = "leave"
        known = {*outcome.yes, *outcome.no}
        if any(value not in known for value in column.values):
            keys["is_not"] = list(outcome.no)
    else:
        keys["value"] = sql_name(column.name)
        if outcome.leave:
            keys["event"] = "leave"
    if outcome.kind == "buy_more":
        keys["unit"] = "purchases" if "visit" not in column.header.lower() else "visits"
    return Entry(
        name, keys, "outcome" if outcome.kind == "stay" else "bought", column.header, doubt=outcome.rank < 2
    )


def _leave_out(work: _Work, episodes: Episodes) -> None:
    """What is no cause: what was made after the outcome, says who somebody is, or says nothing."""
    why: dict[str, Why] = {"name": "leak_name", "values": "leak_values", "filled": "leak_filled"}
    for column in work.free:
        reasons: dict[str, Why] = {
            "personal": "personal", "text": "free_text", "constant": "constant", "empty": "empty", "time": "another_time",
            "id": "identifier", "customer": "identifier",
        }  # fmt: skip
        if column.name in work.file.leaks:
            work.leave(column, why[work.file.leaks[column.name]], work.file.outcome or "")
        elif (
            words.AFTERWARDS.search(words_of(column.header))
            and work.file.outcome is None
            and column.role != "score"
        ):
            work.leave(column, "leak_name", work.file.outcome or "")
        elif column.role in reasons:
            work.leave(column, reasons[column.role])
        elif column.header.endswith("_NPS_GROUP"):
            work.leave(column, "same_as", column.header.removesuffix("_NPS_GROUP"))
        elif column.role == "status" and words.THINGS.search(words_of(column.header)):
            work.leave(column, "its_status")
        elif column.whole and column.distinct > _MOST_LEVELS and words.CODES.search(words_of(column.header)):
            work.leave(column, "identifier")
        elif column.role == "category" and column.distinct > _MOST_LEVELS:
            work.leave(column, "too_many_levels")
    for pair in work.file.together:
        one, other = (work.file.column(name) for name in (pair.one, pair.other))
        if (
            one is not None
            and other is not None
            and pair.how in ("moves", "levels", "same")
            and {one.name, other.name} <= {c.name for c in work.free}
        ):
            work.leave(other, "same_as", one.header)


def _scored(column: Column) -> dict[str, Any]:
    """The value and the answers of a rating, without what lies off its scale."""
    assert column.scale is not None  # a score has one
    low, high = column.scale
    name = sql_name(column.name)
    if column.off_scale:
        return {"value": f"case when {name} between {low:g} and {high:g} then {name} end"}
    keys: dict[str, Any] = {"value": name}
    if column.answers:
        keys["answers"] = dict(column.answers)
    return keys


def _perceptions(work: _Work) -> list[Entry]:
    """What customers say of the whole; ratings of single services are operations where there is one of the whole."""
    scores = [column for column in work.free if column.role == "score"]
    overall = [c for c in scores if words.OVERALL.search(words_of(c.header)) or c.measure in ("nps", "ces")]
    chosen = overall or scores[:2]
    found = []
    for column in chosen[:_MOST_PERCEPTIONS]:
        work.used.add(column.name)
        keys: dict[str, Any] = {**_scored(column), "measure": column.measure}
        if column.measure == "score":
            keys["scale"] = [column.scale[0], column.scale[1]] if column.scale else [1, 5]
        found.append(
            Entry(work.name(column.header), _labelled(column, keys), "said", column.header, doubt=not overall)
        )
    return found


def _labelled(column: Column, keys: Mapping[str, Any]) -> dict[str, Any]:
    """With the column's own words as label, where the name alone would not read."""
    header = " ".join(column.header.split())
    long = len(header.split()) > 4 or "?" in header or len(header) > 40
    return {"label": header[:80].rstrip("?: ")} | dict(keys) if long else dict(keys)


def _operations(work: _Work) -> list[Entry]:
    """What the company does, by its name; and what customers rate of it."""
    found: list[Entry] = []
    for column in work.free:
        entry = _operation(work, column)
        if entry is not None and len(found) < _MOST_OPERATIONS:
            work.used.add(column.name)
            found.append(replace(entry, name=work.name(entry.name)))
    return found


def _operation(work: _Work, column: Column) -> Entry | None:
    known = words.operation_of(column.header)
    header = column.header
    if column.role == "score" and column.scale is not None:
        rated = _scored(column) | {"rating": list(column.scale), "better": "higher"}
        return Entry(header, _labelled(column, _kept(column, rated)), "rated", header)
    control = next((v for v in column.values if _CONTROL_GROUP.match(v)), None)
    if (
        column.role == "category"
        and control is not None
        and _ARM.search(words_of(header))
        and column.distinct <= 4
    ):
        value = f"case when {sql_name(column.name)} <> {_quoted(control)} then 1 when {sql_name(column.name)} is not null then 0 end"
        return Entry(
            f"{header} other than {control}",
            {"label": f"{header}: other than {control}", "value": value, "better": "higher"},
            "by_lot",
            header,
            control,
            doubt=True,
        )
    if known is None:
        return None
    keys: dict[str, Any] = {}
    why: Why = "named"
    if column.role in ("flag", "count", "number", "duration", "money") and (
        column.numbers or column.type == "BOOLEAN"
    ):
        keys["value"] = (
            sql_name(column.name)
            if column.signs != "strays"
            else f"try_cast({sql_name(column.name)} as double)"
        )
        if unit := known.unit or _unit(column):
            keys["unit"] = unit
    elif (
        column.role == "category"
        and 2 <= column.distinct <= 4
        and (yes := next((v for v in column.values if words.YES.match(v)), None))
    ):
        keys["value"] = (
            f"case when {sql_name(column.name)} = {_quoted(yes)} then 1 when {sql_name(column.name)} is not null then 0 end"
        )
        why = "yes_no_words"
    elif column.role == "category" and column.distinct <= 4 and not words.KINDS.search(words_of(header)):
        best = column.values[0]
        keys["value"] = (
            f"case when {sql_name(column.name)} = {_quoted(best)} then 1 when {sql_name(column.name)} is not null then 0 end"
        )
        keys["label"] = f"{header}: {best}"
        return Entry(
            header, _kept(column, keys | {"better": known.better}), "level", header, best, doubt=True
        )
    else:
        return None
    keys |= {"better": known.better, "function": known.function}
    return Entry(header, _labelled(column, _kept(column, keys)), why, header)


def _unit(column: Column) -> str:
    name = words_of(column.header)
    return next(
        (unit for unit in ("minutes", "hours", "days", "weeks", "months", "years") if f" {unit} " in name), ""
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _kept(column: Column, keys: Mapping[str, Any]) -> dict[str, Any]:
    """Rows without a value are kept, where they are many."""
    absent = 1 - column.filled / column.rows + (column.off_scale / column.rows)
    return dict(keys) | ({"missing": "indicator"} if absent > 0.05 or column.signs == "strays" else {})


def _controls(work: _Work, operations: int) -> list[Entry]:
    """Who customers are and what they chose: held equal, as many as the rows bear."""
    budget = min(_MOST_CONTROLS, max(1, work.file.rows // _ROWS_A_COLUMN - 2 * operations))
    found: list[Entry] = []
    columns = 0
    free = [
        c
        for c in work.free
        if c.role in ("flag", "count", "number", "duration", "money", "category", "status")
    ]
    for column in sorted(free, key=lambda c: words.PEOPLE.search(words_of(c.header)) is None):
        cost = column.distinct - 1 if column.role in ("category", "status") else 1
        if len(found) >= budget or columns + cost > max(3, work.file.rows // _ROWS_A_COLUMN):
            continue
        columns += cost
        work.used.add(column.name)
        value = sql_name(column.name)
        if column.signs == "strays":
            value = f"try_cast({value} as double)"
        keys: dict[str, Any] = {"value": value}
        if column.numbers and (column.filled < 0.98 * column.rows or column.signs == "strays"):
            keys["missing"] = "indicator"
        known = words.PEOPLE.search(words_of(column.header)) is not None
        found.append(
            Entry(
                work.name(column.header),
                keys,
                "who" if known else "unsure_kind",
                column.header,
                doubt=not known,
            )
        )
    return found


def _segments(work: _Work, controls: Iterable[Entry]) -> tuple[str, ...]:
    """Controls of few levels, of which leaders speak: contracts, regions, classes."""
    levels: list[tuple[int, str]] = []
    for entry in controls:
        column = next((c for c in work.file.columns if c.header == entry.column), None)
        if column is None or column.role != "category" or not 2 <= column.distinct <= _LEVELS_OF_SEGMENTS:
            continue
        rare = min((n for _, n in column.top), default=0) < 0.03 * column.rows
        name = words_of(column.header)
        place = next((at for at, word in enumerate(_SEGMENTS) if f" {word}" in name), None)
        if place is not None and not rare:
            levels.append((place, entry.name))
    return tuple(name for _, name in sorted(levels)[:_MOST_SEGMENTS])


def _fallback(work: _Work, controls: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Where no name sounds like an operation, the first numbers are, with a doubt; none, and nothing can be drafted."""
    numbers = [e for e in controls if (c := _of(work, e)) is not None and (c.numbers or c.type == "BOOLEAN")]
    open_ = [e for e in numbers if e.why == "unsure_kind"] or numbers
    if not open_:
        raise ProjectError(
            ProjectCode.NOTHING_DECLARED,
            f"no column of '{work.file.path}' could be something that the company does: nothing is a number, a rating or yes or no",
            hint="`los look` shows what its columns hold; `los init FOLDER` writes an example to fill in",
        )
    chosen = open_[:3]
    operations = [
        replace(e, keys=dict(e.keys) | {"better": "higher"}, why="direction_open", doubt=True) for e in chosen
    ]
    return operations, [e for e in controls if e not in chosen]


def _of(work: _Work, entry: Entry) -> Column | None:
    return next((c for c in work.file.columns if c.header == entry.column), None)


def _last_resort(work: _Work, operations: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Where nothing says what customers said or did, a rating among the operations does; none, and nothing can be drafted."""
    rated = next((e for e in operations if "rating" in e.keys), None)
    if rated is None or len(operations) < 2:
        raise ProjectError(
            ProjectCode.NOTHING_DECLARED,
            f"no column of '{work.file.path}' says what customers answered or did: no rating, no status, no flag of who stayed or bought",
            hint="add the file that has it, or write it yourself: `los init FOLDER` writes an example",
        )
    scale = rated.keys["rating"]
    keys = {k: v for k, v in rated.keys.items() if k not in ("rating", "better", "missing")} | {
        "measure": "score",
        "scale": scale,
    }
    return [e for e in operations if e is not rated], [replace(rated, keys=keys, why="said", doubt=True)]
