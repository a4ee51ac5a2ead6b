"""What was seen of files, as one screen for each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from lineofsight.look.facts import Column, Join, Looked, LookedFile, Together
from lineofsight.words.lists import joined
from lineofsight.words.numbers import count, share, size

_MOST_COLUMNS = 40
_NAME = 26
_HOW = {
    "same": "are the same",
    "levels": "have the same levels under other names",
    "moves": "move as one",
    "tells": "gives it away",
    "filled": "is filled just there",
}
_WHY = {
    "name": "its name says that it was made afterwards",
    "values": "it tells it nearly always",
    "filled": "it is filled just where it says yes, or no",
}
_PERSONAL = {
    "email": "e-mail addresses",
    "phone": "telephone numbers",
    "name": "names of people",
    "address": "where people live",
    "birth": "days of birth",
    "ip": "addresses on the internet",
    "other": "personal data",
}


def looked_words(looked: Looked) -> str:
    """A screen for each file, and how they join."""
    screens = ["\n".join(_file(file)) for file in looked.files]
    if joins := list(_joins(looked.joins)):
        screens.append("\n".join(["How they join:", *joins]))
    return "\n\n".join(screens)


def _file(file: LookedFile) -> Iterator[str]:
    if file.error is not None:
        yield f"{file.path}: cannot be read"
        yield from (f"  {line}" for line in file.error.splitlines())
        return
    about = "" if file.exact else "about "
    rows = file.rows if file.exact else round(file.rows, 2 - int(math.log10(max(file.rows, 1))))
    yield f"{file.path}: {about}{count(rows)} rows, {count(len(file.columns))} columns, {size(file.bytes)}"
    if file.looked < file.rows:
        yield f"  Counts of values are of a sample of {count(file.looked)} rows; the draft and a run read all of them."
    for key, value in file.declare.items():
        yield f"  Its table needs  {key}: {_yaml(value)}"
    shown = file.columns[:_MOST_COLUMNS]
    wide = min(max((len(c.header) for c in shown), default=0), _NAME)
    for column in shown:
        yield f"  {_short(column.header, wide):<{wide}}  {_what(column):<28}  {_holds(column)}".rstrip()
    if len(file.columns) > _MOST_COLUMNS:
        yield f"  … and {count(len(file.columns) - _MOST_COLUMNS)} more columns; --format json has all of them"
    yield from _notes(file)


def _notes(file: LookedFile) -> Iterator[str]:
    if file.copies:
        among = "" if file.looked >= file.rows else f" of {count(file.looked)}"
        yield f"  ! {count(file.copies)}{among} rows repeat another in every column"
    if file.outcome is not None:
        yield f"  What became of the customer: '{file.outcome}'"
        for name, why in file.leaks.items():
            yield f"  ! '{name}' gives '{file.outcome}' away: {_WHY[why]}"
    for pair in file.together:
        if pair.how in ("moves", "levels", "same"):
            yield f"  ! {_pair(pair)}"
    personal = [f"'{c.header}' ({_PERSONAL[c.personal]})" for c in file.columns if c.personal is not None]
    if personal:
        yield f"  ! personal data: {joined(personal)}; leave these columns out where you can"


def _pair(pair: Together) -> str:
    strength = f" (correlation {pair.strength:.3f})" if pair.how == "moves" else ""
    return f"'{pair.one}' and '{pair.other}' {_HOW[pair.how]}{strength}"


def _what(column: Column) -> str:
    match column.role:
        case "score":
            assert column.scale is not None  # a score has one
            low, high = column.scale
            words = ", in words" if column.answers else ""
            return f"{(column.measure or 'score').upper() if column.measure != 'score' else 'score'}, {low:g} to {high:g}{words}"
        case "time" if column.forms and column.form is None:
            return f"time: {joined([repr(f) for f in column.forms], 'or')}?"
        case "time":
            kind = "date" if column.type == "DATE" else "time"
            return kind if column.form is None else f"{kind}, {column.form}"
        case "flag":
            return "yes or no"
        case "text":
            return "free text"
        case "personal":
            return "personal data"
        case "constant":
            return "one value everywhere"
        case role:
            return role


def _holds(column: Column) -> str:
    parts = []
    if column.filled < column.rows:
        parts.append(f"{share(column.filled / column.rows)} filled" if column.filled else "nothing")
    if column.role in ("category", "status", "flag", "constant") and column.top:
        more = f" and {count(column.distinct - 4)} more" if column.distinct > 4 else ""
        parts.append(", ".join(_short(value, 20) for value in column.values[:4]) + more)
    elif column.role in ("id", "customer"):
        parts.append("each once" if column.unique else f"{count(column.distinct)} different")
    elif column.role == "time":
        parts.append(f"{(column.least or '')[:10]} to {(column.largest or '')[:10]}")
    elif column.numbers and column.least is not None and column.largest is not None:
        mean = "" if column.mean is None else f", mean {column.mean:.4g}"
        parts.append(f"{_figure(column.least)} to {_figure(column.largest)}{mean}")
    elif column.role in ("text", "category") and column.distinct:
        parts.append(f"{count(column.distinct)} different")
    if column.negative and column.role != "id":
        parts.append(f"! {count(column.negative)} below zero")
    if column.off_scale:
        parts.append(f"! {count(column.off_scale)} off the scale")
    if column.impossible and not column.negative:
        parts.append(
            "! dates far ahead" if column.role == "time" else f"! {count(column.impossible)} impossible"
        )
    if column.signs == "strays":
        parts.append("! some are no numbers")
    elif column.signs in ("thousands", "signs") and column.personal is None:
        parts.append("! dot or comma: thousands or decimals?")
    return "; ".join(parts).replace("\u202f", " ").replace("\xa0", " ")


def _figure(text: str) -> str:
    return f"{float(text):,.6g}"


def _short(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


def _joins(joins: Sequence[Join]) -> Iterator[str]:
    for join in joins:
        yield (
            f"  {join.left}.{join.left_on} = {join.right}.{join.right_on}: {_share(join.matched)} of the former are in"
            f" {join.right}, {_share(join.matched_back)} of the latter in {join.left}"
        )


def _share(value: float) -> str:
    return share(value).replace("\u202f", " ").replace("\xa0", " ")


def _yaml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: '{form}'" for name, form in value.items()) + "}"
    return f"'{value}'" if "%" in str(value) else str(value)
