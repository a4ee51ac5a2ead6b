"""The sample: what every analysis estimates from, with replicates that all of them share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lineofsight.aggregation.cells import Cells
from lineofsight.model.control_selection import ControlChoice, choose_controls
from lineofsight.model.design import Design
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.periods import period_views
from lineofsight.model.population import EVERY_LEVEL, View
from lineofsight.stats.bootstrap import bootstrap_weights
from lineofsight.stats.results import Array


@dataclass(frozen=True, eq=False)
class Sample:
    """Aggregated episodes as views, resampled alike for every estimate of a run.

    Attributes:
        design: The columns that the models are made of; only candidates that were chosen are among the controls.
        controls: Which controls are held equal, and why.
        everyone: The view of all episodes.
        segments: The views of the segments.
        level: Coverage of intervals.
        cells: Moments by segment attribute; the key None is everyone.
        shape: Moments of everyone in the columns that tell shapes; None where these were not asked for.
    """

    design: Design
    controls: Sequence[ControlChoice]
    everyone: View
    segments: Sequence[View]
    level: float
    cells: Mapping[str | None, Cells]
    shape: Cells | None = None

    @cached_property
    def info(self) -> dict[str, OutcomeInfo]:
        """Every outcome by name."""
        return {info.name: info for info in self.design.outcomes}

    @property
    def views(self) -> list[View]:
        """Everyone, then the segments."""
        return [self.everyone, *self.segments]

    @property
    def adjusted(self) -> bool:
        """Whether anything but the operations is held equal."""
        return any(choice.used for choice in self.controls)

    @property
    def periods(self) -> Iterator[View]:
        """One view per period that is compared; nothing where there is only one."""
        return period_views(self.design, self.cells, self.everyone.weights)

    @cached_property
    def shape_view(self) -> View | None:
        """Everyone in the columns that tell shapes."""
        return None if self.shape is None else self.of(self.shape)

    def of(self, cells: Cells) -> View:
        """Everyone in other columns, or other episodes of the same customers, with the same resamples."""
        return View(None, cells, EVERY_LEVEL, self.everyone.weights)


def draw_sample(
    design: Design,
    cells: Mapping[str | None, Cells],
    replicates: int,
    rng: np.random.Generator,
    *,
    level: float = 0.95,
    shape: Cells | None = None,
    in_segments: bool = True,
) -> Sample:
    """Draws the resamples that all estimates share, and chooses the controls that are held equal.

    Args:
        design: The columns and outcomes.
        cells: Aggregated episodes; the key None is everyone.
        replicates: Number of bootstrap replicates.
        rng: Source of the resamples, drawn once.
        level: Coverage of intervals.
        shape: Moments in the columns that tell shapes.
        in_segments: Whether segments are resampled, too; without, they have point estimates only.
    """
    buckets = cells[None].buckets
    once = np.ones((1, buckets))
    weights = np.vstack([once, bootstrap_weights(buckets, replicates, rng)])
    everyone = View(None, cells[None], EVERY_LEVEL, weights)
    design, controls = choose_controls(design, everyone)
    segments = tuple(segment_views(design, cells, weights if in_segments else once))
    return Sample(design, controls, everyone, segments, level, cells, shape)


def segment_views(design: Design, cells: Mapping[str | None, Cells], weights: Array) -> Iterator[View]:
    """One view per level of each segment attribute that holds an episode."""
    for column, levels in design.segments.items():
        name = column.removeprefix("segment:")
        present = cells[column].levels
        labels = {**dict(enumerate(levels)), len(levels): "(other)", -1: "(none)"}
        for level, label in labels.items():
            if level in present:
                yield View(f"{name} = {label}", cells[column], level, weights)
