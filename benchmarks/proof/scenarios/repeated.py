"""Few customers, each many times, much of it the customer's own."""

from dataclasses import replace

from benchmarks.proof.scenarios.base import WORLD, Scenario

SCENARIO = Scenario(
    "repeated",
    "Many episodes per customer",
    replace(
        WORLD,
        operations=tuple(replace(each, customer=0.7) for each in WORLD.operations),
        satisfaction=replace(WORLD.satisfaction, customer=0.7, noise=0.7),
        stays=replace(WORLD.stays, customer=0.1),
        spend=replace(WORLD.spend, customer=9.0),
        customers=400,
        episodes=12.0,
    ),
)
