"""Rows about the run itself: episodes, drops, tables, columns, findings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lineofsight.reasons import Reason

from .fake_world import HOSTILE, LEVELS, NO_VARIATION

Row = dict[str, Any]
N = 95_813


def episodes_rows() -> list[Row]:
    return [
        {
            "anchored": 99_441,
            "episodes": N,
            "customers": 93_358,
            "buckets": 512,
            "anchored_customers": 96_096,
            "anchored_repeat_customers": 2_997,
            "first": datetime(2016, 9, 15),
            "last": datetime(2018, 8, 29),
            "per_year": 51_212.4,
        }
    ]


def drops_rows() -> list[Row]:
    return [
        {
            "step": "episodes",
            "name": "orders",
            "reason": Reason.LACKS(kind="at"),
            "n": 2_965,
            "of": 99_441,
        },
        {"step": "operations", "name": "instalments", "reason": NO_VARIATION, "n": N, "of": N},
        {
            "step": "perceptions",
            "name": "satisfaction",
            "reason": Reason.ANSWERS_LATE(value=14.0),
            "n": 55_571,
            "of": N,
        },
        {
            "step": "behaviours",
            "name": "returned",
            "reason": Reason.WINDOW_ENDS_AFTER(name="orders", at="2018-10-17"),
            "n": 34_806,
            "of": N,
        },
        {"step": "controls", "name": "paid", "reason": Reason.MADE_LATER(name=HOSTILE), "n": 3, "of": N},
    ]


def tables_rows() -> list[Row]:
    when = {"covers_from": datetime(2016, 9, 4), "covers_until": datetime(2018, 10, 17)}
    return [
        {"table": "orders_raw", "origin": "data/olist_orders_dataset.csv", "rows": 99_441, **when},
        {"table": "reviews", "origin": "data/olist_order_reviews_dataset.csv", "rows": 99_224, **when},
        {"table": "orders", "origin": "sql", "rows": 99_441, "covers_from": None, "covers_until": None},
    ]


def columns_rows() -> list[Row]:
    return [
        {"table": table, "column": f"{table}_column_{at}", "type": "VARCHAR", "filled": 99_000 - at}
        for table in ("orders_raw", "reviews", "orders")
        for at in range(8)
    ]


def findings_rows(felt: bool) -> list[Row]:
    rows = [
        (
            "driver",
            "delivery_days",
            "Days from order to delivery 10 % better (12.5 → 11.3 days) goes with +0.07 points of satisfaction (95 % interval 0.06 to 0.07), held equal: price, state, month and the other drivers.",
        ),
        (
            "money",
            "delivery_days",
            "Days from order to delivery 10 % better goes with BRL 1.2 million a year (95 % interval 1.1 to 1.4 million).",
        ),
        (
            "driver",
            "seller_rating",
            f"Avaliação do vendedor 10 % better goes with +0.04 points of satisfaction in {LEVELS[0]}.",
        ),
        ("response", "satisfaction", "42 % answered; those who waited longest answered least."),
        ("no effect", "description", "The length of the description cannot be told from nothing."),
        ("caution", None, f"One label holds markup: {HOSTILE}"),
    ]
    if not felt:
        rows = [("caution", None, "No perception was measured: the customer was skipped."), *rows[1:2]]
    return [{"rank": at, "kind": k, "subject": s, "sentence": t} for at, (k, s, t) in enumerate(rows, 1)]
