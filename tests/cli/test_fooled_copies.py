"""Copies of moments and of rows are counted and told; nothing is dropped."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from .shop import Los, Shop
from .test_fooled import warnings
from .test_no_estimate import run_of, sentences


def doubled(shop: Shop) -> tuple[int, int]:
    """Every tenth order once more under another key, and every fifth ticket a second time."""
    orders, tickets = shop.tables["orders"], shop.tables["tickets"]
    more = [{**row, "order_id": f"{row['order_id']}x"} for row in orders[::10]]
    again = [dict(row) for row in tickets[::5]]
    orders += more
    tickets += again
    shop.write()
    return len(more), len(again)


def test_copies_are_counted_and_told_not_dropped(los: Los, shop: Shop) -> None:
    orders, tickets = doubled(shop)
    run = run_of(shop, los)
    moments, rows = warnings(run, "duplicate")
    assert (moments["n"], moments["share"]) == (orders, pytest.approx(orders / len(shop.tables["orders"])))
    assert (rows["n"], rows["share"]) == (tickets, pytest.approx(tickets / len(shop.tables["tickets"])))
    assert "rows of table 'tickets' repeat another in every column" in rows["sentence"]
    assert moments["kept_out"] == rows["kept_out"] == "no"
    assert moments["sentence"] in sentences(run) and rows["sentence"] in sentences(run)
    assert next(iter(run.episodes))["episodes"] == len(shop.tables["orders"])
    again = run_of(shop, los)  # from the stored episodes
    assert again.manifest["episodes_reused"]
    assert again.table("warnings").rows() == run.table("warnings").rows()


def same_event_twice(shop: Shop) -> int:
    """Every fifth ticket once more under an id of its own."""
    tickets = shop.tables["tickets"]
    tickets += [dict(row) for row in tickets[::5]]
    again = len(tickets) - shop_tickets(tickets)
    for n, row in enumerate(tickets):
        row["ticket_id"] = f"T{n:05d}"
    shop.write()
    return again


def shop_tickets(tickets: list[dict[str, Any]]) -> int:
    """Different ones."""
    return len({(row["customer_id"], row["opened_at"], row["hours"]) for row in tickets})


def test_the_same_event_under_another_id(los: Los, shop: Shop) -> None:
    again = same_event_twice(shop)
    run = run_of(shop, los)
    (row,) = warnings(run, "duplicate")
    assert (row["n"], row["kept_out"]) == (again, "no")
    assert row["share"] == pytest.approx(again / len(shop.tables["tickets"]))
    assert "rows of table 'tickets' repeat another in every column but 'ticket_id'" in row["sentence"]
    assert row["sentence"] in sentences(run)


def test_events_of_a_day_may_be_alike(los: Los, shop: Shop) -> None:
    same_event_twice(shop)
    for row in shop.tables["tickets"]:
        row["opened_at"] = row["opened_at"][:10]
    assert warnings(run_of(shop.write(), los), "duplicate") == []


def test_of_many_rows_those_of_some_instants_are_compared(
    los: Los, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    same_event_twice(shop)
    rows = len(shop.tables["tickets"])
    monkeypatch.setattr("lineofsight.engines.duplicates.MOST_COMPARED", rows // 2)
    (row,) = warnings(run_of(shop, los), "duplicate")
    taken = [r for r in shop.tables["tickets"] if _mixed(r["opened_at"]) < 2**32 * (rows // 2) // rows]
    assert rows / 4 < len(taken) < 3 * rows / 4
    assert row["n"] == len(taken) - shop_tickets(taken) > 0
    assert row["share"] == pytest.approx(row["n"] / len(taken))
    assert f", of the {len(taken)} of some instants that were compared," in row["sentence"]
    monkeypatch.setattr("lineofsight.engines.duplicates.MOST_SAMPLED", rows - 1)
    shop.tables["tickets"].append({**shop.tables["tickets"][0], "ticket_id": "T9"})
    assert warnings(run_of(shop.write(), los), "duplicate") == []


def _mixed(instant: str) -> int:
    seconds = dt.datetime.fromisoformat(instant).replace(tzinfo=dt.UTC).timestamp()
    return int(seconds) * 1_000_000 % 2**32


def test_a_few_copies_are_in_the_table_and_not_in_the_findings(los: Los, shop: Shop) -> None:
    shop.tables["orders"] *= 2
    for n, row in enumerate(map(dict, shop.tables["orders"])):
        shop.tables["orders"][n] = {**row, "order_id": f"O{n}", "paid": row["paid"] + n}
    first = shop.tables["orders"][0]
    shop.tables["orders"].append({**first, "order_id": "again"})
    run = run_of(shop.write(), los)
    (row,) = warnings(run, "duplicate")
    assert row["n"] == 1 and row["share"] < 0.001
    assert row["sentence"] not in sentences(run)
