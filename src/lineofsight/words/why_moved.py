"""Why an outcome moved, in words: the same sentences in the report and on the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lineofsight.stats.intervals import excludes_zero
from lineofsight.words import numbers
from lineofsight.words.data import Row, RunData
from lineofsight.words.lists import joined

HEAD = ("part", "then → now", "goes with", "note")
"""What the cells of `cells` are headed."""

MIX = "Mix of customers"
UNEXPLAINED = "Not explained"
_QUARTER, _TELLING = 0.25, 0.005
_TIMES = ("day", "hour", "minute", "second", "week", "month")


@dataclass(frozen=True)
class Move:
    """One outcome between two periods: the rows of `changes`, the difference first."""

    outcome: str
    rows: tuple[Row, ...]

    @property
    def whole(self) -> Row:
        """The difference."""
        return self.rows[0]

    @property
    def parts(self) -> list[Row]:
        """All else: the mix, operations, what is left."""
        return list(self.rows[1:])

    @property
    def told(self) -> bool:
        """Whether it could be split."""
        return self.rows[-1]["estimate"] is not None

    @property
    def periods(self) -> tuple[str, str]:
        """From when to when."""
        return self.whole["from"], self.whole["to"]


def moves(data: RunData, outcome: str) -> list[Move]:
    """Every pair of periods of an outcome, the latest last."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in data.rows("changes", outcome=outcome):
        found.setdefault((row["to"], row["from"]), []).append(row)
    return [Move(outcome, tuple(found[key])) for key in sorted(found)]


def latest(found: Sequence[Move]) -> Move | None:
    """Between the last two periods that can be told, neither of them with less than a quarter of the other's episodes.

    Most data end, and windows close, in the middle of a period. Where no pair is like that, the last that can be told;
    then the last with a difference.
    """
    told = [move for move in found if move.told]
    choices = (
        [move for move in told if _alike(move)],
        told,
        [move for move in found if move.whole["estimate"] is not None],
        found,
    )
    return next((able[-1] for able in choices if able), None)


def headline(data: RunData, move: Move) -> str:
    """`'Satisfaction' fell by 0.12 points [0.08, 0.16] from 2025-Q2 to 2025-Q3`, without a full stop."""
    row, (start, end) = move.whole, move.periods
    name = f"'{data.label(move.outcome)}'"
    if row["estimate"] is None:
        return f"{name}: what moved from {start} to {end} cannot be told: {data.clause(row['reason'])}"
    if _clear(row):
        down = row["estimate"] < 0
        ends = (-row["high"], -row["low"]) if down else (row["low"], row["high"])
        size = _sized(abs(row["estimate"]), *ends, row["unit"], signed=False)
        return f"{name} {'fell' if down else 'rose'} by {size} from {start} to {end}"
    told = _sized(row["estimate"], row["low"], row["high"], row["unit"])
    few = "" if row["low"] is not None else ", of too few customers for an interval"
    return f"{name} did not clearly move from {start} to {end}: {told}{few}"


def still_words(still: Sequence[Move], others: bool) -> str:
    """That these did not move clearly, in one line.

    Args:
        still: Outcomes that did not, at least one.
        others: Whether others did.
    """
    periods = list(dict.fromkeys(move.periods for move in still))
    what = "Nothing else" if others else "Nothing"
    if len(periods) > 1:
        return f"{what} moved clearly between the last two periods of each."
    return f"{what} moved clearly from {periods[0][0]} to {periods[0][1]}."


def message(data: RunData, move: Move) -> str:
    """What the parts say, in one line."""
    label = data.label(move.outcome)
    clear = [row for row in _by_size(move.parts) if _clear(row)]
    if not clear:
        return f"{label}: no part of the change stands out"
    top, whole = clear[0], move.whole["estimate"]
    name = "is not explained" if top["part"] == "unexplained" else f"goes with {part_name(data, top)}"
    if not _clear(move.whole) or (top["estimate"] > 0) != (whole > 0):
        return f"{label}: the largest part, {_amount(top)}, {name}"
    much = "most of" if abs(top["estimate"]) > abs(whole) / 2 else "the largest part of"
    return f"{label}: {much} the {'fall' if whole < 0 else 'rise'} {name}"


def sentences(data: RunData, move: Move) -> list[str]:
    """The headline, what goes with it, what is left, and what could not be told."""
    said = [headline(data, move)]
    if move.whole["estimate"] is not None:
        said += (
            list(_reasons(data, move))
            if move.told
            else [f"Why cannot be told: {data.clause(move.rows[-1]['reason'])}"]
        )
    return [f"{text}." for text in said]


