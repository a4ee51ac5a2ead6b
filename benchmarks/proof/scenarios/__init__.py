"""Every kind of company of the study; one file each."""

from benchmarks.proof.scenarios import (
    declared,
    hidden,
    knots,
    mixed,
    nothing,
    plain,
    repeated,
    silent,
    skewed,
    small,
    sorted,
    thresholds,
    unhappy,
    varied,
)
from benchmarks.proof.scenarios.base import NULL, Scenario

SCENARIOS: tuple[Scenario, ...] = (
    plain.SCENARIO,
    nothing.SCENARIO,
    small.SCENARIO,
    repeated.SCENARIO,
    skewed.SCENARIO,
    declared.SCENARIO,
    silent.SCENARIO,
    varied.SCENARIO,
    knots.SCENARIO,
    thresholds.SCENARIO,
    sorted.SCENARIO,
    mixed.SCENARIO,
    unhappy.SCENARIO,
    *hidden.SCENARIOS,
)

__all__ = ["NULL", "SCENARIOS", "Scenario"]
