"""What stands on the first page, made of a run's tables: typed values, for a page, a terminal or a slide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from lineofsight.report.charts.theme import state_of
from lineofsight.report.data import ReportData, Row
from lineofsight.words.amounts import Amount, Difference
from lineofsight.words.evidence import LEVELS
from lineofsight.words.first_page import (
    Caution,
    Chain,
    ChainLink,
    Clear,
    Drivers,
    DriverWorth,
    FirstPage,
    NoStart,
    RestsOn,
    Standing,
    Start,
)
from lineofsight.words.why_moved import latest, moves

MOST_DRIVERS, MOST_CAUTIONS, MOST_STANDINGS, MOST_NODES = 8, 3, 6, 4
_KINDS = ("stay", "buy_more", "recommend", "cost_to_serve")


def first_page(data: ReportData) -> FirstPage:
    """The facts of the first page.

    Raises:
        RunError: A table of the run cannot be read.
    """
    told = _Told(data)
    drivers = _drivers(data, told)
    return FirstPage(
        _start(data, drivers),
        drivers,
        _chain(data, told, [row.driver for row in drivers.rows]),
        _standings(data),
        tuple(
            Caution(row["kind"], row["lead"])
            for row in sorted(
                (row for row in data.rows("findings") if row["decides"] is not None),
                key=lambda row: row["decides"],
            )[:MOST_CAUTIONS]
        ),
        _rests_on(data),
    )


class _Told:
    """The effects that are told as found, by cause and outcome."""

    def __init__(self, data: ReportData) -> None:
        found = {(row["cause"], row["outcome"]) for row in data.rows("told", kind="effect")}
        rows = [
            row
            for outcome in data.outcomes
            for kind in ("operation", "perception")
            for row in data.effects(outcome, kind)
        ]
        self.rows: Mapping[tuple[str, str], Row] = {
            (row["cause"], row["outcome"]): row for row in rows if (row["cause"], row["outcome"]) in found
        }

    def of(self, cause: str, outcomes: Sequence[str]) -> list[Row]:
        """Those of a cause on these outcomes."""
        return [self.rows[cause, outcome] for outcome in outcomes if (cause, outcome) in self.rows]


def _drivers(data: ReportData, told: _Told) -> Drivers:
    """By money where some is clear, else by the outcome that matters."""
    operations = [row["driver"] for row in data.drivers]
    named = [name for name in operations if told.of(name, data.outcomes)]
    unclear = tuple(name for name in operations if name not in named)
    money = _by_money(data, told, named)
    if any(row.clear == "good" for row in money):
        return Drivers(None, tuple(money[:MOST_DRIVERS]), max(0, len(named) - MOST_DRIVERS), unclear)
    outcome = _that_matters(data, told, named)
    if outcome is None:
        return Drivers(None, (), 0, unclear)
    rows = [told.rows[name, outcome] for name in named if (name, outcome) in told.rows]
    good = data.good(outcome)
    rows.sort(key=lambda row: -good * row["estimate"])
    found = tuple(
        DriverWorth(
            row["cause"],
            row["change"],
            _amount(row),
            row["evidence"],
            state_of(row["low"], row["high"], good),
        )
        for row in rows
    )
    return Drivers(outcome, found[:MOST_DRIVERS], len(named) - len(found[:MOST_DRIVERS]), unclear)


def _by_money(data: ReportData, told: _Told, named: Sequence[str]) -> list[DriverWorth]:
    found = []
    for row in data.rows("money", segment=None):
        name = row["driver"]
        if (
            name not in named
            or row["money_per_year"] is None
            or row["low"] is None
            or not data.without_rare(row)
        ):
            continue
        claims = told.of(name, row["behaviours"])
        weakest = min((each["evidence"] for each in claims), key=LEVELS.index, default=None)
        clear: Clear = state_of(row["low"], row["high"]) if claims else "unsure"
        amount = Amount(row["money_per_year"], row["low"], row["high"], data.currency)
        found.append(DriverWorth(name, row["change"], amount, weakest, clear, tuple(row["behaviours"])))
    return sorted(found, key=lambda each: -each.amount.value)


def _that_matters(data: ReportData, told: _Told, named: Sequence[str]) -> str | None:
    """The behaviour, else the perception, of which the most is told; of behaviours first what keeps customers."""
    kinds = {row["behaviour"]: row["kind"] for row in data.rows("behaviours", segment=None)}
    count = {name: sum((cause, name) in told.rows for cause in named) for name in data.outcomes}
    behaviours = sorted(
        (name for name in data.behaviours if count[name]), key=lambda name: _KINDS.index(kinds[name])
    )
    perceptions = sorted((name for name in data.perceptions if count[name]), key=lambda name: -count[name])
    return next(iter([*behaviours, *perceptions]), None)


def _start(data: ReportData, drivers: Drivers) -> Start | NoStart:
    """The first operation that clearly goes with something better, and with nothing worse."""
    doubted = set(data.extracted) | {
        row["subject"] for row in data.rows("findings", kind="caution") if row["decides"] is not None
    }
    good = [row for row in drivers.rows if row.clear == "good"]
    first = next((row for row in good if row.driver not in doubted), next(iter(good), None))
    if first is None or first.evidence is None:
        return NoStart(len(data.drivers))
    row = next(
        row
        for row in data.rows("effects", cause=first.driver, segment=None, path="total")
        if row["cause_kind"] == "operation"
    )
    effect = None
    if drivers.outcome is not None:
        effect = next(row for row in data.effects(drivers.outcome) if row["cause"] == first.driver)
    return Start(
        first.driver,
        first.change,
        row["cause_from"],
        row["cause_to"],
        row["cause_unit"],
        first.amount if effect is None else None,
        None if effect is None else Difference(effect["outcome"], _amount(effect), effect["evidence"]),
        first.evidence,
    )


def _amount(row: Row) -> Amount:
    return Amount(row["estimate"], row["low"], row["high"], row["unit"])


def _chain(data: ReportData, told: _Told, shown: Sequence[str]) -> Chain:
    """The clear links of the operations that are shown; to a behaviour directly where none to a perception is clear."""
    links = []
    for name in shown:
        felt = told.of(name, data.perceptions)
        links += [_link(data, row) for row in felt]
        if not felt:
            links += [_link(data, row, past=bool(data.perceptions)) for row in told.of(name, data.behaviours)]
    for name in data.perceptions:
        links += [_link(data, row) for row in told.of(name, data.behaviours)]
    ends = {end for link in links for end in (link.source, link.target)}
    perceptions = tuple(name for name in data.perceptions if name in ends)[:MOST_NODES]
    behaviours = tuple(name for name in data.behaviours if name in ends)[:MOST_NODES]
    operations = tuple(name for name in shown if name in ends)
    names = {*operations, *perceptions, *behaviours}
    return Chain(
        operations,
        perceptions,
        behaviours,
        tuple(link for link in links if link.source in names and link.target in names),
    )


def _link(data: ReportData, row: Row, *, past: bool = False) -> ChainLink:
    size = abs(row["elasticity"]) if row["elasticity"] is not None else 0.0
    clear = state_of(row["low"], row["high"], data.good(row["outcome"]))
    return ChainLink(row["cause"], row["outcome"], size, clear, past)


def _standings(data: ReportData) -> tuple[Standing, ...]:
    """Perceptions and behaviours in the last two periods that can be told, else over all."""
    found: list[Standing] = []
    for outcome in data.outcomes:
        kind: Literal["perception", "behaviour"] = (
            "perception" if outcome in data.perceptions else "behaviour"
        )
        move = latest(moves(data, outcome))
        if move is not None and move.whole["estimate"] is not None:
            row = move.whole
            clear = state_of(row["low"], row["high"], data.good(outcome))
            found.append(
                Standing(
                    outcome,
                    kind,
                    row["mean_to"],
                    row["mean_unit"] or row["unit"],
                    _amount(row),
                    clear,
                    move.periods,
                )
            )
            continue
        for row in data.rows(f"{kind}s", segment=None, **{kind: outcome})[:1]:
            unit = "" if row["unit"] == "NPS" else row["unit"]
            found.append(Standing(outcome, kind, row["value"], unit, None, "unsure", None))
    return tuple(found[:MOST_STANDINGS])


def _rests_on(data: ReportData) -> RestsOn | None:
    for row in data.rows("episodes")[:1]:
        heard = [each["n"] for each in data.rows("perceptions", segment=None)]
        known = max(heard, default=0)
        answered = known / row["episodes"] if heard and row["episodes"] else None
        return RestsOn(row["episodes"], row["customers"], row["first"], row["last"], answered)
    return None
