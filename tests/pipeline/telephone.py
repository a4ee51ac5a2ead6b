"""A telephone company, with the numbers of customers and of churn by service calls of the public churn data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

#: Customers who stayed and who left, by how often they called the service.
BY_CALLS = {
    0: (605, 92), 1: (1059, 122), 2: (672, 87), 3: (385, 44), 4: (90, 76), 5: (26, 40), 6: (8, 14), 7: (4, 5), 8: (1, 1), 9: (0, 2),
}  # fmt: skip

_PROJECT = """\
name: Telephone
tables: {customers: {path: customers.csv}}
episodes: {each: customers, key: id, customer: id, at: "date '2024-01-01'"}
operations:
  calls: {value: calls, unit: calls, better: lower, label: Service calls}
  minutes: {value: minutes, unit: minutes, better: higher}
behaviours: {stayed: {kind: stay, value: stayed, label: Stayed}}
"""


def telephone(folder: Path, engine: str = "duckdb", seed: int = 1) -> Path:
    """Writes the project: 3,333 customers in an order of chance; how long they talk goes with nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    customers = [
        (calls, there)
        for calls, found in BY_CALLS.items()
        for there, n in zip((1, 0), found, strict=True)
        for _ in range(n)
    ]
    rng = np.random.default_rng(seed)
    calls, stayed = rng.permutation(np.array(customers)).T
    minutes = np.round(rng.normal(180, 54, len(calls)), 1)
    columns = {"id": np.arange(len(calls)), "calls": calls, "minutes": minutes, "stayed": stayed}
    csv.write_csv(pa.table(columns), folder / "customers.csv")
    (folder / "lineofsight.yml").write_text(f"{_PROJECT}engine: {engine}\n", encoding="utf-8")
    return folder
