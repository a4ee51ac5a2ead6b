"""The small projects that are spoilt, and their data in every format that is read."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FORMATS = ("csv", "parquet", "jsonl", "duckdb", "sqlite")
PROJECT = """\
name: Shop
currency: EUR
tables:
  orders: {path: orders.csv, covers: [2024-01-01, 2024-12-31]}
  reviews: {path: reviews.csv, incremental: false}
  spending:
    sql: select customer_id, avg(paid) as usual from orders group by 1
episodes:
  each: orders
  key: order_id
  customer: customer_id
  at: delivered_at
operations:
  delivery_days: {value: delivery_days, unit: days, better: lower, label: Delivery time, knots: [4], bands: [2, 5]}
  earlier: {table: orders, at: ordered_at, agg: count, over: 30 days, better: higher}
perceptions:
  satisfaction: {table: reviews, on: order_id, at: answered_at, value: stars, measure: csat, within: 7 days}
behaviours:
  returned: {kind: stay, table: orders, at: ordered_at, within: 60 days}
  spend: {kind: buy_more, table: orders, at: ordered_at, value: paid, within: 60 days}
controls: [paid, {half: "case when paid > 50 then 'more' else 'less' end"}]
segments: [region]
response: {margins: {region: {north: 50 %, south: 50 %}}}
value: {margin: 20 %, horizon: 12 months, discount_rate: 0.1}
estimation: {replicates: 100, seed: 1}
insist:
  - {cause: paid, outcome: returned, because: it is the price}
engine: {duckdb: {threads: 1}}
"""

Row = dict[str, Any]


def project_texts() -> list[str]:
    """Project files with every section: this one, and the commented one that `los init` writes."""
    template = resources.files("lineofsight.project").joinpath("template.yml").read_text(encoding="utf-8")
    return [PROJECT, template]


def tables(customers: int = 40) -> dict[str, list[Row]]:
    """Orders and their reviews."""
    rng = np.random.default_rng(3)
    orders: list[Row] = []
    reviews: list[Row] = []
    for customer in range(customers):
        for _ in range(4):
            day, wait, key = int(rng.integers(1, 29)), float(rng.gamma(4)), f"O{len(orders):04d}"
            month = int(rng.integers(1, 12))
            order: Row = {"order_id": key, "customer_id": f"C{customer:03d}"}
            order |= {"ordered_at": f"2024-{month:02d}-{day:02d} 10:00:00"}
            order |= {"delivered_at": f"2024-{month + 1:02d}-{day:02d} 12:00:00"}
            order |= {"delivery_days": round(wait, 3), "paid": round(float(rng.gamma(5, 10)), 2)}
            orders.append(order | {"region": ("north", "south")[customer % 2]})
            stars = int(np.clip(round(5 - wait / 3), 1, 5))
            answered = f"2024-{month + 1:02d}-{day:02d} 18:00:00"
            reviews.append({"order_id": key, "answered_at": answered, "stars": stars})
    return {"orders": orders, "reviews": reviews}


def write_table(rows: list[Row], file: Path, name: str, format_: str) -> None:
    """Writes rows, whose values may be anything, in one of the formats; what a format cannot hold becomes text."""
    columns = {key: [row.get(key) for row in rows] for key in rows[0]} if rows else {"order_id": []}
    match format_:
        case "csv":
            lines = [",".join(columns), *(",".join(map(_quoted, row.values())) for row in rows)]
            file.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
        case "jsonl":
            file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        case "parquet":
            pq.write_table(_arrow(columns), file)
        case "duckdb":
            with contextlib.closing(duckdb.connect(str(file))) as database:
                database.register("given", _arrow(columns))
                database.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
        case _:
            with contextlib.closing(sqlite3.connect(file)) as database:
                named = ", ".join('"' + key.replace('"', '""').replace("\0", "") + '"' for key in columns)
                database.execute(f"CREATE TABLE {name} ({named})")
                marks = ", ".join("?" * len(columns))
                values = [tuple(map(_bound, row.values())) for row in rows]
                database.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
                database.commit()


def _quoted(value: Any) -> str:
    text = "" if value is None else str(value)
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n\r') else text


def _arrow(columns: dict[str, list[Any]]) -> pa.Table:
    return pa.table({key: _array(values) for key, values in columns.items()})


def _array(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        texts = [
            None if value is None else str(value).encode("utf-8", "replace").decode() for value in values
        ]
        return pa.array(texts, pa.string())


def _bound(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return value if value is None or isinstance(value, float) or abs(value) < 2**63 else str(value)
