"""Rows that belong to nobody: ids that are written otherwise are found and said, not taken for customers who did nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lineofsight import Run

from .shop import PROJECT, Los, Row, Shop
from .test_no_estimate import run_of


def warnings(run: Run) -> list[dict[str, Any]]:
    return [row for row in run.table("warnings").rows() if row["kind"] == "link"]


def bought(shop: Shop, write: Callable[[int, str], str]) -> Shop:
    """A shop whose later orders come from a table of their own, with its own way to write customers."""
    rows: list[Row] = []
    for n, row in enumerate(shop.tables["orders"]):
        rows.append({**row, "customer_id": write(n, row["customer_id"])})
    shop.tables["sales"] = rows
    sales = "  sales: {path: data/sales.csv, covers: [2024-01-01, 2024-12-31]}\n"
    shop.text = PROJECT.replace("episodes:\n", f"{sales}episodes:\n", 1)
    shop.text = shop.text.replace("kind: stay, table: orders", "kind: stay, table: sales")
    return shop.write()


WAYS = [
    (lambda n, who: who.lower(), "'c"),
    (lambda n, who: f"{who} ", "'C"),
    (lambda n, who: f"00{who}", "'00C"),
]


@pytest.mark.parametrize(("write", "example"), WAYS)
def test_no_row_of_a_table_is_anybodys(
    los: Los, shop: Shop, write: Callable[[int, str], str], example: str
) -> None:
    run = run_of(bought(shop, write), los)
    (row,) = warnings(run)
    rows = len(shop.tables["sales"])
    assert (row["n"], row["share"]) == (rows, 1.0)
    assert row["sentence"].startswith(
        "No row of table 'sales' has the customer of any moment, as ids are written in two ways: " + example
    )
    assert row["sentence"] in {each["sentence"] for each in run.table("findings").rows()}


@pytest.mark.parametrize(("write", "example"), WAYS)
def test_some_rows_of_a_table_are_written_otherwise(
    los: Los, shop: Shop, write: Callable[[int, str], str], example: str
) -> None:
    shop = bought(shop, lambda n, who: write(n, who) if int(who[1:]) % 3 == 0 else who)
    rows = shop.tables["sales"]
    other = sum(int(row["customer_id"].strip().lstrip("0cC") or 0) % 3 == 0 for row in rows)
    (row,) = warnings(run_of(shop, los))
    assert row["n"] == other
    assert row["share"] == pytest.approx(other / len(rows))
    assert (
        f"of the {len(rows):,} rows of table 'sales' that were looked at have a customer that no moment has"
        in row["sentence"]
    )
    assert example in row["sentence"]
    said = los("check", shop.folder)
    assert "would belong to one if both were written alike" in said.out


def test_rows_of_others_are_no_trouble(los: Los, shop: Shop) -> None:
    shop = bought(shop, lambda n, who: who if n % 2 else f"X{n}")
    assert warnings(run_of(shop, los)) == []


def test_a_table_of_others_alone_is(los: Los, shop: Shop) -> None:
    (row,) = warnings(run_of(bought(shop, lambda n, who: f"X{n}"), los))
    assert row["sentence"] == (
        "No row of table 'sales' has the customer of any moment. What is made of it is missing or zero everywhere."
    )


def test_answers_whose_key_is_written_otherwise(los: Los, shop: Shop) -> None:
    for row in shop.tables["reviews"]:
        row["order_id"] = row["order_id"].lower() if row["order_id"].endswith("7") else row["order_id"]
    (row,) = warnings(run_of(shop.write(), los))
    assert (
        "rows of table 'reviews' that were looked at have a 'order_id' that no moment has" in row["sentence"]
    )
