"""How sure a claim is: the rules for each level of evidence, and the words that a level allows.

associated < adjusted < robust < quasi-experimental < experimental. A claim has the highest level whose every condition
it meets; the conditions it meets and the first that keeps it from the next level are told with it. The rules are
written down in docs/explanation/evidence.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

Level = Literal["associated", "adjusted", "robust", "quasi-experimental", "experimental"]

LEVELS: tuple[Level, ...] = ("associated", "adjusted", "robust", "quasi-experimental", "experimental")

FALSE_DISCOVERIES = 0.05
"""Share of the claims put forward that may be false (Benjamini and Hochberg 1995)."""

WEAKEST_HIDDEN = 0.02
"""A hidden factor that explains less than this of what is left of cause and outcome must not undo a robust claim."""

FEWEST_CUSTOMERS = 100
"""With fewer customers, intervals and what a hidden factor could do are too rough for more than *adjusted*."""

_NOBODY = "nobody changed it on purpose, or by chance, to see what follows"

_VERBS: dict[Level, str] = {
    "associated": "goes with",
    "adjusted": "goes with",
    "robust": "reliably goes with",
    "quasi-experimental": "is followed by",
    "experimental": "brings",
}


def verb(level: Level) -> str:
    """The strongest verb that a claim of this level may use; only an experiment brings something about."""
    return _VERBS[level]


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
        against: Further findings that speak against the claim, each a clause.
        support: Further findings that speak for it, each a clause.
        assigned: How the cause was assigned; None where that is not declared, or the claim is no total of it.
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
    against: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    assigned: Assignment | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The level of a claim, what speaks for it, and what keeps it from a higher one; clauses without a full stop."""

    level: Level
    because: tuple[str, ...] = field(default=())
    not_higher: tuple[str, ...] = field(default=())

    @property
    def sentence(self) -> str:
        """'robust because …; not higher because …'."""
        told = f"{self.level} because {_joined(self.because)}" if self.because else self.level
        return f"{told}; not higher because {_joined(self.not_higher)}" if self.not_higher else told


def judge(case: Case) -> Verdict:
    """The evidence level of a claim, by the rules of docs/explanation/evidence.md."""
    if case.assigned is not None:
        return _of_assigned(case, case.assigned)
    if not case.adjusted:
        return Verdict(
            "associated",
            ("only the operations are compared with each other",),
            ("no control is declared, so that whatever else differs between customers may be behind it",),
        )
    because = ["the controls and the other operations are held equal"]
    failed = _keeps_from_robust(case)
    if failed:
        return Verdict("adjusted", tuple(because), tuple(failed))
    because.append(f"it is clear among all the questions asked (q {_share(case.q_value)})")
    because.append(
        f"a hidden factor that explains less than {_per_cent(case.robustness)} of what is left of both could not undo it"
    )
    if case.benchmark is not None:
        because.append(f"one as strong as '{case.benchmark}', the strongest control, would not")
    because += case.support
    return Verdict("robust", tuple(because), (_NOBODY,))


_HOW = {"random": "at random", "chance": "by chance"}


def _of_assigned(case: Case, assigned: Assignment) -> Verdict:
    """Lots stand in for everything that nobody measured; what else a robust claim needs is needed all the same."""
    failed = [*_keeps_from_clear(case), *case.against]
    if assigned.p_value != assigned.p_value:
        failed.insert(0, "there is no control or earlier behaviour to check that by")
    elif not assigned.balanced:
        failed.insert(
            0, f"it goes with '{assigned.strongest}', which was there before (p {_share(assigned.p_value)})"
        )
    if failed:
        below = judge(replace(case, assigned=None))
        declared = f"it is declared to be assigned {_HOW[assigned.how]}, but {_joined(tuple(failed))}"
        rest = tuple(clause for clause in below.not_higher if clause not in failed and clause != _NOBODY)
        return Verdict(below.level, below.because, (declared, *rest))
    because = (
        f"it was assigned {_HOW[assigned.how]}: {assigned.because}",
        f"it goes with nothing that was there before (p {_share(assigned.p_value)} over"
        f" {assigned.columns} {'column' if assigned.columns == 1 else 'columns'})",
        f"it is clear among all the questions asked (q {_share(case.q_value)})",
        *case.support,
    )
    if assigned.how == "random":
        return Verdict("experimental", because)
    return Verdict("quasi-experimental", because, ("no lots were drawn on purpose",))


def _keeps_from_robust(case: Case) -> list[str]:
    found = _keeps_from_clear(case)
    if case.clear:
        if not case.robustness >= WEAKEST_HIDDEN:
            found.append(
                "what a hidden factor would have to be is not known"
                if case.robustness != case.robustness
                else f"a hidden factor that explains {_per_cent(case.robustness)} of what is left of both would be enough"
                " to undo it"
            )
        if case.benchmark is None:
            found.append("there is no control to measure a hidden factor by")
        elif not case.outlives_benchmark:
            found.append(f"a hidden factor as strong as '{case.benchmark}' would be enough to undo it")
    if case.reversed_by is not None:
        found.append(f"within the segments of '{case.reversed_by}' it goes the other way round")
    return [*found, *case.against]


def _keeps_from_clear(case: Case) -> list[str]:
    """What keeps it from being told from nothing, whatever may be hidden."""
    found = []
    if not case.clear:
        found.append("its interval includes zero")
    elif not case.q_value <= FALSE_DISCOVERIES:
        found.append(f"among so many questions it may be a chance find (q {_share(case.q_value)})")
    elif not case.own_p <= FALSE_DISCOVERIES:
        found.append(
            "among all outcomes and segments that it was asked about it may be a chance find"
            f" (Holm's p {_share(case.own_p)})"
        )
    if case.customers < FEWEST_CUSTOMERS:
        found.append(f"it rests on {case.customers:,} customers, and at least {FEWEST_CUSTOMERS} are needed")
    if case.rare:
        found.append("the outcome happens too seldom for the model")
    return found


def _share(q: float) -> str:
    return "below 0.001" if q < 0.001 else f"= {q:.3f}"


def _per_cent(share: float) -> str:
    return "less than 0.1 %" if share < 0.001 else f"{share:.1%}".replace("%", " %")


def _joined(clauses: tuple[str, ...]) -> str:
    return clauses[0] if len(clauses) == 1 else f"{', '.join(clauses[:-1])}, and {clauses[-1]}"
