"""What numbers in texts mean: which sign parts thousands and which the decimals is told from all of them, or said to be unclear.

'1.234,56' has one meaning, '1.579' has two where nothing else tells: every value has three digits behind its only dot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lineofsight.engines.written.shapes import MOST_SHAPES, ZERO, Dialect, Shape, total

_BLANKS = " \u00a0\u202f\u2009"
_QUOTES = "'\u2019"
_CURRENCY = "[€$£¥₹₺₽₩₪]|R\\$|kr\\.?|zł|Kč|Ft|Fr\\.?|[A-Z]{3}"
_PLAIN = re.compile(r"\s*z?[+-]?(9+\.?9*|\.9+)([eE][+-]?9+)?\s*|\s*[+-]?(nan|inf(inity)?)\s*", re.IGNORECASE)
_MONEY = re.compile(
    rf"\s*([+\u2212-]?)\s*({_CURRENCY})?\s*([+\u2212-]?)\s*([9.,{_BLANKS}{_QUOTES}]*9)[.,]?\s*({_CURRENCY})?\s*"
)
_GROUPED = re.compile(r"9{1,3}(?P<sign>[^9])999((?P=sign)999)*")

Sign = Literal[".", ",", " ", "'"]


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How numbers are written.

    Attributes:
        decimal: What stands before the decimals.
        thousands: What parts the thousands, if anything does.
    """

    decimal: str = "."
    thousands: str | None = None


@dataclass(frozen=True, slots=True)
class NumberReading:
    """One meaning of all numbers of a column; without a format a cast reads them, and `labelled` ones hold one whole number each."""

    format: NumberFormat | None = None
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class UnclearNumbers:
    """Texts that may be several numbers, or of which some are none.

    Attributes:
        why: 'thousands', which may be decimals; 'signs' that contradict each other; 'percent'; 'currency', of which there are several;
            'fraction' as 4/5; 'words', which may stand for numbers; 'none'.
        count: How many texts it is about.
        of: Of how many.
        example: One of them.
        sign: The sign in question.
    """

    why: Literal["thousands", "signs", "percent", "currency", "fraction", "labels", "words", "none"]
    count: int
    of: int
    example: str
    sign: str = ""


def is_number_like(text: str) -> bool:
    """Whether a text is a number in figures, perhaps with a currency or signs between."""
    return _MONEY.fullmatch(re.sub(r"[0-9]", "9", text)) is not None


def read_numbers(
    shapes: Sequence[Shape], declared: NumberFormat | None = None
) -> NumberReading | UnclearNumbers:
    """What all the texts mean.

    Args:
        shapes: Of all texts.
        declared: What the project file says of the signs.
    """
    of = total(shapes)
    if len(shapes) > MOST_SHAPES:
        return UnclearNumbers("words", of, of, shapes[0].example)
    figures = [each for each in shapes if _figures(each) is not None]
    other = [each for each in shapes if _figures(each) is None]
    if other:
        return _not_figures(other, of)
    currencies = {_currency(each) for each in figures} - {""}
    if len(currencies) > 1:
        fewest = min((each for each in figures if _currency(each)), key=lambda each: each.count)
        return UnclearNumbers("currency", fewest.count, of, fewest.example)
    if declared is not None:
        return _declared(figures, of, declared)
    format_ = _told(figures, of)
    if isinstance(format_, UnclearNumbers):
        return format_
    plain = all(_PLAIN.fullmatch(each.shape) for each in shapes) and format_.decimal == "."
    return NumberReading(None if plain and format_.thousands is None else format_)


def _figures(shape: Shape) -> str | None:
    """The digits and the signs between them; None where there is something else."""
    if _PLAIN.fullmatch(shape.shape):
        return re.sub(r"[^9.]", "", re.split("[eE]", shape.shape)[0])
    found = _MONEY.fullmatch(shape.shape.removeprefix(ZERO))
    if found is None:
        return None
    text = found[4]
    for blank in _BLANKS:
        text = text.replace(blank, " ")
    return text.replace("\u2019", "'").strip()


def _currency(shape: Shape) -> str:
    found = _MONEY.fullmatch(shape.shape.removeprefix(ZERO))
    return "" if found is None else (found[2] or "") + (found[5] or "")


def _not_figures(other: Sequence[Shape], of: int) -> UnclearNumbers:
    count, example = total(other), other[0].example
    if all("%" in each.shape or "\u2030" in each.shape for each in other):
        return UnclearNumbers("percent", count, of, example)
    if all(re.fullmatch(r"\s*9+\s*/\s*9+\s*", each.shape) for each in other):
        return UnclearNumbers("fraction", count, of, example)
    if all(re.search(r"9", each.shape) for each in other):
        return UnclearNumbers("labels", count, of, example)
    return UnclearNumbers("words", count, of, example)


def _told(figures: Sequence[Shape], of: int) -> NumberFormat | UnclearNumbers:
    """The signs that all the numbers can be read with, if there is one way only."""
    decimals: dict[str, Shape] = {}
    thousands: dict[str, Shape] = {}
    either: dict[str, list[Shape]] = {}
    for each in figures:
        text = _figures(each) or ""
        signs = re.findall(r"[^9]", text)
        if not signs:
            continue
        if len(set(signs)) > 1:
            head, _, _ = text.rpartition(signs[-1])
            if signs.count(signs[-1]) > 1 or _GROUPED.fullmatch(head) is None or signs[-1] not in ".,":
                return UnclearNumbers("signs", each.count, of, each.example)
            decimals[signs[-1]], thousands[signs[0]] = each, each
        elif len(signs) > 1 or signs[0] in " '":
            if _GROUPED.fullmatch(text) is None:
                return UnclearNumbers("signs", each.count, of, each.example)
            thousands[signs[0]] = each
        elif _GROUPED.fullmatch(text) is None or each.shape.startswith(ZERO):
            decimals[signs[0]] = each
        else:
            either.setdefault(signs[0], []).append(each)
    long = any(re.search("9999", (_figures(each) or "").split(".")[0].split(",")[0]) for each in figures)
    return _settled(decimals, thousands, either, of, long=long)


