"""Which of the candidate controls are held equal: those that double selection finds to matter."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lineofsight.aggregation.features import Category, Number
from lineofsight.model.design import Design
from lineofsight.model.population import View
from lineofsight.reasons import Statement
from lineofsight.stats.double_selection import double_selections
from lineofsight.stats.results import NotEstimable


@dataclass(frozen=True, slots=True)
class ControlChoice:
    """Whether a control is in the models, and why.

    Attributes:
        control: Its name.
        declared: Whether it is held equal whatever the data say.
        with_operations: Operations that it goes with, so that it was selected.
        with_outcomes: Perceptions and behaviours that it goes with, so that it was selected.
        reason: Why nothing could be selected for some outcome; None where all could be asked.
    """

    control: str
    declared: bool
    with_operations: tuple[str, ...] = ()
    with_outcomes: tuple[str, ...] = ()
    reason: Statement | None = None

    @property
    def used(self) -> bool:
        """Whether it is held equal."""
        return self.declared or bool(self.with_operations or self.with_outcomes)


def choose_controls(design: Design, everyone: View) -> tuple[Design, list[ControlChoice]]:
    """Leaves out the candidates that go neither with an operation nor with an outcome.

    Post-double-selection (Belloni, Chernozhukov and Hansen 2014) for every operation and outcome. What any pair needs
    is in every model, so that all effects are adjusted for the same. A category is in with all its levels or not at
    all. Chosen once from everyone's episodes, and held fixed over the replicates and segments.

    Args:
        design: The columns of all models.
        everyone: All episodes.

    Returns:
        The design without the columns of candidates that are not needed, and the choice of every control.
    """
    basis = design.basis
    controls: tuple[Number | Category, ...] = (*basis.numbers, *basis.categories)
    columns = {each.name: each.columns for each in controls}
    candidates = {each.name for each in controls if each.candidate}
    if not candidates:
        return design, [ControlChoice(name, declared=True) for name in columns]
    wanted = [column for name in columns if name in candidates for column in columns[name]]
    always = [column for column in basis.controls if column not in wanted]
    operations: dict[str, set[str]] = {}
    outcomes: dict[str, set[str]] = {}
    refused: Statement | None = None
    for info in design.outcomes:
        if not info.main:
            continue
        population = everyone.population((info.source,))
        if population.n == 0:
            continue
        drivers = [driver.name for driver in basis.drivers]
        found = double_selections(population.bucketed(), drivers, [info.name], wanted, always)
        for (driver, outcome), each in found.items():
            if isinstance(each, NotEstimable):
                refused = each.reason
                continue
            _note(operations, driver, each.treatment.selected)
            _note(outcomes, outcome, each.outcome.selected)
    choices = []
    for name, mine in columns.items():
        with_operations = tuple(driver for driver, chosen in operations.items() if chosen & set(mine))
        with_outcomes = tuple(outcome for outcome, chosen in outcomes.items() if chosen & set(mine))
        if name not in candidates:
            choices.append(ControlChoice(name, declared=True))
        elif refused is not None:  # nothing can be said against it, so it stays
            choices.append(ControlChoice(name, declared=True, reason=refused))
        else:
            choices.append(ControlChoice(name, False, with_operations, with_outcomes))
    unused = [column for choice in choices if not choice.used for column in columns[choice.control]]
    return replace(design, basis=replace(basis, unused=tuple(unused))), choices


def _note(found: dict[str, set[str]], name: str, selected: tuple[str, ...]) -> None:
    found.setdefault(name, set()).update(selected)
