"""Kinds of company, each as the smallest project whose run has it. `KINDS` names them all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from lineofsight.simulate import small_company, write_company
from pipeline.parcels import parcels

from .marketplace import marketplace

ESTIMATION = {"replicates": 100, "buckets": 128}


def _skipped(folder: Path) -> Path:
    """A simulated company that asks nobody how it was."""
    write_company(small_company(np.random.default_rng(1), 400), folder)
    path = folder / "lineofsight.yml"
    file = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # "on" is a key
    del file["perceptions"], file["tables"]["answers"]
    path.write_text(yaml.safe_dump({**file, "estimation": ESTIMATION}, sort_keys=False), encoding="utf-8")
    return folder


def _visits(folder: Path, *, silent: int = 0, varies: bool = True, n: int = 1200) -> Path:
    """Visits of which each is rated, but for the first few: long waits are felt, and photos are not.

    No control is declared. Where nothing `varies`, everybody waits as long, feels as good and stays.
    """
    rng = np.random.default_rng(3)
    hours, photos = rng.gamma(4, 2, n).round(2), rng.poisson(5, n)
    rating = (4.8 - 0.15 * hours + rng.normal(0, 0.8, n)).round().clip(1, 5)
    table = pd.DataFrame({
        "visit": np.arange(n), "guest": np.arange(n) % (n * 2 // 3), "hours": hours, "photos": photos,
        "rating": rating, "kept": (rng.random(n) < 0.15 * rating).astype(int),
        "seen": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D"),
        "region": np.where(np.arange(n) % 2, "north", "south"),
    })  # fmt: skip
    if not varies:
        table = table.assign(hours=2.0, photos=3, rating=4.0, kept=1)
    table.loc[: silent - 1, "rating"] = np.nan
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "visits.csv", index=False)
    file = {
        "name": "Visits",
        "tables": {"visits": {"path": "visits.csv"}},
        "episodes": {"each": "visits", "key": "visit", "customer": "guest", "at": "seen"},
        "operations": {
            "hours": {"value": "hours", "label": "Waiting time", "unit": "hours", "better": "lower"},
            "photos": {"value": "photos", "label": "Photos", "unit": "photos", "better": "higher"},
        },
        "perceptions": {"rating": {"value": "rating", "label": "Rating", "measure": "csat"}},
        "behaviours": {"kept": {"kind": "stay", "value": "kept", "label": "Stayed"}},
        "segments": ["region"],
        "estimation": ESTIMATION,
    }  # fmt: skip
    (folder / "lineofsight.yml").write_text(yaml.safe_dump(file, sort_keys=False), encoding="utf-8")
    return folder


def _accounts(folder: Path, accounts: int = 120, months: int = 14) -> Path:
    """One business sells to others: few accounts, one episode a month for each."""
    rng = np.random.default_rng(4)
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"Account {at:03d}" for at in range(accounts)]
    start = pd.Timestamp("2024-01-01")
    month = pd.to_timedelta(np.tile(np.arange(months) * 30.4, accounts), unit="D")
    who = np.repeat(names, months)
    hours = rng.gamma(3, 4, (accounts, 1)) + rng.gamma(2, 3, (accounts, months))
    score = (9.5 - 0.15 * hours + rng.normal(0, 1.2, hours.shape)).round().clip(0, 10).ravel()
    amount = (900 - 15 * hours + 20 * rng.normal(size=hours.shape)).clip(10).ravel().round(2)
    asked = rng.random(len(who)) < 0.4
    pd.DataFrame({"account": names, "size": rng.choice(["large", "small"], accounts)}).to_csv(
        folder / "accounts.csv", index=False
    )
    for name, at, values in (
        ("tickets", 5, {"hours": hours.ravel().round(2)}),
        ("surveys", 33, {"score": score}),
        ("invoices", 50, {"amount": amount}),
    ):
        when = start + month + pd.Timedelta(days=at)
        table = pd.DataFrame({"account": who, "day": when, **values})
        (table[asked] if name == "surveys" else table).to_csv(folder / f"{name}.csv", index=False)
    cover = {"covers": ["2024-01-01", "2025-04-30"]}
    file = {
        "name": "Accounts",
        "currency": "EUR",
        "tables": {
            "accounts": {"path": "accounts.csv"},
            **{name: {"path": f"{name}.csv", **cover} for name in ("tickets", "surveys", "invoices")},
        },
        "episodes": {
            "every": "month", "customers": "accounts", "customer": "account", "first": "2024-02-01", "last": "2025-01-01",
        },
        "operations": {
            "hours": {
                "label": "Hours to a fix", "table": "tickets", "at": "day", "agg": "mean", "value": "hours",
                "over": "31 days", "unit": "hours", "better": "lower", "function": "Support",
            },
        },
        "perceptions": {
            "recommend": {
                "label": "Would recommend", "measure": "nps", "table": "surveys", "at": "day", "value": "score",
                "within": "14 days",
            },
        },
        "behaviours": {
            "spend": {
                "label": "Invoiced", "kind": "buy_more", "table": "invoices", "at": "day", "value": "amount",
                "within": "60 days",
            },
        },
        "controls": ["size"],
        "segments": ["size"],
        "value": {"margin": "30 %", "horizon": "12 months"},
        "estimation": ESTIMATION,
    }  # fmt: skip
    (folder / "lineofsight.yml").write_text(yaml.safe_dump(file, sort_keys=False), encoding="utf-8")
    return folder


def _touchpoints(folder: Path) -> Path:
    """A touchpoint's perception leads to that of the whole company."""

    def change(file: dict[str, Any]) -> None:
        file["estimation"] = ESTIMATION

    return parcels(folder, orders=1500, change=change)


KINDS: dict[str, Callable[[Path], Path]] = {
    "marketplace": marketplace,
    "skipped": _skipped,
    "constant": partial(_visits, varies=False),
    "all answered": _visits,
    "nearly all answered": partial(_visits, silent=3),
    "accounts": _accounts,
    "touchpoints": _touchpoints,
}