def _settled(
    decimals: dict[str, Shape],
    thousands: dict[str, Shape],
    either: dict[str, list[Shape]],
    of: int,
    *,
    long: bool,
) -> NumberFormat | UnclearNumbers:
    both = set(decimals) & set(thousands)
    if len(decimals) > 1 or len(thousands) > 1 or both:
        doubtful = min([*decimals.values(), *thousands.values()], key=lambda each: each.count)
        return UnclearNumbers("signs", doubtful.count, of, doubtful.example)
    decimal, parting = next(iter(decimals), None), next(iter(thousands), None)
    for sign, shapes in either.items():
        if decimal is None and parting is None and long:
            decimal = sign  # thousands are not parted in longer ones
        if sign in (decimal, parting):
            continue
        if decimal is not None and parting is None and decimal != sign:
            parting = sign
        elif parting is not None and decimal is None:
            decimal = sign
        elif decimal is None and len(either) == 1:
            return UnclearNumbers("thousands", total(shapes), of, shapes[0].example, sign)
        else:
            return UnclearNumbers("signs", total(shapes), of, shapes[0].example, sign)
    return NumberFormat(decimal or ("," if parting == "." else "."), parting)


def _declared(figures: Sequence[Shape], of: int, declared: NumberFormat) -> NumberReading | UnclearNumbers:
    pattern = re.compile(_pattern_of(declared).replace("[0-9]", "9"))
    unfit = [
        each
        for each in figures
        if not (_PLAIN.fullmatch(each.shape) and not re.search(r"[.]", each.shape))
        and not pattern.match(each.shape.removeprefix(ZERO))
    ]
    # Four digits or more are shortened in a shape: they are not parted.
    if unfit:
        return UnclearNumbers("signs", total(unfit), of, unfit[0].example)
    return NumberReading(declared)


def _pattern_of(format_: NumberFormat) -> str:
    decimal = re.escape(format_.decimal)
    if format_.thousands is None:
        whole = "[0-9]+"
    else:
        part = (
            f"[{_BLANKS}]"
            if format_.thousands == " "
            else f"[{_QUOTES}]"
            if format_.thousands == "'"
            else re.escape(format_.thousands)
        )
        whole = f"(?:[0-9]{{1,3}}(?:{part}[0-9]{{3}})+|[0-9]+)"
    number = rf"(?:{whole}(?:{decimal}[0-9]*)?|{decimal}[0-9]+)"
    blank = f"[\\s{_BLANKS}]*"
    sign = "[+\u2212-]?"
    return rf"^{blank}{sign}{blank}(?:{_CURRENCY})?{blank}{sign}{blank}{number}(?:[eE][+-]?[0-9]+)?{blank}(?:{_CURRENCY})?{blank}$"


def number_sql(dialect: Dialect, text: str, reading: NumberReading) -> str:
    """SQL of the double that a text means; missing where it does not fit.

    Args:
        dialect: Of the engine.
        text: SQL of the text.
        reading: What all texts mean; one that a cast reads is not for here.
    """
    if reading.labelled:
        first = dialect.extract(text, LABEL_BEHIND, 1)
        last = dialect.extract(text, LABEL_BEFORE, 1)
        return f"TRY_CAST(CASE WHEN {dialect.matches(text, LABEL_BEHIND)} THEN {first} ELSE {last} END AS DOUBLE)"
    format_ = reading.format or NumberFormat()
    figures = dialect.replace(text, "[\u2212]", "-")
    figures = dialect.replace(figures, f"[\\s{_BLANKS}{_QUOTES}]|{_CURRENCY}", "")
    other = {".": ",", ",": "."}[format_.decimal]
    figures = dialect.replace(figures, re.escape(other), "")
    figures = dialect.replace(figures, re.escape(format_.decimal), ".") if format_.decimal != "." else figures
    return f"CASE WHEN {dialect.matches(text, _pattern_of(format_))} THEN TRY_CAST({figures} AS DOUBLE) END"


#: A text with one whole number in it, at its beginning or at its end.
LABEL_BEHIND = r"^\s*([+-]?[0-9]+)[^0-9]*$"
LABEL_BEFORE = r"^[^0-9]*([0-9]+)[^0-9]*$"
_AT_AN_END = re.compile(
    r"\s*(?P<first>[+-]?[0-9]+)(?P<rest>[^0-9]*)|(?P<label>[^0-9]*?)[(\[]?(?P<last>[0-9]+)[)\]]?\s*"
)
_NO_LABEL = re.compile(r"[+<>≥≤~%/€$£]")


def labelled(texts: Sequence[str]) -> bool:
    """Whether texts are answers with words at the numbers, as '10 - Extremely likely': each number has one label, each label one number.

    Args:
        texts: The different texts, plain numbers among them.
    """
    labels: dict[str, set[str]] = {}
    numbers: dict[str, set[str]] = {}
    for text in texts:
        found = _AT_AN_END.fullmatch(text)
        if found is None or _NO_LABEL.search(text):
            return False
        number = str(int(found["first"] or found["last"]))
        label = re.sub(r"[^\w]+", " ", found["rest"] or found["label"] or "").strip().lower()
        if label:
            labels.setdefault(label, set()).add(number)
            numbers.setdefault(number, set()).add(label)
    return all(len(each) == 1 for each in (*labels.values(), *numbers.values()))
