"""What each column probably is: by its name, its type and its values."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lineofsight.look import vocabulary as words
from lineofsight.look.facts import Column, Personal, Role
from lineofsight.look.vocabulary import words_of

_SCALES = ((0.0, 10.0), (1.0, 5.0), (0.0, 5.0), (1.0, 7.0), (1.0, 4.0), (1.0, 10.0), (0.0, 100.0))
_FEW = 12
_GROUP = "_NPS_GROUP"
_LABELLED = re.compile(r"^\s*(\d{1,2})\s*[-–:.(]\s*\D")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_PHONE = re.compile(r"\+?[\d\s().-]{9,}")
_PER_CENT = words.any_of("percent", "percentage", "pct ", "share ", "ratio ")


def with_roles(columns: Sequence[Column], declare: Mapping[str, str], today: dt.date) -> list[Column]:
    """The columns with what each probably is.

    Args:
        columns: What they hold.
        declare: How dates of some have to be read.
        today: The day after which no date of something that happened can lie.
    """
    found = [_one(column, declare.get(column.name), today) for column in columns]
    groups = {c.header[: -len(_GROUP)] for c in found if c.header.endswith(_GROUP)}
    found = [_nps_of_group(c) if c.header in groups else c for c in found]
    scales = Counter((c.scale, c.measure) for c in found if c.role == "score" and c.answers is None)
    often = [
        (scale, measure) for (scale, measure), n in scales.most_common(1) if n >= 3 and scale is not None
    ]
    return [_as_its_neighbours(column, *often[0]) if often else column for column in found]


def _nps_of_group(column: Column) -> Column:
    """What Qualtrics has made promoters and detractors of, in the column beside it."""
    if not column.whole or not 0 <= _float(column.least) <= _float(column.largest) <= 10:
        return column
    return replace(column, role="score", measure="nps", scale=(0.0, 10.0))


def _as_its_neighbours(column: Column, scale: tuple[float, float] | None, measure: str | None) -> Column:
    """In a file of ratings on one scale, whole numbers over all of that scale are ratings too, whatever they are called."""
    name = words_of(column.header)
    if scale is None or column.role not in ("count", "number") or not column.whole or column.distinct < 4:
        return column
    if (
        words.COUNT.search(name)
        or words.DURATION.search(name)
        or words.PEOPLE.search(name)
        or words.operation_of(column.header)
    ):
        return column
    if not (scale[0] == _float(column.least) and scale[1] == _float(column.largest)):
        return column
    return replace(column, role="score", scale=scale, measure=measure)


def _one(column: Column, form: str | None, today: dt.date) -> Column:
    name = words_of(column.header)
    column = replace(column, form=form)
    personal = _personal(column, name)
    if column.filled == 0:
        return replace(column, role="empty")
    if personal is not None:
        return replace(column, role="personal", personal=personal)
    if column.is_time:
        late = (column.largest or "")[:10] > today.replace(year=today.year + 20).isoformat()
        return replace(column, role="time", impossible=1 if late and column.type != "VARCHAR" else 0)
    if column.distinct == 1:
        return replace(column, role="constant")
    if column.numbers:
        return _number(column, name)
    return _text(column, name)


def _personal(column: Column, name: str) -> Personal | None:
    if column.filled == 0 or (column.numbers and not column.whole):
        coordinate = words.PERSONAL["address"].search(name) and column.distinct > column.rows / 2
        return "address" if column.filled and coordinate else None
    ends = [value for value in (column.least, column.largest) if value]
    if ends and not column.numbers and all(_EMAIL.fullmatch(value.strip()) for value in ends):
        return "email"
    many = column.distinct > max(20, column.filled / 10)
    if words.PERSONAL["ip"].search(name) and many:
        return "ip"
    for kind, pattern in words.PERSONAL.items():
        if many and pattern.search(name):
            return kind  # type: ignore[return-value]
    dialled = bool(ends) and all(map(_is_dialled, ends))
    return "phone" if dialled and many and not column.numbers and not words.CUSTOMER.search(name) else None


def _is_dialled(text: str) -> bool:
    return bool(_PHONE.fullmatch(text)) and sum(map(str.isdigit, text)) >= 9 and not text.isdigit()


def _is_id(column: Column, name: str) -> bool:
    named = words.ID.search(name) is not None or name.strip() in ("customer", "client", "user", "unnamed")
    counted = column.whole or not column.numbers
    if re.search(r" (?:number|num|no|nr) (?:of )?\w", name) and not re.search(
        r" (?:number|num|no|nr) $", name
    ):
        return False
    if column.numbers and not counted:
        return False
    many = column.distinct > max(20, 0.05 * column.filled)
    fine = not column.numbers or column.distinct >= 0.2 * column.filled or name.endswith(" id ")
    if named and counted and many and fine and (column.length or 0) <= 45:
        return True
    short = (column.length or 99) <= 45 and " " not in (column.least or "").strip()
    return not column.numbers and column.unique and column.rows > 20 and short


def _id_role(name: str) -> Role:
    return (
        "customer"
        if words.CUSTOMER.search(name) and not re.search(r" (?:order|ticket|invoice|session|review) ", name)
        else "id"
    )


def _number(column: Column, name: str) -> Column:
    if _is_id(column, name):
        return replace(column, role=_id_role(name))
    if column.distinct == 2 and {column.least, column.largest} <= {"0", "1", "0.0", "1.0", "false", "true"}:
        return replace(column, role="flag")
    percent = _PER_CENT.search(name)
    if percent and column.mean is not None and column.mean > 1:
        above = sum(n for value, n in column.top if _float(value) > 100)
        return replace(column, role="number", impossible=above + column.negative)
    scored = _score(column, name)
    if scored is not None:
        return scored
    if words.MONEY.search(name) and not words.RATED.search(name):
        return replace(column, role="money")
    if words.DURATION.search(name) and not words.CALENDAR.search(name.replace(" days in ", " ")):
        return replace(column, role="duration", impossible=column.negative)
    if words.DURATION.search(name) and not column.whole:
        return replace(column, role="duration", impossible=column.negative)
    if words.COUNT.search(name) and column.whole:
        return replace(column, role="count", impossible=column.negative)
    if column.whole and column.distinct <= _FEW:
        return replace(column, role="count" if column.negative == 0 else "number")
    return replace(column, role="number")


def _float(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")


def _score(column: Column, name: str) -> Column | None:
    """A rating on a scale: whole numbers within it, or nearly all, and a name that says so."""
    least, largest = _float(column.least), _float(column.largest)
    if not column.whole or words.RATED.search(name) is None or column.distinct > 25:
        return None
    if words.MONEY.search(name) or re.search(
        r" calls | count | (?:credit|churn|risk|fraud|lead) score |interest rate| growth ", name
    ):
        return None
    seen = column.top or ()
    exact = [scale for scale in _SCALES if scale[1] == largest and scale[0] <= least]
    for low, high in (*exact, *_SCALES):
        inside = sum(n for value, n in seen if low <= _float(value) <= high)
        all_inside = low <= least and largest <= high
        strays = column.filled - inside if len(seen) == column.distinct else 0
        tight = largest > (low + high) / 2 and (low, high) != (0.0, 100.0)
        if all_inside and tight and (low > 0 or least == 0 or high == 10):
            return _measured(column, name, (low, high), 0)
        few = 0 < strays <= 0.05 * column.filled and high >= 5
        if not all_inside and few and inside and any(_float(value) == high for value, _ in seen):
            return _measured(column, name, (low, high), strays)
    return None


def _measured(column: Column, name: str, scale: tuple[float, float], off: int) -> Column:
    if (scale == (0.0, 5.0) and column.least == "0") or (scale == (0.0, 5.0) and _float(column.least) == 0):
        zeros = next((n for value, n in column.top if _float(value) == 0), 0)
        if zeros <= 0.2 * column.filled:
            scale, off = (1.0, 5.0), zeros
    measure = "score"
    if words.NPS.search(name) and scale in ((0.0, 10.0), (1.0, 10.0)):
        measure, scale = "nps", (0.0, 10.0)
    elif scale == (1.0, 7.0) and words.CES.search(name):
        measure = "ces"
    elif scale == (1.0, 5.0):
        measure = "csat"
    return replace(column, role="score", measure=measure, scale=scale, off_scale=off)


def _text(column: Column, name: str) -> Column:
    values = column.values
    if _is_id(column, name):
        return replace(column, role=_id_role(name))
    if column.type == "BOOLEAN":
        return replace(column, role="flag")
    likert = words.likert_of(values) if column.distinct <= len(values) else None
    if likert is not None:
        return replace(column, role="score", measure="csat", scale=(1.0, 5.0), answers=likert)
    contrary = _contrary(column, name)
    if contrary is not None:
        return contrary
    labelled = [_LABELLED.match(value) for value in values]
    if (
        column.distinct <= 11
        and values
        and sum(m is not None for m in labelled) >= 2
        and _all_numbered(values)
    ):
        answers = {v: int(m[1]) if m else int(v) for v, m in zip(values, labelled, strict=True)}
        scale = (0.0, 10.0) if max(answers.values()) == 10 else (1.0, float(max(answers.values())))
        return _measured(replace(column, answers=answers), name, scale, 0)
    if column.distinct == 2 and all(words.YES.match(v) or words.NO.match(v) for v in values):
        return replace(column, role="flag")
    told = words.LEFT.search(name) or words.STAYED.search(name) or "status" in name or "flag" in name
    if told and column.distinct <= 6 and any(words.OUTCOME_WORDS.match(v) for v in values):
        return replace(column, role="status")
    if "status" in name and column.distinct <= _FEW:
        return replace(column, role="status")
    wordy = (column.length or 0) > 25 and column.distinct > 0.3 * column.filled
    if wordy or (words.FREE_TEXT.search(name) and (column.length or 0) > 12 and column.distinct > 30):
        return replace(column, role="text")
    return replace(column, role="category")


def _contrary(column: Column, name: str) -> Column | None:
    """'satisfied' and what is not: an answer of two kinds, 1 and 0."""
    if column.distinct != 2 or len(column.values) != 2 or words.RATED.search(name) is None:
        return None
    good = [
        v
        for v in column.values
        if re.match(r"(?i)(?:very |mostly )?(?:satisfied|happy|good|positive|recommend)", v)
    ]
    if len(good) != 1:
        return None
    answers = {value: int(value == good[0]) for value in column.values}
    return replace(column, role="score", measure="score", scale=(0.0, 1.0), answers=answers)


def _all_numbered(values: Sequence[str]) -> bool:
    return all(_LABELLED.match(value) or value.strip().isdigit() for value in values)
