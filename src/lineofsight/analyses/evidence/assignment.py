"""Operations that were declared to be assigned by lot or by chance, and whether the episodes bear that out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lineofsight.model.design import PERIOD_NAME, Design
from lineofsight.model.population import View
from lineofsight.model.regression import fit
from lineofsight.project.models import Assigned
from lineofsight.stats.results import Estimate
from lineofsight.stats.wald import bootstrap_wald, p_value

UNBALANCED = 0.01
"""P-value from which on an operation that was assigned by lot goes with something that was there before."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """How an operation came to whom it came to, as the project declares it, and what the episodes say to that.

    Attributes:
        how: 'random' where lots were drawn, 'chance' where something else that customers have no part in decided.
        because: How that was.
        p_value: That it goes with nothing that was there before: controls and earlier behaviour. NaN where untested.
        strongest: The column that it goes with most.
        columns: How many were tested.
    """

    how: Literal["random", "chance"]
    because: str
    p_value: float = float("nan")
    strongest: str | None = None
    columns: int = 0

    @property
    def balanced(self) -> bool:
        """Whether it was tested, and goes with nothing that was there before."""
        return self.p_value >= UNBALANCED


@dataclass(frozen=True, slots=True)
class _BalanceTest:
    """Whether an operation goes with some columns: its p-value, and the column that it goes with most."""

    p_value: float
    strongest: str
    columns: int


def assignments(
    design: Design, everyone: View, declared: Mapping[str, Assigned], later: Collection[str] = ()
) -> dict[str, Assignment]:
    """Tests of balance: whatever was there before must say nothing of an operation that was assigned by lot.

    The operation is regressed on the controls, and on what customers did before; periods are held equal and not tested,
    as the share that gets it may change over time. All coefficients are tested together (Wald, with the covariance of
    the replicates).

    Args:
        design: The columns and outcomes.
        everyone: All episodes.
        declared: Operations that are assigned.
        later: Controls that are made after an outcome: lots may well have moved these.
    """
    return {name: _assignment(design, everyone, name, of, later) for name, of in declared.items()}


def _assignment(
    design: Design, everyone: View, name: str, of: Assigned, later: Collection[str]
) -> Assignment:
    tests = list(_balance_tests(design, everyone, name, later))
    if not tests:
        return Assignment(of.how, of.because)
    worst = min(tests, key=lambda test: test.p_value)
    columns = sum(test.columns for test in tests)
    return Assignment(of.how, of.because, min(1.0, worst.p_value * len(tests)), worst.strongest, columns)


def _balance_tests(
    design: Design, everyone: View, name: str, later: Collection[str]
) -> Iterator[_BalanceTest]:
    periods = {
        column for each in design.basis.categories if each.name == PERIOD_NAME for column in each.columns
    }
    controls = tuple(column for column in design.basis.controls_beside(later) if column != f"{name}?")
    yield from _balance_test(everyone, name, (), controls, periods)
    for info in design.pre_period.values():
        yield from _balance_test(everyone, name, (info.source,), (*periods, info.name), periods)


def _balance_test(
    everyone: View, name: str, observed: Sequence[str], columns: Sequence[str], untested: set[str]
) -> Iterator[_BalanceTest]:
    """The test of these columns, where there are any that can be told."""
    population = everyone.population(observed)
    found = fit(population, columns, (name,))
    by_column = {column: found.slope(column, name) for column in found.regressors if column not in untested}
    known = {column: slope for column, slope in by_column.items() if isinstance(slope, Estimate)}
    if not known:
        return
    slopes = list(known.values())
    together = bootstrap_wald(
        [slope.value for slope in slopes], [slope.replicates for slope in slopes], population.clusters
    )
    if together == together:  # not NaN
        yield _BalanceTest(
            together,
            min(known, key=lambda column: float(p_value(known[column].value, known[column].standard_error))),
            len(known),
        )
