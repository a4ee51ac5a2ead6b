"""A company for the recovery study: small enough to be run hundreds of times, its truth always the same."""

from __future__ import annotations

from lineofsight.simulate.design import Behaviour, Control, Design, Effect, Linear, Operation, Perception
from lineofsight.simulate.distributions import Distribution

_OPERATIONS = (
    Operation(
        "delivery_days",
        "Delivery time",
        "Logistics",
        "days",
        "lower",
        Distribution(1, 8, 3.5, 0.9),
        {"loyalty": -0.4, "carrier": 0.5},
        customer=0.65,
    ),
    Operation(
        "tracking_updates",
        "Tracking updates",
        "Logistics",
        "messages",
        "higher",
        Distribution(0, 12, 5, 0.7, decimals=0),
        {"loyalty": 0.3, "carrier": -0.6},
    ),
    Operation(
        "defect_rate",
        "Defects",
        "Product",
        "per 100 items",
        "lower",
        Distribution(0, 5, 2, 0.9),
        {"loyalty": -0.2},
        customer=0.65,
    ),
    Operation(
        "advice_minutes",
        "Advice before buying",
        "Store",
        "minutes",
        "higher",
        Distribution(2, 20, 10, 0.9),
        {"loyalty": 0.3},
        customer=0.65,
    ),
)

SMALL_COMPANY = Design(
    name="Modest (simulated)",
    currency="EUR",
    about="A small company for the recovery study.",
    factors=("loyalty",),
    moments=("carrier",),
    operations=_OPERATIONS,
    elapsed="delivery_days",
    controls=(Control("prior_spend", "loyalty", Distribution(0, 600, 200, 0.9, decimals=0)),),
    response=Linear(0.4, {"delivery_days": Effect(0.015)}, {"prior_spend": 0.0002}),
    perceptions=(
        Perception(
            "satisfaction",
            "csat",
            "Satisfaction with the order",
            Linear(
                3.2,
                {
                    "delivery_days": Effect(-0.18),
                    "defect_rate": Effect(-0.2),
                    "advice_minutes": Effect(0.03),
                },
                {"prior_spend": 0.0006},
                customer=0.2,
                noise=0.1,
            ),
            spread=0.0,
        ),
    ),
    stay=Behaviour(
        "returned",
        "stay",
        "Came back",
        Linear(
            0.5,
            {"delivery_days": Effect(-0.02), "advice_minutes": Effect(0.004)},
            {"prior_spend": 0.0003},
            {"satisfaction": 0.08},
            customer=0.06,
        ),
    ),
    spend=Behaviour(
        "spend",
        "buy_more",
        "Spent afterwards",
        Linear(
            60.0,
            {"defect_rate": Effect(-2.0), "advice_minutes": Effect(0.6)},
            {"prior_spend": 0.05},
            {"satisfaction": 8.0},
            customer=6.0,
        ),
    ),
    episodes=(0.5, 0.3, 0.2),
    habit=0.8,
)
