"""The demo's company: a retailer of ten operations in six functions, with what its customers feel and do because of them."""

from __future__ import annotations

from lineofsight.simulate.design import (
    Behaviour,
    Calendar,
    Control,
    Design,
    Effect,
    Linear,
    Operation,
    Perception,
    Segment,
    Touchpoint,
)
from lineofsight.simulate.distributions import Distribution

_ABOUT = """\
A retailer with shops and a web shop, as its back office would export it: orders, deliveries, payments, service
tickets, page visits, a survey that one order in seven answers, and what customers bought and asked afterwards.
Loyal customers are served faster and come back more often anyway: a confounder, declared under 'controls'.
Three of the ten operations do nothing, though they look as if they did. Can you tell which?"""

_OPERATIONS = (
    Operation(
        "delivery_days",
        "Delivery time",
        "Logistics",
        "days",
        "lower",
        Distribution(1, 10, 3.8, 0.85),
        {"loyalty": -0.35, "carrier": 0.5},
        source="deliveries",
    ),
    Operation(
        "tracking_updates",
        "Tracking updates",
        "Logistics",
        "messages",
        "higher",
        Distribution(0, 12, 5, 0.7, decimals=0),
        {"loyalty": 0.2, "carrier": -0.6},
        source="deliveries",
    ),
    Operation(
        "resolution_hours",
        "Time to resolve a ticket",
        "Service",
        "hours",
        "lower",
        Distribution(1, 72, 26, 1.0),
        {"loyalty": -0.3, "service": 0.5},
        source=Touchpoint("tickets", "resolved_at", "resolution_hours", share=0.4, rows=2),
        knot=24,
        note="Most orders have no ticket. That is a fact of its own, kept as a column: such orders are not left out.",
    ),
    Operation(
        "call_wait_minutes",
        "Wait on the phone",
        "Service",
        "minutes",
        "lower",
        Distribution(0, 20, 4, 0.9),
        {"loyalty": -0.2, "service": 0.6},
    ),
    Operation(
        "defect_rate",
        "Defects",
        "Product",
        "per 100 items",
        "lower",
        Distribution(0, 6, 1.8, 0.8),
        {"loyalty": -0.2, "range": 0.5},
    ),
    Operation(
        "product_photos",
        "Photos of a product",
        "Product",
        "photos",
        "higher",
        Distribution(1, 14, 6, 0.7, decimals=0),
        {"range": -0.6},
    ),
    Operation(
        "stock_availability",
        "Basket in stock",
        "Store",
        "share",
        "higher",
        Distribution(0.4, 1.15, 0.86, 0.8, cap=1.0, decimals=2),
        {"loyalty": 0.2, "shop": 0.4},
        limit=1.0,
        note="A share cannot get better than 1.",
    ),
    Operation(
        "advice_minutes",
        "Advice before buying",
        "Store",
        "minutes",
        "higher",
        Distribution(0, 24, 8, 0.8),
        {"loyalty": 0.3, "shop": 0.4},
    ),
    Operation(
        "page_seconds",
        "Page load",
        "Digital",
        "seconds",
        "lower",
        Distribution(0.5, 7, 2.2, 0.8),
        {"loyalty": -0.15},
        source=Touchpoint("visits", "visited_at", "page_seconds", rows=3),
    ),
    Operation(
        "payment_seconds",
        "Time to confirm a payment",
        "Billing",
        "seconds",
        "lower",
        Distribution(5, 120, 35, 0.8),
        {"loyalty": -0.2},
        source="payments",
    ),
)

_CONTROLS = (
    Control("prior_spend", "loyalty", Distribution(0, 900, 240, 0.9, decimals=0)),
    Control("tier", "loyalty", levels=("basic", "silver", "gold"), cuts=(0.2, 1.1), load=0.7),
)

_SATISFACTION = Linear(
    3.75,
    {
        "delivery_days": Effect(
            -0.08, by_level={"North": -0.03, "South": -0.13, "East": -0.08, "West": -0.08, "Capital": -0.11}
        ),
        "resolution_hours": Effect(bend=-0.015, presence=-0.1),
        "defect_rate": Effect(-0.09),
        "stock_availability": Effect(0.45),
        "page_seconds": Effect(-0.03),
    },
    {"prior_spend": 0.0002, "tier": {"silver": 0.04, "gold": 0.1}},
    customer=0.12,
    noise=0.12,
)

_RECOMMENDATION = Linear(
    14.0,
    {
        "delivery_days": Effect(-2.6),
        "resolution_hours": Effect(bend=-0.45, presence=-3.0),
        "defect_rate": Effect(-4.0),
        "advice_minutes": Effect(1.0),
        "payment_seconds": Effect(-0.12),
    },
    {"prior_spend": 0.006, "tier": {"silver": 1.5, "gold": 3.0}},
    customer=5.0,
    noise=5.0,
)

_RETURNED = Linear(
    0.56,
    {
        "delivery_days": Effect(-0.007),
        "resolution_hours": Effect(bend=-0.0016),
        "stock_availability": Effect(0.12),
        "page_seconds": Effect(-0.009),
    },
    {"prior_spend": 0.0001, "tier": {"silver": 0.03, "gold": 0.06}},
    {"satisfaction": 0.055, "recommendation": 0.0006},
    customer=0.06,
)

_SPEND = Linear(
    68.0,
    {
        "delivery_days": Effect(-0.8),
        "stock_availability": Effect(20.0),
        "advice_minutes": Effect(0.5),
        "page_seconds": Effect(-1.2),
    },
    {"prior_spend": 0.04, "tier": {"silver": 2.0, "gold": 5.0}},
    {"satisfaction": 6.0, "recommendation": 0.06},
    customer=3.0,
)

_SERVICE_COST = Linear(
    7.0,
    {
        "resolution_hours": Effect(bend=0.06, presence=0.8),
        "defect_rate": Effect(0.5),
        "payment_seconds": Effect(0.02),
    },
    {"tier": {"silver": 0.1, "gold": 0.2}},
    {"satisfaction": -0.8},
    customer=0.5,
)

RETAILER = Design(
    name="Harbour Goods (simulated)",
    currency="EUR",
    about=_ABOUT,
    factors=("loyalty",),
    moments=("carrier", "service", "range", "shop"),
    operations=_OPERATIONS,
    elapsed="delivery_days",
    controls=_CONTROLS,
    segment=Segment("region", {"North": 0.2, "South": 0.25, "East": 0.15, "West": 0.2, "Capital": 0.2}),
    response=Linear(
        0.15,
        {"delivery_days": Effect(0.006), "advice_minutes": Effect(0.001)},
        {"prior_spend": 0.00005, "tier": {"silver": 0.015, "gold": 0.03}},
    ),
    perceptions=(
        Perception("satisfaction", "csat", "Satisfaction with the order", _SATISFACTION, spread=0.06),
        Perception("recommendation", "nps", "Would recommend us", _RECOMMENDATION, spread=0.28),
    ),
    stay=Behaviour("returned", "stay", "Came back", _RETURNED),
    spend=Behaviour("spend", "buy_more", "Spent afterwards", _SPEND),
    cost=Behaviour("service_cost", "cost_to_serve", "Cost of contacts", _SERVICE_COST),
    episodes=(0.4, 0.3, 0.2, 0.1),
    habit=0.5,
    calendar=Calendar(uncovered=0.02, strays=0.02),
    csv=frozenset({"customers", "answers", "contacts"}),
)
