"""Anchors on the calendar: one per customer and period."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

from lineofsight.episodes.clock import Clock, Span, period_ends
from lineofsight.episodes.columns import AT, CUSTOMER, KEY
from lineofsight.error_codes import DataCode
from lineofsight.project.load import LoadedProject
from lineofsight.project.models import Period


def on_calendar(loaded: LoadedProject, customers: ir.Table, period: Period, data: Span | None) -> ir.Table:
    """One row per customer and whole period at whose end, the anchor, the customer is there.

    A customer is there from the instant `since`, and until just before the instant `until`; without a value of
    `until`, to this day. Without a value of `since` nothing can be said: the row has no anchor.

    Args:
        loaded: The project.
        customers: Canonical columns of the table of customers.
        period: Length of a period.
        data: What the other tables cover, which bounds a calendar without `first` and `last`.

    Raises:
        DataError: No whole period lies in the calendar.
    """
    episodes, clock = loaded.project.episodes, Clock.of(loaded)
    first = episodes.first or (clock.day(data.start) if data else None)
    last = episodes.last or (clock.day(data.end) if data else None)
    if first is None or last is None:
        raise loaded.error(
            DataCode.CALENDAR_WITHOUT_ENDS,
            "a calendar without dated tables needs 'first' and 'last'",
            "episodes",
        )
    ends = period_ends(period, first, last, clock)
    if not ends:
        raise loaded.error(
            DataCode.CALENDAR_TOO_SHORT,
            f"no whole {period} lies between {first} and {last}",
            "episodes",
            hint="set 'first' and 'last', or take a shorter period",
        )
    rows = _each_period(customers, ends)
    anchor = rows["end"]
    there = ibis.literal(True)
    if "since" in customers.columns:
        there &= rows["since"].isnull() | (rows["since"] <= rows["end"])
        anchor = rows["since"].isnull().ifelse(ibis.null("timestamp(6)"), rows["end"])
    if "until" in customers.columns:
        there &= rows["until"].isnull() | (rows["until"] > rows["end"])
    key = rows[CUSTOMER].cast("string") + "|" + rows["label"]
    keyed = rows.mutate(**{AT: anchor, KEY: key}).filter(there)
    return keyed.drop([name for name in ("since", "until", "label", "end") if name in keyed.columns])


def _each_period(customers: ir.Table, ends: list[tuple[str, dt.datetime]]) -> ir.Table:
    """Every customer with the label and the end of every period."""
    labels = ibis.array([ibis.literal(label) for label, _ in ends])
    instants = ibis.array([ibis.literal(end, "timestamp(6)") for _, end in ends])
    rows = customers.mutate(place=ibis.range(0, len(ends)).unnest())
    return rows.mutate(label=labels[rows["place"]], end=instants[rows["place"]]).drop("place")
