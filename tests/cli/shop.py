"""A small project to be spoilt: its file, its tables, and what the command says of it."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

PROJECT = """\
name: Corner shop
currency: EUR
tables:
  orders: {path: data/orders.csv, covers: [2024-01-01, 2024-12-31]}
  reviews: {path: data/reviews.csv, covers: [2024-01-01, 2024-12-31]}
  tickets: {path: data/tickets.csv, covers: [2024-01-01, 2024-12-31]}
episodes:
  each: orders
  key: order_id
  customer: customer_id
  at: delivered_at
operations:
  delivery_days:
    value: delivery_days
    unit: days
    better: lower
    function: Logistics
  page_seconds:
    value: page_seconds
    unit: seconds
    better: lower
  tickets_open:
    table: tickets
    at: opened_at
    agg: count
    over: 30 days
    unit: tickets
    better: lower
perceptions:
  satisfaction:
    table: reviews
    on: order_id
    at: answered_at
    value: stars
    measure: csat
    within: 7 days
behaviours:
  returned: {kind: stay, table: orders, at: ordered_at, within: 60 days}
  spend: {kind: buy_more, table: orders, at: ordered_at, value: paid, within: 60 days}
controls: [paid]
segments: [region]
value: {margin: 20 %, horizon: 12 months}
estimation: {replicates: 100}
"""

Row = dict[str, Any]
START = dt.datetime(2024, 1, 1)


def _time(days: float) -> str:
    return (START + dt.timedelta(days=float(days))).strftime("%Y-%m-%d %H:%M:%S")


def tables(customers: int, seed: int = 5) -> dict[str, list[Row]]:
    rng = np.random.default_rng(seed)
    orders: list[Row] = []
    reviews: list[Row] = []
    tickets: list[Row] = []
    for customer in range(customers):
        day = rng.uniform(0, 60)
        while day < 330:
            wait, page = rng.gamma(4, 1.0) + 1, rng.gamma(3, 0.8) + 0.5
            key = f"O{len(orders) + 1:05d}"
            orders.append(
                {
                    "order_id": key,
                    "customer_id": f"C{customer:04d}",
                    "ordered_at": _time(day),
                    "delivered_at": _time(day + wait),
                    "delivery_days": round(wait, 3),
                    "page_seconds": round(page, 3),
                    "paid": round(rng.gamma(5, 10), 2),
                    "region": ("north", "south")[customer % 2],
                }
            )
            if rng.random() < 0.2:
                tickets.append(
                    {
                        "customer_id": f"C{customer:04d}",
                        "opened_at": _time(day + 0.5),
                        "hours": round(rng.gamma(2, 9), 1),
                    }
                )
            if rng.random() < 0.6:
                stars = int(np.clip(round(5.4 - 0.35 * wait + rng.normal(0, 0.9)), 1, 5))
                reviews.append(
                    {"order_id": key, "answered_at": _time(day + wait + rng.uniform(0.1, 5)), "stars": stars}
                )
            day += rng.exponential(60 + 8 * wait) + 8
    return {"orders": orders, "reviews": reviews, "tickets": tickets}


@dataclass(frozen=True)
class Said:
    """What a command ended with and printed."""

    status: int
    out: str
    err: str


@dataclass
class Shop:
    """A small project in a folder: its file and its tables, to be spoilt by a test."""

    folder: Path
    text: str = PROJECT
    tables: dict[str, list[Row]] = field(default_factory=lambda: tables(150))

    @property
    def file(self) -> Path:
        return self.folder / "lineofsight.yml"

    def write(self) -> Shop:
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        self.write_file()
        for name, rows in self.tables.items():
            with (self.folder / "data" / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(stream, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        return self

    def write_file(self) -> Path:
        """Writes the project file alone, so that the tables are as old as they were."""
        self.file.write_text(self.text, encoding="utf-8")
        return self.folder

    def say(self, old: str, new: str) -> Shop:
        """Changes the project file."""
        assert self.text.count(old) == 1, f"{self.text.count(old)} times in the project file: {old!r}"
        self.text = self.text.replace(old, new)
        return self.write()

    def change(self, table: str, column: str, make: Callable[[int, Row], Any]) -> Shop:
        """Makes a column of a table anew, from each row and its number."""
        for number, row in enumerate(self.tables[table]):
            row[column] = make(number, row)
        return self.write()

    def line(self, start: str) -> int:
        """The line of the project file that starts with this, counted from 1."""
        return next(n for n, row in enumerate(self.text.splitlines(), 1) if row.strip().startswith(start))

    @property
    def left(self) -> list[str]:
        """Every file and folder in `runs` and the working folder that is half-written."""
        found = [*self.folder.glob("runs/.*"), *self.folder.glob("runs/*.parquet")]
        found += [p for p in self.folder.glob(".lineofsight/*") if "partial" in p.name or "spill" in p.name]
        return sorted(str(path.relative_to(self.folder)) for path in found)

    @property
    def runs(self) -> list[Path]:
        return sorted(self.folder.glob("runs/*"))


Los = Callable[..., Said]
