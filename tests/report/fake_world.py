"""What the made-up company is: names, labels and units, some of them hostile on purpose."""

from __future__ import annotations

from typing import NamedTuple

from lineofsight.reasons import Reason
from lineofsight.units import Unit, UnitKind


class Operation(NamedTuple):
    label: str
    function: str
    unit: str
    better: str
    mean: float
    sd: float
    strength: float


class Perception(NamedTuple):
    label: str
    measure: str
    statistic: str
    unit: str
    value: float
    mean: float


class Behaviour(NamedTuple):
    label: str
    kind: str
    unit: str
    effect_unit: str
    value: float


BRL = Unit("BRL", UnitKind.MONEY)
HOSTILE = "<script>alert('x')</script> & \"quotes\""

OPERATIONS = {
    "delivery_days": Operation("Days from order to delivery", "Logistics", "days", "lower", 12.5, 9.4, 1.0),
    "late": Operation("Delivered after the promised date", "Logistics", "%", "lower", 8.1, 27.0, 0.55),
    "carrier_handover": Operation(
        "Seller's handover to the carrier", "Logistics", "days", "lower", 3.2, 2.9, 0.12
    ),
    "freight_share": Operation(
        "Freight as a share of the price", "Pricing & fees", "%", "lower", 20.9, 15.0, -0.35
    ),
    "instalments": Operation(
        "Instalments offered", "Pricing & fees", "instalments", "higher", 2.9, 2.7, 0.05
    ),
    "photos": Operation("Photos in the listing", "Marketplace", "photos", "higher", 2.2, 1.7, 0.08),
    "description": Operation(
        "Length of the product's description, as written by the seller",
        "Marketplace",
        "words",
        "higher",
        132.0,
        90.0,
        0.02,
    ),
    "seller_rating": Operation(
        "Avaliação do vendedor (média móvel)", "Marketplace", "points", "higher", 4.05, 0.5, 0.62
    ),
    "stock_outs": Operation("Orders cancelled for want of stock", "Marketplace", "%", "lower", 0.6, 7.7, 0.2),
    "first_reply": Operation("Hours to the first reply", "Customer care", "hours", "lower", 9.7, 14.0, 0.33),
    "contacts": Operation("Contacts per solved case", "Customer care", "contacts", "lower", 2.1, 1.3, -0.1),
    "evil_<b>op</b>": Operation(HOSTILE, "Customer care", "minutes", "lower", 31.0, 22.0, 0.01),
}

PERCEPTIONS = {
    "satisfaction": Perception("Satisfaction with the order", "csat", "top-2-box", "per cent", 77.1, 4.09),
    "recommend": Perception("Would recommend", "nps", "NPS", "NPS", 31.4, 7.6),
    "ease": Perception("Ease of getting help", "ces", "agree (5–7)", "per cent", 64.9, 5.1),
}

BEHAVIOURS = {
    "returned": Behaviour("Ordered again within 180 days", "stay", "per cent", "percentage points", 6.8),
    "spend": Behaviour("Spend in the next 180 days", "buy_more", BRL, BRL, 11.42),
    "care_cost": Behaviour("Cost of care", "cost_to_serve", BRL, BRL, 3.87),
}

ATTRIBUTE = "customer_state"
LEVELS = (
    *("SP", "RJ", "MG", "RS", "PR", "SC", "BA"),
    *("Distrito Federal", "Espírito Santo", "Goiás & <i>outros</i>"),
)
SEGMENTS = tuple(f"{ATTRIBUTE} = {level}" for level in LEVELS)

NO_VARIATION = Reason.DIFFERS_FOR_FEW(share=0.998)
TOO_FEW = Reason.TOO_FEW(n=41, columns=99, needed=200)
