"""The first page of a run: the facts that a leader reads, as typed values, and the sentences made of them.

A page, a terminal, slides or a workbook take the same facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lineofsight.words.amounts import Amount, Difference, difference_words, yearly_words
from lineofsight.words.evidence import NOT_CAUSE, verb
from lineofsight.words.lists import Label, fits, joined, sentence
from lineofsight.words.numbers import (
    change,
    count,
    counted,
    date,
    is_currency,
    money_scale,
    quantity,
    share,
    with_interval,
)

STANDINGS_TITLE = "How customers feel and do today"
CHAIN_TITLE = "What goes with what: the clear links"
CAUTIONS_TITLE = "Before you decide"
UNCLEAR = "not clear"
"""In the place of a level, where an interval holds zero or nothing is told as found."""

_LEVELS = {
    "associated": "nothing but the other operations is held equal",
    "adjusted": "the other operations and the declared controls are held equal",
    "robust": "it also holds up against chance and against a hidden factor like the strongest control",
    "quasi-experimental": "the change came by chance, as in an experiment",
    "experimental": "lots were drawn",
}

Clear = Literal["good", "bad", "unsure"]


@dataclass(frozen=True, slots=True)
class Start:
    """What to do first.

    Attributes:
        driver: The operation.
        change: What is done to it, as `10 % better`.
        before, after: Its mean today, and changed; None where that is not known.
        unit: Of these.
        worth: Money a year that goes with it; None where the outcome is told instead.
        difference: What goes with it in the outcome that matters, where there is no money.
        evidence: How sure that is: the weakest level of the claims it rests on.
    """

    driver: str
    change: str
    before: float | None
    after: float | None
    unit: str
    worth: Amount | None
    difference: Difference | None
    evidence: str


@dataclass(frozen=True, slots=True)
class NoStart:
    """Nothing to do first: nothing is told of any of so many operations."""

    operations: int


@dataclass(frozen=True, slots=True)
class DriverWorth:
    """What goes with one operation, and how sure that is; no level where it is not told as found.

    `behaviours` are those that its money adds up; none where it is an outcome of its own.
    """

    driver: str
    change: str
    amount: Amount
    evidence: str | None
    clear: Clear
    behaviours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drivers:
    """Operations by what goes with them.

    Attributes:
        outcome: The perception or behaviour; None for money a year.
        rows: The operations that are shown, the most first.
        told: How many more are told, and not shown.
        unclear: Operations of which nothing is clear.
    """

    outcome: str | None
    rows: tuple[DriverWorth, ...]
    told: int
    unclear: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A clear link; `size` is comparable within a step; `past` where no way through a perception is clear."""

    source: str
    target: str
    size: float
    clear: Clear
    past: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """The clear links of the chain, and what they join."""

    operations: tuple[str, ...]
    perceptions: tuple[str, ...]
    behaviours: tuple[str, ...]
    links: tuple[ChainLink, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a perception or behaviour stands, and how it moved.

    Attributes:
        outcome: Its name.
        kind: Which of the two it is.
        value: Its mean, in the later period where there are two.
        unit: Of it.
        moved: By how much it moved since the period before; None where that is not known.
        clear: Whether it clearly moved, and whether for the better.
        periods: From when to when; None where there is one period only.
    """

    outcome: str
    kind: Literal["perception", "behaviour"]
    value: float | None
    unit: str
    moved: Amount | None
    clear: Clear
    periods: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Caution:
    """What would change a decision, in a sentence; what kind of finding it is."""

    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RestsOn:
    """Whom all of it rests on; `answered` is the share of episodes with the best known perception."""

    episodes: int
    customers: int
    first: datetime | str | None
    last: datetime | str | None
    answered: float | None


@dataclass(frozen=True, slots=True)
class FirstPage:
    """All that stands on the first page."""

    start: Start | NoStart
    drivers: Drivers
    chain: Chain
    standings: tuple[Standing, ...]
    cautions: tuple[Caution, ...]
    rests_on: RestsOn | None


def headline_words(start: Start | NoStart, label: Label) -> str:
    """What to do first, what that is worth, and how sure; as short as names allow."""
    if isinstance(start, NoStart):
        if not start.operations:
            return "Nothing could be told from these data."
        return "No operation clearly goes with what customers feel or do next: there is nothing to start with yet."
    name, sure = label(start.driver), f"({start.evidence})"
    percent = 100 if start.unit == "share" else 1
    before, after = (None if end is None else round(end * percent, 9) for end in (start.before, start.after))
    moved = (
        f" ({change(before, after, 'per cent' if percent == 100 else start.unit)})"
        if start.before is not None
        else ""
    )
    if start.worth is not None:
        gains = f"goes with {yearly_words(start.worth)} {sure}"
    else:
        assert start.difference is not None  # one of the two is told
        gains = f"{verb(start.evidence)} {difference_words(start.difference, label)} {sure}"
    wordings = [f"Start with {name}: {start.change}{part} {gains}." for part in (moved, "")]
    return next((wording for wording in wordings if fits(wording)), wordings[-1])


def sure_words(start: Start | NoStart, confidence: float) -> str:
    """How sure the headline is, and what no claim is; `confidence` is the level of the intervals."""
    level = (
        "" if isinstance(start, NoStart) else f"{start.evidence.capitalize()}: {_LEVELS[start.evidence]}. "
    )
    return f"{level}{NOT_CAUSE} In brackets: {share(confidence)} intervals."


def page_lines(page: FirstPage, label: Label, confidence: float) -> list[str]:
    """The first page as lines of a terminal.

    Args:
        page: Its facts.
        label: What people call a name.
        confidence: The level of the intervals.
    """
    said = [headline_words(page.start, label), sure_words(page.start, confidence)]
    drivers = page.drivers
    if drivers.rows:
        beside = max(abs(row.amount.value) for row in drivers.rows)
        cells = [
            (
                driver_name(row, drivers, label),
                amount_text(row.amount, beside),
                UNCLEAR if row.clear == "unsure" or row.evidence is None else row.evidence,
            )
            for row in drivers.rows
        ]
        wide = [max(len(row[at]) for row in cells) for at in (0, 1)]
        said += ["", drivers_title(drivers, label)]
        said += [f"  {name:<{wide[0]}}  {amount:>{wide[1]}}  {sure}" for name, amount, sure in cells]
        if more := more_words(drivers, label):
            said.append(f"  {more}")
    if page.standings:
        said += ["", STANDINGS_TITLE]
        wide = [
            max(len(text(row)) for row in page.standings)
            for text in (lambda row: label(row.outcome), standing_value)
        ]
        said += [
            f"  {label(row.outcome):<{wide[0]}}  {standing_value(row):>{wide[1]}}  {standing_moved(row)}".rstrip()
            for row in page.standings
        ]
        said.append(f"  {standings_words(page.standings)}")
    if page.cautions:
        said += ["", CAUTIONS_TITLE, *(f"  - {each.sentence}" for each in page.cautions)]
    if page.rests_on is not None:
        said += ["", rests_words(page.rests_on)]
    return said


def chain_words(chain: Chain) -> str:
    """What the picture of the chain does not say by itself; empty where that is nothing."""
    said = []
    if any(link.past for link in chain.links):
        said.append("Dashed: not seen to pass through how customers feel.")
    if any(link.clear == "bad" for link in chain.links):
        said.append("Orange: goes the wrong way.")
    return " ".join(said)


def drivers_title(drivers: Drivers, label: Label) -> str:
    """What the picture of operations shows, with the change that most of them have."""
    if not drivers.rows:
        return "What to make better"
    what = "Money a year" if drivers.outcome is None else label(drivers.outcome)
    unless = "" if len({row.change for row in drivers.rows}) == 1 else ", unless said otherwise"
    return f"{what}, each {_usual(drivers)}{unless}"


def driver_name(row: DriverWorth, drivers: Drivers, label: Label) -> str:
    """What an operation is called, with what is done to it where that is not what is done to most."""
    name = label(row.driver)
    return name if row.change == _usual(drivers) else f"{name}, {row.change}"


def _usual(drivers: Drivers) -> str:
    return Counter(row.change for row in drivers.rows).most_common(1)[0][0]


def amount_text(amount: Amount, beside: float) -> str:
    """What goes with an operation, short; `beside` is the largest of those it stands beside."""
    factor, word, _ = money_scale([beside])
    if is_currency(amount.unit) or factor == 1 or amount.low is None or amount.high is None:
        return with_interval(amount.value, amount.low, amount.high, amount.unit, beside=beside)
    scaled = with_interval(amount.value / factor, amount.low / factor, amount.high / factor)
    return " ".join(part for part in (scaled, word, amount.unit) if part)


def more_words(drivers: Drivers, label: Label, most: int = 4) -> str:
    """The operations that are not shown, in one line; empty where there are none."""
    said = []
    if drivers.told:
        said.append(sentence(f"and {count(drivers.told)} more, below"))
    if drivers.unclear:
        names = [label(name) for name in drivers.unclear[:most]]
        left = len(drivers.unclear) - most
        listed = f"{', '.join(names)} and {count(left)} more" if left > 0 else joined(names)
        said.append(f"Nothing clear for {listed}.")
    return " ".join(said)


def standing_value(standing: Standing) -> str:
    """How it stands, short."""
    moved = standing.moved
    ends = (None, None) if moved is None else (moved.low, moved.high)
    if moved is None or ends[0] is None or ends[1] is None:
        return quantity(standing.value, standing.unit)
    half = (ends[1] - ends[0]) / 2
    value = standing.value or 0.0
    return quantity(standing.value, standing.unit, value - half, value + half)


def standing_moved(standing: Standing) -> str:
    """How it moved, short: an amount only where that is clear."""
    if standing.moved is None:
        return ""
    if standing.clear == "unsure":
        return "no clear change"
    moved = standing.moved
    return with_interval(moved.value, moved.low, moved.high, moved.unit)


def standings_words(standings: Sequence[Standing]) -> str:
    """What the standings have in common: the periods, and whether nothing moved."""
    periods = {each.periods for each in standings if each.periods is not None}
    if not periods:
        return "All in one period: there is none before it."
    if all(each.clear == "unsure" for each in standings):
        if len(periods) == 1:
            (only,) = periods
            return f"Nothing moved clearly from {only[0]} to {only[1]}."
        return "Nothing moved clearly between the last two periods of each."
    if len(periods) == 1:
        (only,) = periods
        return f"Mean in {only[1]}, and the change since {only[0]}."
    return "Mean in the last period that can be told, and the change since the one before."


def rests_words(rests: RestsOn) -> str:
    """On whom it rests, in one line."""
    who = f"{counted(rests.customers, 'customer')} in {counted(rests.episodes, 'episode')}"
    when = f", {date(rests.first)} to {date(rests.last)}" if rests.first is not None else ""
    heard = f"; {share(rests.answered)} of the episodes have an answer" if rests.answered is not None else ""
    return f"Rests on {who}{when}{heard}."
