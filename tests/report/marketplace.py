"""A marketplace with everything: names that are hostile, effects that are planted, customers who do not answer.

It is run as any other project. What is planted, and where a report shows it:

- slower delivery is felt and is followed by fewer returns, beyond 12 days more steeply, and got slower in the last quarter;
- dear freight pays and is felt: extracted, not earned;
- lots were drawn for parcels that come late, and chance decided who got a quick first reply;
- who waited long for a first reply is angrier by more than a line, and answers more: weights move its effect;
- who did not answer spends the less, the longer a parcel took: the silent are not as those who were heard;
- instalments never vary, opening hours hardly, and whoever pays by voucher is never asked;
- the same people rate the order and would recommend it; a few of them have no opinion on how easy it was.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

HOSTILE = "<script>alert('x')</script> & \"quotes\""
NAME = "Olist & Söhne <Marketplace>"

#: Name → label, function, unit, better.
OPERATIONS = {
    "delivery_days": ("Days from order to delivery", "Logistics", "days", "lower"),
    "late": ("Delivered after the promised date", "Logistics", "parcels", "lower"),
    "carrier_handover": ("Seller's handover to the carrier; by day", "Logistics", "days", "lower"),
    "freight_share": ("Freight as a share of the price", "Pricing & fees", "%", "higher"),
    "instalments": ("Instalments offered", "Pricing & fees", "instalments", "higher"),
    "photos": ("Photos in the listing", "Marketplace", "photos", "higher"),
    "description": (
        "Length of the product's description, as written by the seller", "Marketplace", "words", "higher",
    ),
    "seller_rating": ("Avaliação do vendedor (média móvel)", "Marketplace", "points", "higher"),
    "opening_hours": ("Opening hours of sellers, a week", "Marketplace", "hours", "higher"),
    "first_reply": ("Часы до первого ответа 客服", "Customer care", "hours", "lower"),
    "contacts": ("Contacts per solved case", "Customer care", "contacts", "lower"),
    "evil": (HOSTILE, "Customer care", "minutes", "lower"),
}  # fmt: skip
NEVER_VARIES = "instalments"
LOTS = {
    "late": {"how": "random", "because": "lots drawn at the depot, by parcel"},
    "first_reply": {"how": "chance", "because": "whoever was free took the call"},
}

PERCEPTIONS = {
    "satisfaction": ("Satisfaction with the order", "csat"),
    "recommend": ("Would recommend", "nps"),
    "ease": ("Ease of getting help", "ces"),
}
BEHAVIOURS = {
    "returned": "Ordered again within 180 days",
    "spend": "Spend in the next 180 days",
    "care_cost": "Cost of care",
}

ATTRIBUTE = "customer_state"
LEVELS = ("SP", "RJ", "MG", "BA", "Distrito Federal", "Espírito Santo", "Goiás & <i>outros</i>")
SHARES = np.array([0.3, 0.2, 0.15, 0.14, 0.1, 0.1, 0.01])
SEGMENTS = tuple(f"{ATTRIBUTE} = {level}" for level in LEVELS)
SEGMENT = SEGMENTS[0]
START = pd.Timestamp("2017-10-01 09:00:00")


def marketplace(folder: Path, orders: int = 4000, seed: int = 5) -> Path:
    """Writes the project."""
    (folder / "data").mkdir(parents=True)
    made = _orders(orders, np.random.default_rng(seed))
    for name, table in made.items():
        table.to_csv(folder / "data" / f"{name}.csv", index=False)
    (folder / "lineofsight.yml").write_text(
        yaml.safe_dump(_file(), sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    return folder


def _file() -> dict[str, Any]:
    def answer(name: str) -> dict[str, Any]:
        label, measure = PERCEPTIONS[name]
        return {
            "label": label, "measure": measure, "table": "reviews", "on": "order_id", "at": "answered_at",
            "value": name, "where": f"{name} is not null", "within": "14 days",
        }  # fmt: skip

    later = {"table": "next_orders", "on": "order_id", "at": "ordered_at", "within": "180 days"}
    operations = {
        name: {"label": label, "function": function, "value": name, "unit": unit, "better": better}
        | ({"assigned": LOTS[name]} if name in LOTS else {})
        for name, (label, function, unit, better) in OPERATIONS.items()
    }
    operations["delivery_days"]["knots"] = [12]
    return {
        "name": NAME,
        "currency": "BRL",
        "tables": {
            "orders_raw": {"path": "data/orders.csv"},
            "reviews": {"path": "data/reviews.csv"},
            "next_orders": {"path": "data/next_orders.csv", "covers": ["2017-10-01", "2019-03-20"]},
            "orders": {"sql": "select * from orders_raw"},
        },
        "episodes": {"each": "orders", "key": "order_id", "customer": "customer_id", "at": "delivered_at"},
        "operations": operations,
        "perceptions": {name: answer(name) for name in PERCEPTIONS},
        "behaviours": {
            "returned": {"kind": "stay", "label": BEHAVIOURS["returned"], **later},
            "spend": {"kind": "buy_more", "label": BEHAVIOURS["spend"], "value": "paid", **later},
            "care_cost": {"kind": "cost_to_serve", "label": BEHAVIOURS["care_cost"], "value": "care_cost"},
        },
        "controls": ["paid", ATTRIBUTE, "payment"],
        "segments": [ATTRIBUTE],
        "response": {"margins": {ATTRIBUTE: dict(zip(LEVELS, SHARES.tolist(), strict=True))}},
        "value": {"margin": "20 %", "horizon": "12 months", "discount_rate": "10 %"},
        "estimation": {"replicates": 100, "buckets": 128, "seed": 20260314},
    }  # fmt: skip


def _orders(n: int, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    customers = n * 3 // 4
    who = np.concatenate([np.arange(customers), rng.integers(0, customers, n - customers)])
    state = rng.choice(len(LEVELS), size=customers, p=SHARES)[who]
    at = rng.uniform(0, 364, n)
    days = rng.gamma(5, 2.1, n) + 2.5 * (at >= 273)
    did = {
        "delivery_days": days,
        "late": (rng.random(n) < 0.3).astype(float),
        "carrier_handover": rng.gamma(3, 1.05, n),
        "freight_share": rng.gamma(6, 3.5, n),
        "instalments": np.full(n, 3.0),
        "photos": rng.poisson(2.2, n) + 1.0,
        "description": rng.gamma(4, 33, n),
        "seller_rating": rng.normal(4.05, 0.5, n).clip(1, 5),
        "opening_hours": rng.normal(60, 0.25, n),
        "first_reply": rng.gamma(1.2, 8, n),
        "contacts": rng.poisson(1.1, n) + 1.0,
        "evil": rng.gamma(3, 10, n),
    }
    paid = rng.gamma(4, 30, n)
    voucher = rng.random(n) < 0.03
    beyond = np.maximum(days - 12, 0)
    felt = (
        4.9 - 0.02 * days - 0.13 * beyond - 0.45 * did["late"] - 0.012 * (did["freight_share"] - 21)
        - 0.0014 * did["first_reply"] ** 2 + 0.35 * (did["seller_rating"] - 4) - 0.06 * did["contacts"]
        + 0.1 * (state == 1) + rng.normal(0, 0.7, n)
    )  # fmt: skip
    stars = felt.round().clip(1, 5)
    back = 0.28 + 0.07 * (stars - 4) - 0.006 * (days - 12.5) - 0.03 * did["late"] + 0.03 * (state == 2)
    returned = rng.random(n) < back.clip(0.02, 0.95)
    asked = ~voucher & (rng.random(n) < 1 / (1 + np.exp(1.3 - 0.12 * did["first_reply"] - 0.1 * (5 - stars))))
    basket = 60 + 6 * (stars - 4) + 1.6 * (did["freight_share"] - 21) - 4 * ~asked * (days - 12.5)
    spend = np.where(returned, 30 * (basket + rng.normal(0, 12, n)).clip(5), 0)
    cost = (
        4 - 0.5 * (stars - 4) + 0.9 * did["contacts"] + 0.05 * did["first_reply"] + rng.normal(0, 1.5, n)
    ).clip(0)
    delivered = START + pd.to_timedelta(at, unit="D")
    keys = np.array([f"O{row:05d}" for row in range(n)])
    gone = rng.random(n) < 0.03
    helped = asked & (rng.random(n) < 0.95)
    reviews = pd.DataFrame(
        {
            "order_id": keys,
            "answered_at": delivered + pd.to_timedelta(rng.uniform(0.5, 12, n), unit="D"),
            "satisfaction": pd.Series(np.where(asked, stars, np.nan)).astype("Int64"),
            "recommend": pd.Series(
                np.where(asked, (1.1 + 1.6 * felt + rng.normal(0, 1, n)).round().clip(0, 10), np.nan)
            ).astype("Int64"),
            "ease": pd.Series(
                np.where(helped, (5.6 - 0.25 * did["contacts"] - 0.01 * did["evil"] + rng.normal(0, 1, n)).round().clip(1, 7), np.nan)
            ).astype("Int64"),
        }
    )  # fmt: skip
    orders = pd.DataFrame({
        "order_id": keys, "customer_id": [f"C{each:05d}" for each in who], "delivered_at": delivered.where(~gone),
        "paid": paid.round(2), ATTRIBUTE: np.array(LEVELS)[state], "payment": np.where(voucher, "voucher", "card"),
        "care_cost": cost.round(2), **{name: values.round(3) for name, values in did.items()},
    })  # fmt: skip
    later = pd.DataFrame(
        {
            "order_id": keys,
            "ordered_at": delivered + pd.to_timedelta(rng.uniform(16, 150, n), unit="D"),
            "paid": spend.round(2),
        }
    )[returned]
    return {"orders": orders, "reviews": reviews[asked], "next_orders": later}
