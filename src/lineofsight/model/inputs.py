"""What a run gives its analyses to begin with: aligned episodes, and who answers questions about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lineofsight.aggregation.bands import Band
from lineofsight.aggregation.cells import Cells
from lineofsight.engines.base import Reader, SourceTable
from lineofsight.episodes import EpisodeFile
from lineofsight.episodes.profile import Profile
from lineofsight.model.design import Design
from lineofsight.project.load import LoadedProject
from lineofsight.project.models import Project
from lineofsight.sources import FilesRead

Progress = Callable[[str], None]


def quiet(message: str) -> None:
    """Shows nothing."""


@dataclass(frozen=True, eq=False)
class Aligned:
    """A project's episodes, stored and profiled.

    Attributes:
        loaded: The project, and where each key stands in its file.
        file: The stored episodes, and what became of the others.
        sources: The tables that were read.
        profile: What the episodes hold.
        files_read: How many files of each table were read for it.
        reused: Whether the stored episodes were up to date.
        bands: Observed averages of the outcomes by band of each driver.
    """

    loaded: LoadedProject
    file: EpisodeFile
    sources: Sequence[SourceTable]
    profile: Profile
    files_read: FilesRead
    reused: bool = False
    bands: Sequence[Band] = ()

    @property
    def project(self) -> Project:
        """What is declared."""
        return self.loaded.project


@dataclass(frozen=True, eq=False)
class Counting:
    """What an analysis may ask of the stored episodes, beside the moments that all share.

    Attributes:
        reader: Answers questions about the stored episodes.
        aligned: The episodes.
        design: The columns of all models.
        everyone: Moments of all episodes in these.
        progress: Called with what is being done.
    """

    reader: Reader
    aligned: Aligned
    design: Design
    everyone: Cells
    progress: Progress = quiet
