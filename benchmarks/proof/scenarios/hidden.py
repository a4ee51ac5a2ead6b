"""A variable that nobody declared is behind one operation and behind everything customers feel and do."""

from dataclasses import replace

from benchmarks.proof.scenarios.base import WORLD, Scenario, changed

CONFOUNDED = "music"


def hiding(strength: float) -> Scenario:
    """One whose variable explains about this share of what is left of the operation, and of each outcome.

    Every outcome's residual standard deviation is that of the base company; the declared control explains 2 to 3 %.
    """
    share = strength / (1 - strength)
    music = changed(WORLD, CONFOUNDED, hidden=strength**0.5, control=0.17, common=0.3)
    felt, stays, spend = WORLD.satisfaction, WORLD.stays, WORLD.spend
    moved = (share * 0.90) ** 0.5  # points; behaviours get their part of it by way of satisfaction
    world = replace(
        music,
        satisfaction=replace(felt, hidden=moved, control=0.16),
        stays=replace(stays, hidden=(share * 0.245) ** 0.5 - stays.satisfaction * moved, control=0.08),
        spend=replace(spend, hidden=(share * 1400.0) ** 0.5 - spend.satisfaction * moved, control=6.0),
    )
    return Scenario(
        f"hidden-{strength:.0%}".replace("%", ""),
        f"Confounded by an undeclared variable ({strength:.0%} of both)".replace("%", " %"),
        world,
        biased=frozenset({"A→C", "A→B", "direct", "via", "C→B"}),
        confounded=CONFOUNDED,
    )


SCENARIOS = tuple(hiding(strength) for strength in (0.01, 0.02, 0.04, 0.08))
