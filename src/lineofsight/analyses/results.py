"""Everything a run has found, in one place, for the tables to be filled from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lineofsight.aggregation.bands import Band
from lineofsight.analyses.chain import ChainResult
from lineofsight.analyses.checks.functions import suspected_functions
from lineofsight.analyses.checks.rarity import rare_outcomes
from lineofsight.analyses.checks.suspicions import Suspicion, against, withheld
from lineofsight.analyses.comparisons.comparison import statements as spoken
from lineofsight.analyses.evidence.claims import Claim, Key, make_claims
from lineofsight.analyses.interactions.natural import Interaction, Natural
from lineofsight.analyses.money.estimate import DriverMoney
from lineofsight.analyses.money.unit_values import UnitValue
from lineofsight.analyses.paths.estimate import Share, shares
from lineofsight.analyses.ratings.estimate import Kano
from lineofsight.analyses.segments.heterogeneity import Heterogeneity, heterogeneities, suspected_reversals
from lineofsight.analyses.shape.estimate import Shape
from lineofsight.analyses.stability.estimate import unsteady
from lineofsight.engines.base import SourceTable
from lineofsight.episodes import EpisodeFile
from lineofsight.episodes.profile import Profile
from lineofsight.model.design import Design
from lineofsight.model.effects import Effect
from lineofsight.model.fits import FEWEST_CUSTOMERS
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.population import View
from lineofsight.project.models import Project
from lineofsight.project.quantities import DAYS_PER_YEAR
from lineofsight.reasons import Reason
from lineofsight.stats.bootstrap import percentile_interval
from lineofsight.stats.results import Array, Estimate, NotEstimable
from lineofsight.units import Unit, declared_unit
from lineofsight.words.reasons import Names

Row = dict[str, Any]

FEWEST_SHOWN = 5


@dataclass(frozen=True, eq=False)
class Results:
    """What was declared, aligned, estimated and valued."""

    project: Project
    file: EpisodeFile
    profile: Profile
    design: Design
    chain: ChainResult
    bands: Sequence[Band]
    worths: Sequence[UnitValue]
    money: Sequence[DriverMoney]
    occasions: Mapping[str | None, Mapping[str, float]]
    sources: Sequence[SourceTable]
    shapes: Sequence[Shape] = ()
    kano: Sequence[Kano] = ()
    crossed: Sequence[Interaction] = ()
    natural: Sequence[Natural] = ()

    @cached_property
    def info(self) -> dict[str, OutcomeInfo]:
        """Every outcome by name."""
        return {info.name: info for info in self.design.outcomes}

    @cached_property
    def rare(self) -> dict[str, tuple[int, int]]:
        """Behaviours that happen too seldom for the models: events, and columns of the model."""
        stays = [name for name, each in self.project.behaviours.items() if each.kind == "stay"]
        return rare_outcomes(self.design.basis, self.profile.nonzero, stays)

    @cached_property
    def different(self) -> list[Heterogeneity]:
        """How total effects differ between segments."""
        return heterogeneities(self.chain.effects, self.level)

    @cached_property
    def suspicions(self) -> tuple[Suspicion, ...]:
        """Every reason to doubt a link."""
        insisted = self.project.insisted
        return (
            *self.chain.given_away,
            *suspected_functions(self.chain.functions, insisted),
            *suspected_reversals(self.different, insisted),
        )

    @cached_property
    def withheld(self) -> frozenset[tuple[str, str]]:
        """Causes and outcomes whose claims stay in the tables, and out of the findings."""
        return withheld(self.suspicions, list(self.info))

    @cached_property
    def shares(self) -> list[Share]:
        """Which share of each effect passes through how customers feel."""
        return shares(self.chain.effects, self.level)

    @cached_property
    def claims(self) -> dict[Key, Claim]:
        """What is known of each effect beyond its interval."""
        doubts = against(self.suspicions, {name: info.source for name, info in self.info.items()})
        for pair, statements in unsteady(self.chain.stability).items():
            doubts[pair] = (*doubts.get(pair, ()), *statements)
        for pair, statements in spoken(self.chain.comparisons, self.level, "against").items():
            doubts[pair] = (*doubts.get(pair, ()), *statements)
        for pair in {(e.cause, e.outcome) for e in self.chain.effects if _said_of_both(self.info, e)}:
            doubts[pair] = (*doubts.get(pair, ()), Reason.SAME_MOOD())
        return make_claims(
            self.chain.effects,
            self.different,
            frozenset(self.rare),
            adjusted=self.adjusted,
            level=self.level,
            against=doubts,
            support=spoken(self.chain.comparisons, self.level, "for"),
            assigned=self.chain.assigned,
        )

    @property
    def adjusted(self) -> bool:
        """Whether anything but the operations is held equal."""
        return any(choice.used for choice in self.chain.controls)

    @property
    def views(self) -> list[View]:
        """Everyone, then the segments."""
        return [self.chain.everyone, *self.chain.segments]

    @property
    def years(self) -> float:
        """Length of time the anchors span."""
        return span_years(self.file)

    @property
    def level(self) -> float:
        """Confidence of the intervals."""
        return self.project.estimation.confidence


def _said_of_both(info: Mapping[str, OutcomeInfo], effect: Effect) -> bool:
    return effect.cause in info and info[effect.outcome].kind == "perception"


def span_years(file: EpisodeFile) -> float:
    """Years from the first to the last anchor, at least a day."""
    return max((file.last - file.first).total_seconds() / 86400, 1.0) / DAYS_PER_YEAR


def label_of(project: Project, name: str) -> str:
    """What a person calls an operation, perception or behaviour: its label, else its name in plain words."""
    entries: Mapping[str, Any] = {**project.operations, **project.perceptions, **project.behaviours}
    declared = getattr(entries.get(name), "label", None)
    return declared or name.replace("_", " ")


def unit_of(project: Project, operation: str) -> Unit:
    """The unit of an operation."""
    return declared_unit(project.operations[operation].unit, project.currency)


def names_of(project: Project) -> Names:
    """What a statement's names are called: of operations, perceptions, behaviours and controls, and of a control's level."""
    known = {*project.operations, *project.perceptions, *project.behaviours, *project.controls}

    def called(name: str) -> str:
        of, _, level = name.partition("=")
        if of not in known:
            return name
        return " ".join(part for part in (label_of(project, of), level.replace("_", " ")) if part)

    return called


def change_text(change: str, share: float, info: OutcomeInfo | None = None) -> str:
    """A change in words: '10 % better', 'to the best quartile', '1 point higher'."""
    if change == "best":
        return "to the best quartile"
    if change == "point":
        return "1 NPS point higher" if info is not None and info.statistic == "NPS" else "1 point higher"
    return f"{share * 100:g} % better"


Told = tuple[float | None, float | None, float | None]
Summary = tuple[float | None, float | None, float | None, float | None]


def summarise(estimates: Sequence[Estimate | NotEstimable | None], level: float) -> list[Summary]:
    """Value, interval and standard error of many estimates at once; None where there is none.

    An estimate of whose replicates more than one tail's share fail has no interval: those that are left are not like
    those that failed.
    """
    rows: list[Summary] = [
        (number(estimate.value) if isinstance(estimate, Estimate) else None, None, None, None)
        for estimate in estimates
    ]
    known = [
        (at, estimate)
        for at, estimate in enumerate(estimates)
        if isinstance(estimate, Estimate) and _steady(estimate.replicates, level)
    ]
    if not known:
        return rows
    replicates = np.vstack([estimate.replicates for _, estimate in known])
    replicates[~np.isfinite(replicates)] = np.nan
    low, high = percentile_interval(replicates, level)
    errors = np.nanstd(replicates, axis=1, ddof=1)
    for (at, estimate), a, b, error in zip(known, low, high, errors, strict=True):
        rows[at] = (number(estimate.value), number(a), number(b), number(error))
    return rows


def shown(customers: int) -> bool:
    """Whether a mean may be told: of fewer than five customers it would tell of people, not of a group."""
    return customers >= FEWEST_SHOWN


def told(means: Sequence[Estimate], clusters: Sequence[int], level: float) -> list[Told]:
    """Value and interval of means; no interval where customers are too few for one, or no replicate differs."""
    return [
        ((value, None, None) if low == high or customers < FEWEST_CUSTOMERS else (value, low, high))
        if shown(customers)
        else (None, None, None)
        for (value, low, high, _), customers in zip(summarise(means, level), clusters, strict=True)
    ]


def _steady(replicates: Array, level: float) -> bool:
    found = int(np.isfinite(replicates).sum())
    return found >= 2 and len(replicates) - found <= (1 - level) / 2 * len(replicates)


def number(value: float | np.floating[Any] | None) -> float | None:
    """A finite double, or None."""
    if value is None or not np.isfinite(value):
        return None
    return float(value)
