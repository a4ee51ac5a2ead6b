"""How sure a claim is: the rules for each level of evidence.

associated < adjusted < robust < quasi-experimental < experimental. A claim has the highest level whose every condition
it meets; the conditions it meets and the first that keeps it from the next level are told with it. The rules are
written down in docs/explanation/evidence.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from lineofsight.analyses.evidence.assignment import Assignment
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.multiplicity import FALSE_DISCOVERIES

Level = Literal["associated", "adjusted", "robust", "quasi-experimental", "experimental"]

LEVELS: tuple[Level, ...] = ("associated", "adjusted", "robust", "quasi-experimental", "experimental")

WEAKEST_HIDDEN = 0.02
"""A hidden factor that explains less than this of what is left of cause and outcome must not undo a robust claim."""

FEWEST_CUSTOMERS = 100
"""With fewer customers, intervals and what a hidden factor could do are too rough for more than *adjusted*."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is known about one claim.

    Attributes:
        adjusted: Whether anything but the operations is held equal.
        clear: Whether the interval lies on one side of zero.
        own_p: The p-value counted among all totals of the same cause (Holm 1979): over outcomes and segments.
        q_value: Of false discovery among all claims of the run; NaN where there is none.
        robustness: Share of both that a hidden factor must explain to bring the interval to zero; NaN where unknown.
        benchmark: The strongest observed control; None where there is none.
        outlives_benchmark: Whether the interval stays clear of zero beside a hidden factor as strong as that control.
        reversed_by: The attribute within whose segments the effect goes the other way round, if one does.
        rare: Whether the outcome happens too seldom for the model.
        customers: How many customers it rests on; groups of them where they are many.
        against: Further findings that speak against the claim.
        support: Further findings that speak for it.
        kept_out: Declared controls that are not held equal, for seeming to be known only afterwards.
        assigned: How the cause was assigned; None where that is not declared, or the claim is no total of it.
        ordered: Whether times, or the project file, say that the cause came first.
    """

    adjusted: bool
    clear: bool
    q_value: float
    robustness: float
    own_p: float = 0.0
    benchmark: str | None = None
    outlives_benchmark: bool = False
    reversed_by: str | None = None
    rare: bool = False
    customers: int = FEWEST_CUSTOMERS
    against: tuple[Statement, ...] = ()
    support: tuple[Statement, ...] = ()
    kept_out: tuple[str, ...] = ()
    assigned: Assignment | None = None
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """The level of a claim, what speaks for it, and what keeps it from a higher one."""

    level: Level
    because: tuple[Statement, ...] = ()
    not_higher: tuple[Statement, ...] = ()


def judge(case: Case) -> Verdict:
    """The evidence level of a claim, by the rules of docs/explanation/evidence.md."""
    if case.assigned is not None:
        return _of_assigned(case, case.assigned)
    if not case.adjusted:
        return Verdict("associated", (Reason.ONLY_OPERATIONS(),), (Reason.NO_CONTROL(),))
    failed = _keeps_from_robust(case)
    if case.kept_out:
        held, out = Reason.REST_HELD_EQUAL(names=case.kept_out), Reason.CONTROL_KEPT_OUT(names=case.kept_out)
        return Verdict("associated", (held,), (out, *failed))
    if failed:
        return Verdict("adjusted", (Reason.HELD_EQUAL(),), tuple(failed))
    because = [
        Reason.HELD_EQUAL(),
        Reason.CLEAR_AMONG_ALL(p=case.q_value),
        Reason.HIDDEN_TOO_WEAK(share=case.robustness),
    ]
    if case.benchmark is not None:
        because.append(Reason.BENCHMARK_TOO_WEAK(name=case.benchmark))
    return Verdict("robust", (*because, *case.support), (Reason.NOBODY_CHANGED_IT(),))


def _of_assigned(case: Case, assigned: Assignment) -> Verdict:
    """Lots stand in for everything that nobody measured; what else a robust claim needs is needed all the same."""
    failed = [*_keeps_from_clear(case), *case.against]
    if assigned.p_value != assigned.p_value:
        failed.insert(0, Reason.ASSIGNMENT_UNTESTED())
    elif not assigned.balanced:
        assert assigned.strongest is not None  # it was tested
        failed.insert(0, Reason.UNBALANCED(name=assigned.strongest, p=assigned.p_value))
    if failed:
        below = judge(replace(case, assigned=None))
        declared = Reason.ASSIGNED_BUT(kind=assigned.how, inner=tuple(failed))
        listed = {*failed, Reason.NOBODY_CHANGED_IT()}
        rest = tuple(each for each in below.not_higher if each not in listed)
        return Verdict(below.level, below.because, (declared, *rest))
    because = (
        Reason.ASSIGNED(kind=assigned.how, text=assigned.because),
        Reason.BALANCED(p=assigned.p_value, columns=assigned.columns),
        Reason.CLEAR_AMONG_ALL(p=case.q_value),
        *case.support,
    )
    if assigned.how == "random":
        return Verdict("experimental", because)
    return Verdict("quasi-experimental", because, (Reason.NO_LOTS(),))


def _keeps_from_robust(case: Case) -> list[Statement]:
    found = _keeps_from_clear(case)
    if case.clear:
        if case.robustness != case.robustness:
            found.append(Reason.HIDDEN_UNKNOWN())
        elif not case.robustness >= WEAKEST_HIDDEN:
            found.append(Reason.HIDDEN_ENOUGH(share=case.robustness))
        if case.benchmark is None:
            found.append(Reason.NO_BENCHMARK())
        elif not case.outlives_benchmark:
            found.append(Reason.BENCHMARK_ENOUGH(name=case.benchmark))
    if case.reversed_by is not None:
        found.append(Reason.REVERSED_WITHIN(name=case.reversed_by))
    if not case.ordered:
        found.append(Reason.ORDER_ASSUMED())
    return [*found, *case.against]


def _keeps_from_clear(case: Case) -> list[Statement]:
    """What keeps it from being told from nothing, whatever may be hidden."""
    found = []
    if not case.clear:
        found.append(Reason.INTERVAL_INCLUDES_ZERO())
    elif not case.q_value <= FALSE_DISCOVERIES:
        found.append(Reason.CHANCE_FIND(p=case.q_value))
    elif not case.own_p <= FALSE_DISCOVERIES:
        found.append(Reason.CHANCE_FIND_OF_CAUSE(p=case.own_p))
    if case.customers < FEWEST_CUSTOMERS:
        found.append(Reason.FEW_CUSTOMERS(n=case.customers, needed=FEWEST_CUSTOMERS))
    if case.rare:
        found.append(Reason.RARE_OUTCOME())
    return found
