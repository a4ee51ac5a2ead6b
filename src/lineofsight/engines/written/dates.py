"""What dates and times in texts mean: told from all of them, or said to be unclear.

Year first is one reading (2024-03-05). Of others the day and the month are told apart by days after the 12th, and a year of two
digits by taking fewer values than the days. What follows has to be a time of day, with AM or PM, or a zone: any other tail is
refused, where an engine would leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lineofsight.engines.written.shapes import MOST_SHAPES, Dialect, Shape, total
from lineofsight.project.formats import HALF, ZONE_OFFSET, DateFormat, parsed_format

_SPACE = "[ \u00a0\u202f]"
_SEPARATOR = f"(?:[-/.]{_SPACE}?|{_SPACE})"
_TIME = rf"(?:(?:T|,?{_SPACE}+)([0-9]{{1,2}}):([0-9]{{2}})(?::([0-9]{{2}})(?:[.,]([0-9]+))?)?(?:{_SPACE}*{HALF})?(?:{_SPACE}*{ZONE_OFFSET})?)?"
_YEAR_FIRST = rf"^\s*([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_TIME}\s*$"
_YEAR_LAST = rf"^\s*([0-9]{{1,2}}){_SEPARATOR}([0-9]{{1,2}}){_SEPARATOR}([0-9]{{4}}|[0-9]{{2}}){_TIME}\s*$"
_IN_TIME = ("H", "M", "S", "f", "p", "z")

#: What a cast of either engine reads rightly; a zone may have a name, as Europe/Berlin.
_PLAIN = re.compile(
    r"\s*-?9{4}-99?-99?([T ]99?:99(:99(\.9+)?)?)?( ?(Z|z|UTC|[A-Za-z]+/[A-Za-z_/+-]+)|[+-]99(:?99)?)?\s*"
)
_PLAIN_ZONE = re.compile(r"99:99(:99(\.9+)?)?( ?(Z|z|UTC|[A-Za-z]+/[A-Za-z_/+-]+)|[+-]99(:?99)?)\s*$")
_ENDLESS = re.compile(r"\s*[+-]?(infinity|inf|epoch)\s*", re.IGNORECASE)
_CLOCK = re.compile(r"\s*99?:99(:99(\.9+)?)?\s*")
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_NAMED = re.compile(rf"({_MONTHS})[a-z]*", re.IGNORECASE)

Kind = Literal["date", "naive", "zoned", "clock"]


@dataclass(frozen=True, slots=True)
class DateReading:
    """One meaning of all dates of a column.

    Attributes:
        kind: A date, a time without a zone, one with a zone, or a time of day.
        format: How it is read; None where a cast reads it.
        form: What else all of them have in common, as the signs between figures: other files may have another.
    """

    kind: Kind
    format: DateFormat | None = None
    form: str = ""

    @property
    def zoned(self) -> bool:
        """Whether times have a zone."""
        return self.kind == "zoned"


@dataclass(frozen=True, slots=True)
class UnclearDates:
    """Dates that may mean several things, or of which some mean nothing.

    Attributes:
        why: 'order' of day and month; 'year', which may stand first or last; 'tail' that is no time or zone; 'forms' that differ; 'strays',
            few that are not year first where all others are;
            'zones', which some times have; 'none', where texts are no dates at all.
        count: How many texts it is about.
        of: Of how many.
        example: One of them.
        formats: How they may have to be read, as `dates` of a table has it.
        shape: Of the example.
    """

    why: Literal["order", "year", "tail", "forms", "strays", "zones", "none"]
    count: int
    of: int
    example: str
    formats: tuple[str, ...] = ()


def is_date_like(text: str) -> bool:
    """Whether a text is, or begins as, a date or a time of day in figures."""
    return (
        re.match(r"\s*([0-9]{1,4}[-/. ]{1,2}[0-9]{1,2}[-/. ]{1,2}[0-9]{2}|[0-9]{1,2}:[0-9]{2})", text)
        is not None
    )


def is_plain(shapes: Sequence[Shape]) -> bool:
    """Whether a cast reads all of them rightly."""
    return all(_PLAIN.fullmatch(s.shape) or _ENDLESS.fullmatch(s.shape) for s in shapes)


def read_dates(shapes: Sequence[Shape]) -> DateReading | UnclearDates:
    """What all the texts mean.

    Args:
        shapes: Of all texts, with their parts where they are not plain.
    """
    of = total(shapes)
    if not shapes:
        return DateReading("naive")
    if len(shapes) > MOST_SHAPES:
        return UnclearDates("none", of, of, shapes[0].example)
    if all(_CLOCK.fullmatch(s.shape) for s in shapes):
        return DateReading("clock")
    if is_plain(shapes):
        return _plain(shapes, of)
    first: list[Shape] = []
    last: list[Shape] = []
    other: list[Shape] = []
    for each in shapes:
        found = (
            first
            if re.match(_YEAR_FIRST, each.example)
            else last
            if re.match(_YEAR_LAST, each.example)
            else other
        )
        found.append(each)
    if other:
        return _not_understood(other, of)
    if first and last:
        fewer = min((first, last), key=total)
        stray = fewer is last and is_plain(first)
        return UnclearDates("strays" if stray else "forms", total(fewer), of, fewer[0].example)
    marked = [each for each in shapes if _group(each, "p")]
    unmarked = [each for each in shapes if _group(each, "H") and not _group(each, "p")]
    if marked and unmarked:
        return UnclearDates("forms", total(unmarked), of, unmarked[0].example)
    timed = [each for each in shapes if _group(each, "H")]
    zoned = [each for each in shapes if _group(each, "z")]
    if zoned and total(zoned) < of:
        bare = next(each for each in shapes if each not in zoned)
        return UnclearDates("zones", of - total(zoned), of, bare.example)
    kind: Kind = "zoned" if zoned else "naive" if timed else "date"
    if first:
        return DateReading(kind, DateFormat(_YEAR_FIRST, ("Y", "m", "d", *_IN_TIME)), f"Ymd {bool(marked)}")
    order = _order(last, of)
    if isinstance(order, UnclearDates):
        return order
    signs = re.sub(r"[0-9]", "", _date_part(last[0].example))
    return DateReading(
        kind, DateFormat(_YEAR_LAST, (*order, *_IN_TIME)), f"{signs} {''.join(order)} {bool(marked)}"
    )


def _plain(shapes: Sequence[Shape], of: int) -> DateReading | UnclearDates:
    zoned = sum(each.count for each in shapes if _PLAIN_ZONE.search(each.shape))
    if 0 < zoned < of:
        bare = min(each.example for each in shapes if not _PLAIN_ZONE.search(each.shape))
        return UnclearDates("zones", of - zoned, of, bare)
    timed = any(":" in each.shape or _ENDLESS.fullmatch(each.shape) for each in shapes)
    return DateReading("zoned" if zoned else "naive" if timed else "date")


def _not_understood(other: Sequence[Shape], of: int) -> UnclearDates:
    """Texts that are no date, or a date with something behind."""
    count, example = total(other), other[0].example
    tail = re.match(rf"{_YEAR_FIRST.split('(?:(?:T')[0]}(.*)", example)
    if tail is not None or re.match(r"\s*([0-9]{1,2}[-/. ]+){2}[0-9]{2,4}\D", example):
        suggested = _with_named_tail(example)
        return UnclearDates("tail", count, of, example, suggested)
    named = _NAMED.search(example)
    return UnclearDates("none", count, of, example, _named_formats(example) if named else ())


def _order(shapes: Sequence[Shape], of: int) -> tuple[str, str, str] | UnclearDates:
    """Which of the three numbers are day, month and year."""
    separators = {re.sub(r"[0-9]", "", _date_part(each.example)) for each in shapes}
    lengths = {len(_group(each, 3)) for each in shapes}
    if len(separators) > 1 or len(lengths) > 1:
        fewest = min(shapes, key=lambda each: each.count)
        return UnclearDates("forms", fewest.count, of, fewest.example)
    firsts, seconds, thirds = (
        frozenset[int]().union(*(each.parts[at] for each in shapes if each.parts is not None))
        for at in range(3)
    )
    example, year = shapes[0].example, "Y" if lengths == {4} else "y"
    day_first = max(firsts, default=0) <= 31 and max(seconds, default=0) <= 12
    month_first = max(firsts, default=0) <= 12 and max(seconds, default=0) <= 31
    formats = tuple(
        _format_of(example, order)
        for order, fits in ((("d", "m", year), day_first), (("m", "d", year), month_first))
        if fits
    )
    if not formats and not (year == "y" and max(seconds, default=0) <= 12):
        either = (_format_of(example, ("d", "m", year)), _format_of(example, ("m", "d", year)))
        return UnclearDates("forms", of, of, example, either)
    year_first = year == "y" and max(seconds, default=0) <= 12 and all(1 <= each <= 31 for each in thirds)
    days = firsts if day_first else seconds
    if year_first and not 2 * len(thirds) <= len(days):
        return UnclearDates("year", of, of, example, (*formats, _format_of(example, ("y", "m", "d"))))
    if day_first and month_first and not _same_either_way(shapes, firsts, seconds):
        return UnclearDates("order", of, of, example, formats)
    return ("d", "m", year) if day_first else ("m", "d", year)


def _same_either_way(shapes: Sequence[Shape], firsts: frozenset[int], seconds: frozenset[int]) -> bool:
    """Whether there is only the one date whose day is its month, as 02/02/2024."""
    return len(firsts) == 1 and firsts == seconds


def _match(example: str) -> re.Match[str] | None:
    return re.match(_YEAR_FIRST, example) or re.match(_YEAR_LAST, example)


def _group(shape: Shape, part: str | int) -> str:
    """What stands in a text for hour, half of the day or zone, or in the place of a number of the date."""
    found = _match(shape.example)
    if found is None:
        return ""
    return found.group(part if isinstance(part, int) else 4 + _IN_TIME.index(part)) or ""


def _date_part(example: str) -> str:
    found = _match(example)
    return "" if found is None else example[found.start(1) : found.end(3)]


def _format_of(example: str, order: Sequence[str]) -> str:
    """The example as a format of strptime."""
    found = _match(example)
    if found is None:
        return ""
    roles = (*order, *_IN_TIME)
    text, at = "", 0
    for number, role in enumerate(roles, 1):
        if found.group(number) is None:
            continue
        letter = "I" if role == "H" and found.group(4 + _IN_TIME.index("p")) else role
        start, end = found.span(number)
        if role == "p":  # the group is the A or P alone
            end = start + len(re.match(r"[AaPp]\.?[Mm]\.?", example[start:])[0])  # type: ignore[index]  # the pattern holds it
        text, at = f"{text}{example[at:start]}%{letter}", end
    return (text + example[at:]).strip()


def _with_named_tail(example: str) -> tuple[str, ...]:
    """Formats for a date with a word behind it that stands in every text."""
    date = re.match(
        r"\s*[0-9]{1,4}[-/. ]+[0-9]{1,2}[-/. ]+[0-9]{1,4}((T| +)[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?",
        example,
    )
    if date is None or _match(date[0]) is None:
        return ()
    year_first = re.match(_YEAR_FIRST, date[0]) is not None
    year = "Y" if len(_match(date[0]).group(3)) == 4 else "y"  # type: ignore[union-attr]  # it matched
    orders = [("Y", "m", "d")] if year_first else [("d", "m", year), ("m", "d", year)]
    rest = example[date.end() :].rstrip()
    return tuple(f"{_format_of(date[0], order)}{rest.replace('%', '%%')}" for order in orders)


def _named_formats(example: str) -> tuple[str, ...]:
    """Formats for a date whose month is a word, as 5 March 2024."""
    text = _NAMED.sub(lambda word: "%B" if len(word[0]) > 3 else "%b", example.strip(), count=1)
    text = re.sub(r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}", "%H:%M:%S", text)
    text = re.sub(r"[0-9]{1,2}:[0-9]{2}", "%H:%M", text)
    if half := re.search(r"[AaPp]\.?[Mm]\.?$", text):
        text = text[: half.start()].replace("%H", "%I") + "%p"
    text = re.sub(r"(?<![%0-9])[0-9]{4}", "%Y", text, count=1)
    text = re.sub(r"(?<![%0-9])[0-9]{1,2}", "%d", text, count=1)
    text = re.sub(r"(?<![%0-9])[0-9]{2}", "%y", text, count=1)
    return () if re.search(r"[0-9]", text) or parsed_format(text) is None else (text,)


def date_sql(dialect: Dialect, text: str, format_: DateFormat, *, zoned: bool) -> str:
    """SQL of the instant that a text means; missing where it does not fit the format.

    Args:
        dialect: Of the engine.
        text: SQL of the text.
        format_: How it is read.
        zoned: Whether the format has a zone.
    """
    parts = {role: dialect.extract(text, format_.pattern, at) for at, role in enumerate(format_.roles, 1)}
    year = parts.get("Y") or parts["y"]
    if "y" in parts or format_.pattern == _YEAR_LAST:
        century = f"CASE WHEN {year} < '69' THEN '20' ELSE '19' END"
        year = f"CASE WHEN length({year}) = 2 THEN ({century}) || {year} ELSE {year} END"
    month = parts.get("m") or _month(parts["b"])
    date = f"({year}) || '-' || lpad({month}, 2, '0') || '-' || lpad({parts.get('d', _FIRST)}, 2, '0')"
    whole = date
    if "H" in parts or "I" in parts:
        given = parts.get("H") or parts["I"]
        clock = f"' ' || lpad({_hour(given, parts.get('p'), dialect.text)}, 2, '0') || ':' || {_two(parts.get('M'))}"
        if "S" in parts:
            clock += f" || ':' || {_two(parts['S'])}"
        if "f" in parts:
            clock += f" || CASE WHEN {parts['f']} = '' THEN '' ELSE '.' || left({parts['f']}, 6) END"
        if zoned and "z" in parts:
            clock += f" || {_zone(dialect, parts['z'])}"
        whole = f"{date} || CASE WHEN {given} = '' THEN '' ELSE {clock} END"
    fits = dialect.matches(text, format_.pattern)
    return f"CASE WHEN {fits} THEN TRY_CAST({whole} AS {dialect.zoned if zoned else dialect.naive}) END"


_FIRST = "'1'"


def _two(part: str | None) -> str:
    return "'00'" if part is None else f"lpad({part}, 2, '0')"


def _month(word: str) -> str:
    whens = " ".join(f"WHEN '{name}' THEN '{at}'" for at, name in enumerate(_MONTHS.split("|"), 1))
    return f"CASE lower({word}) {whens} END"


def _hour(hour: str, half: str | None, text: str) -> str:
    """The hour of 24; there is no 14 PM, and midnight is 12 or 0 AM."""
    if half is None:
        return hour
    number = f"TRY_CAST({hour} AS INTEGER)"
    return (
        f"CASE WHEN {half} = '' THEN {hour} WHEN {number} > 12 THEN NULL"
        f" WHEN lower({half}) = 'a' THEN CAST({number} % 12 AS {text})"
        f" WHEN {number} > 0 THEN CAST({number} % 12 + 12 AS {text}) END"
    )


def _zone(dialect: Dialect, zone: str) -> str:
    figures = dialect.replace(zone, "[^0-9+-]", "")
    minutes = f"CASE WHEN length({figures}) = 5 THEN right({figures}, 2) ELSE '00' END"
    return f"CASE WHEN {figures} = '' THEN '+00:00' ELSE left({figures}, 3) || ':' || {minutes} END"
