"""What the product promises of a kind of company, and which of it was not kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.proof.scenarios import Scenario
from benchmarks.proof.summary import Mean, Row, Stands
from benchmarks.proof.truth import question

BIASED = 4.0
"""Mean errors of a question further from zero than so many of their standard errors are no chance: some 90 are looked at."""

BIASED_LINK = 5.0
"""The same of single links without effect: the worst of some 500."""

COVERED = 0.93
FALSE = 0.05
_SURE = 2.0  # standard errors beyond a bound


def broken(scenario: Scenario, rows: Sequence[Row], stands: Sequence[Stands]) -> list[str]:
    """Every promise that was not kept and is not known not to be, with the number."""
    found = [each for row in rows for each in _of_row(scenario, row)]
    found += [
        ("robustness value", one.above)
        for one in stands
        if one.above.value - _SURE * one.above.standard_error > FALSE
    ]
    return [
        f"{scenario.name}: {what} ({mean.value:.3f} ± {mean.standard_error:.3f})"
        for what, mean in found
        if what not in scenario.known
    ]


def off(scenario: Scenario, row: Row, question: str) -> bool:
    """Whether estimates of a question are known to be off."""
    return question in (scenario.biased_in_segments if row.segments else scenario.biased)


def _of_row(scenario: Scenario, row: Row) -> Iterator[tuple[str, Mean]]:
    for name, mean in row.bias.items():
        if not off(scenario, row, name) and abs(mean.z) > BIASED:
            yield f"bias {name}", mean
    for name, mean in row.coverage.items():
        if not off(scenario, row, name) and mean.value + _SURE * mean.standard_error < COVERED:
            yield f"coverage {name}", mean
    worst = row.worst
    if (
        worst is not None
        and not off(scenario, row, question(worst.link))
        and abs(worst.error.z) > BIASED_LINK
    ):
        yield "bias without effect", worst.error
    if scenario.confounded is None:
        for what, mean in _levels(row):
            if mean.value - _SURE * mean.standard_error > FALSE:
                yield what, mean


def _levels(row: Row) -> Iterator[tuple[str, Mean]]:
    yield "false", row.false
    yield "false direct", row.false_direct
    yield "false via", row.false_via
    yield "robust in a segment" if row.segments else "robust", row.null_driver
