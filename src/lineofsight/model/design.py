"""From what is declared and what the episodes hold to the columns that models are linear in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.features import Category, Driver, Number
from lineofsight.aggregation.shape_basis import ShapeBasis, boxes_of, fitting, knots_each
from lineofsight.episodes.columns import CALENDAR, PERIOD, covered, segment
from lineofsight.episodes.profile import Profile
from lineofsight.model.outcomes import OutcomeInfo, outcomes_of, pre_period_outcome
from lineofsight.model.steps import limit_of, step_of
from lineofsight.project.models import Operation, Project

PERIOD_NAME = "period"


@dataclass(frozen=True, slots=True)
class Design:
    """The basis, and where its categories and segments stand in the episodes.

    Attributes:
        basis: What models are linear in.
        outcomes: Every outcome with its unit.
        categories: Column of the episodes of each category.
        segments: Column of each segment attribute with its levels.
        periods: Labels of the periods that are compared, the oldest first.
        shape: Columns that tell the drivers' shapes; None where that is not asked.
        pre_period: By behaviour, what it was before the operations began, where the episodes tell.
        leads_to: Per perception of a touchpoint, the one that it leads to.
    """

    basis: Basis
    outcomes: tuple[OutcomeInfo, ...]
    categories: dict[str, str]
    segments: dict[str, tuple[str, ...]]
    periods: tuple[str, ...] = ()
    shape: ShapeBasis | None = None
    pre_period: Mapping[str, OutcomeInfo] = field(default_factory=dict)
    leads_to: Mapping[str, str] = field(default_factory=dict)

    def on(self, basis: Basis) -> Design:
        """The same design on another basis."""
        shape = None if self.shape is None else replace(self.shape, base=basis)
        return replace(self, basis=basis, shape=shape)

    @property
    def straight(self) -> Design:
        """The same design without representers: straight lines, and bends where they are declared."""
        drivers = tuple(replace(driver, representer=None) for driver in self.basis.drivers)
        return self.on(replace(self.basis, drivers=drivers))

    @property
    def calendar(self) -> dict[str, tuple[str, ...]]:
        """Column of the periods with their labels, as of a segment attribute; nothing where there is only one."""
        return {CALENDAR: self.periods} if len(self.periods) > 1 else {}


def make_design(
    project: Project,
    profile: Profile,
    kinds: dict[str, str],
    periods: tuple[str, ...] = (),
    pre_period: Collection[str] = (),
) -> Design:
    """Lays out the columns of all models.

    Args:
        project: What is declared.
        profile: What the episodes hold.
        kinds: 'number' or 'text' of every control.
        periods: Labels of the periods that are compared.
        pre_period: Behaviours that the episodes also have from before their operations.
    """
    share = project.estimation.change
    drivers = tuple(
        _driver(name, operation, profile, share) for name, operation in project.operations.items()
    )
    numbers = tuple(
        Number(name, control.if_missing == "indicator", control.select)
        for name, control in project.controls.items()
        if kinds[name] == "number"
    )
    categories = {name: name for name in project.controls if kinds[name] == "text"}
    candidates = {name for name, control in project.controls.items() if control.select}
    if project.period_effects is not None:
        categories[PERIOD_NAME] = PERIOD
    outcomes = tuple(outcomes_of(project))
    earlier = {info.name: pre_period_outcome(info) for info in outcomes if info.name in pre_period}
    basis = Basis(
        drivers=drivers,
        numbers=numbers,
        categories=tuple(
            replace(_category(name, column, profile), candidate=name in candidates)
            for name, column in categories.items()
        ),
        outcomes=(*(info.outcome for info in outcomes), *(info.outcome for info in earlier.values())),
        share=share,
        asked=tuple((name, covered(name)) for name in project.perceptions),
        groups=tuple(
            (segment(name), profile.levels[segment(name)])
            for name in project.segments
            if name not in categories
        ),
    )
    return Design(
        basis=basis,
        outcomes=outcomes,
        categories=categories,
        segments={segment(name): profile.levels[segment(name)] for name in project.segments},
        periods=periods,
        shape=_shape(basis, outcomes, profile),
        pre_period=earlier,
        leads_to=project.leads_to,
    )


def _shape(basis: Basis, outcomes: tuple[OutcomeInfo, ...], profile: Profile) -> ShapeBasis:
    """Declared knots, else those at octiles where drivers are few, at quartiles or the median where they are many.

    Counts have their steps beside, unless it is declared where they bend.
    """
    each = knots_each(len(basis.drivers))
    grid: dict[str, tuple[float, ...]] = {}
    pieces: dict[str, tuple[float, ...]] = {}
    for driver in basis.drivers:
        octiles, extent = profile.octiles.get(driver.name), profile.extent.get(driver.name)
        if octiles is None or extent is None:
            grid[driver.name] = pieces[driver.name] = ()
            continue
        step = 8 // (each + 1) if each else 8
        wanted = driver.knots or octiles[step - 1 :: step]
        quarters = driver.knots or octiles[1::2] if each > 1 else wanted
        inside = sorted({knot for knot in wanted if extent.lowest < knot < extent.highest})
        grid[driver.name] = tuple(inside)
        pieces[driver.name] = tuple(knot for knot in inside if knot in quarters) or tuple(inside)
    ratings = {name: extent.rating for name, extent in profile.extent.items() if extent.rating is not None}
    return ShapeBasis(
        base=basis,
        grid=grid,
        pieces=pieces,
        outcomes=tuple(info.outcome for info in outcomes if info.main),
        boxes={name: boxes_of(*scale) for name, scale in ratings.items()},
        scales=ratings,
        drawn={name: (found[0], found[-1]) for name, found in profile.quantiles.items()},
        counts=fitting(
            {
                d.name: profile.counts[d.name]
                for d in basis.drivers
                if d.name in profile.counts and not d.knots
            }
        ),
    )


def _driver(name: str, operation: Operation, profile: Profile, share: float) -> Driver:
    higher = operation.better == "higher"
    quantiles = profile.quantiles.get(name)
    extent = profile.extent.get(name)
    step = step_of(operation, extent, share)
    return Driver(
        name=name,
        higher_is_better=higher,
        knots=operation.knots,
        optional=operation.if_missing == "indicator" and profile.missing[name] > 0,
        limit=limit_of(operation, extent, step),
        best=None if quantiles is None else quantiles[3 if higher else 1],
        step=step,
    )


def _category(name: str, column: str, profile: Profile) -> Category:
    return Category(name, profile.levels[column], column in profile.others, column in profile.absent)