def _reasons(data: RunData, move: Move) -> Iterator[str]:
    clear = [row for row in _by_size(move.parts) if row["part"] != "unexplained" and _clear(row)]
    if clear:
        within = "Of this" if _clear(move.whole) else "Within it"
        yield f"{within}, {joined([f'{_amount(row)} goes with {_cause(data, row)}' for row in clear])}"
    else:
        yield "No part of it clearly goes with an operation or with the mix of customers"
    rest = move.rows[-1]
    if _clear(rest):
        yield f"{_amount(rest)} is not explained"
    else:
        yield f"What is not explained, {_amount(rest)}, cannot be told from nothing"
    refused: dict[str, list[str]] = {}
    for row in move.parts:
        if row["estimate"] is None:
            refused.setdefault(data.clause(row["reason"]), []).append(f"'{part_name(data, row)}'")
    for reason, names in refused.items():
        yield f"What went with {joined(names)} is in that too: {reason}"
    if move.outcome in data.rare_behaviours:
        yield f"All this can hardly be told: {data.rare_behaviours[move.outcome]}"


def part_name(data: RunData, row: Row) -> str:
    """What a part is called in a chart or table."""
    if row["part"] == "operation":
        return data.label(row["driver"])
    return {"mix": MIX, "unexplained": UNEXPLAINED}.get(row["part"], "In all")


def note(data: RunData, row: Row) -> str:
    """What a part rests on, or why there is none."""
    stated = row["note"] or row["reason"]
    return "" if stated is None else data.clause(stated)


def means(row: Row) -> str:
    """`3.1 → 4.2 days`, and in how many episodes it is known where that is not all."""
    start, end, unit = row["mean_from"], row["mean_to"], row["mean_unit"] or ""
    if unit == "share":
        start, end, unit = *(None if it is None else it * 100 for it in (start, end)), "per cent"
    if _same(start, end):
        told = f"{numbers.quantity(start, unit)} in both"
    else:
        told = numbers.change(start, end, unit)
    if _partly(row):
        told += f"; known in {numbers.share(row['known_from'])} → {numbers.share(row['known_to'])}"
    return told


def cells(data: RunData, move: Move) -> list[tuple[str, ...]]:
    """The parts as cells of a table, in the order of `HEAD`."""
    return [
        (
            part_name(data, row),
            means(row) if row["mean_unit"] is not None else "",
            numbers.with_interval(row["estimate"], row["low"], row["high"], row["unit"]),
            note(data, row),
        )
        for row in move.rows
    ]


def _cause(data: RunData, row: Row) -> str:
    if row["part"] == "mix":
        return "another mix of customers"
    name = f"'{data.label(row['driver'])}' ({means(row)})"
    start, end = row["mean_from"], row["mean_to"]
    if _partly(row) or start is None or end is None or _same(start, end):
        return name
    time = (row["mean_unit"] or "").rstrip("s") in _TIMES
    words = ("longer", "shorter") if time else ("higher", "lower")
    return f"{words[0] if end > start else words[1]} {name}"


def _partly(row: Row) -> bool:
    """Whether an operation is unknown in some episodes."""
    shares = [share for share in (row["known_from"], row["known_to"]) if share is not None]
    return any(share < 1 - 1e-9 for share in shares)


def _same(start: float | None, end: float | None) -> bool:
    """Whether a difference would need more digits than a reader wants."""
    return start is not None and end is not None and abs(end - start) < _TELLING * max(abs(start), abs(end))


def _alike(move: Move) -> bool:
    sizes = (move.whole["n_from"], move.whole["n_to"])
    return bool(min(sizes) >= _QUARTER * max(sizes))


def _amount(row: Row) -> str:
    """`−0.07 [−0.09, −0.05]`; money with its currency."""
    unit = row["unit"] if numbers.is_currency(row["unit"]) else ""
    return _sized(row["estimate"], row["low"], row["high"], unit)


def _sized(value: float, low: float | None, high: float | None, unit: str, *, signed: bool = True) -> str:
    """`−0.07 points [−0.09, −0.05]`: the unit after the number."""
    if numbers.is_currency(unit):
        return numbers.with_interval(value, low, high, unit, signed=signed)
    name = numbers.unit_name(unit, "sentence")
    told, between = numbers.value_and_interval(value, low, high, signed=signed)
    return " ".join(part for part in (told, name, between) if part)


def _by_size(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: -abs(row["estimate"] or 0.0))


def _clear(row: Row) -> bool:
    return excludes_zero(row["low"], row["high"])
